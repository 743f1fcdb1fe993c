package org.postseal.certstore.key.batch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.key.batch.Batch.Operation;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoProviders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether this process does RSA operations in batches, and does them. Like the providers, batches belong to the
 * process, and are begun once at its start. Thread-safe.
 */
public final class RsaBatches implements AutoCloseable {
    /** How many operations go into one batch. */
    public static final int LANES = Lanes.NUMBER;

    private static final Logger LOG = LoggerFactory.getLogger(RsaBatches.class);
    private static final RsaBatches NOT_STARTED = new RsaBatches("not started");
    private static volatile RsaBatches current = NOT_STARTED;

    private final String state;
    private final @Nullable Gathering gathering;
    private final @Nullable RunningMark mark;
    // Keys are compared by identity. An entry goes with its key.
    private final Cache<PrivateKey, Optional<BlindedKey>> keys =
            Caffeine.newBuilder().weakKeys().build();

    private RsaBatches(String why) {
        this.state = "off, " + why;
        this.gathering = null;
        this.mark = null;
    }

    private RsaBatches(Gathering gathering, RunningMark mark) {
        this.state = "on, by " + NAME;
        this.gathering = gathering;
        this.mark = mark;
    }

    /**
     * Begins batches in this process if they are wanted, the machine can do them, and they work.
     *
     * @param mark a file that says whether native code runs now; it is made if it is needed
     */
    public static RsaBatches start(boolean isWanted, Path mark) {
        return start(obstacle(isWanted).map(RsaBatches::new).orElseGet(() -> tested(mark, CryptoMb::find)));
    }

    static RsaBatches start(RsaBatches started) {
        LOG.info("RSA in batches: {}", started.state);
        current = started;
        return started;
    }

    /** Says what {@link #start} would do, without running batches. */
    public static String look(boolean isWanted, Path mark) {
        Optional<String> obstacle = obstacle(isWanted);
        if (obstacle.isPresent()) {
            return "off, " + obstacle.get();
        }
        if (Files.exists(mark)) {
            try (RunningMark opened = RunningMark.open(mark)) {
                if (opened.isSet()) {
                    return "off, " + found(mark);
                }
            } catch (IOException e) {
                return "as the running gateway says in its log: " + e.getMessage();
            }
        }
        return switch (CryptoMb.find()) {
            case CryptoMb.Found.Present _ -> "on, by " + NAME;
            case CryptoMb.Found.Absent(String why) -> "off, " + why;
        };
    }

    /** Returns the batches of this process, which are off until they are started. */
    public static RsaBatches current() {
        return current;
    }

    private static Optional<String> obstacle(boolean isWanted) {
        return !isWanted
                ? Optional.of("crypto.batch is off")
                : CryptoProviders.isJavaOnly()
                        ? Optional.of("native code is switched off by " + CryptoProviders.PROPERTY)
                        : CryptoMb.unfitProcessor();
    }

    /**
     * Finds and tests the library while a mark stands.
     *
     * @param finder finds it, and may be a fake
     */
    static RsaBatches tested(Path file, Supplier<CryptoMb.Found> finder) {
        RunningMark mark;
        try {
            mark = RunningMark.open(file);
        } catch (IOException e) {
            return new RsaBatches("no mark can be set: " + e.getMessage());
        }
        if (mark.isSet()) {
            LOG.warn("native code for RSA in batches was running when a process ended");
            return closed(mark, found(file));
        }
        mark.begin();
        CryptoMb.Found found = SelfTest.tested(finder.get());
        mark.end();
        return switch (found) {
            case CryptoMb.Found.Absent(String why) -> closed(mark, why);
            case CryptoMb.Found.Present(Lanes lanes) -> new RsaBatches(new Gathering(new Batch(lanes, mark)), mark);
        };
    }

    private static RsaBatches closed(RunningMark mark, String why) {
        mark.close();
        return new RsaBatches(why);
    }

    private static String found(Path mark) {
        return "a process ended while a batch ran; remove " + mark + " to try again";
    }

    public boolean isOn() {
        return gathering != null;
    }

    /** Does an operation without lanes. */
    public interface Alone {
        byte[] run() throws GeneralSecurityException;
    }

    /** Says in words whether batches are on, and why not. */
    public String state() {
        return state;
    }

    public BatchFigures figures() {
        return gathering == null ? new BatchFigures(0, 0, 0, 0, 0) : gathering.figures();
    }

    /** Returns true if operations with this key may go through lanes. */
    public boolean serves(PrivateKey key) {
        return gathering != null && blinded(key).isPresent();
    }

    /**
     * Does the private operation on a number, which is big-endian.
     *
     * @param isSignature true if the result is not secret
     * @param count counts the operation if lanes did it
     * @param alone does the operation if lanes cannot, and counts it
     */
    public byte[] apply(byte[] number, PrivateKey key, boolean isSignature, CryptoCount count, Alone alone)
            throws GeneralSecurityException {
        Optional<BlindedKey> known = blinded(key);
        if (gathering == null
                || known.isEmpty()
                || !known.get().hasInRange(number)
                || !(key instanceof RSAPrivateCrtKey rsa)) {
            return alone.run();
        }
        return gathering.apply(new Operation(known.get(), rsa, number, isSignature), alone, () -> count.done(NAME));
    }

    private Optional<BlindedKey> blinded(PrivateKey key) {
        return keys.get(key, _ -> key instanceof RSAPrivateCrtKey rsa ? BlindedKey.of(rsa) : Optional.empty());
    }

    /** Ends batches. Operations that have begun come to their end. */
    @Override
    public void close() {
        if (current == this) {
            current = NOT_STARTED;
        }
        if (mark != null) {
            mark.close();
        }
    }

    private static final String NAME = "libcrypto-mb";
}
