package org.postseal.certstore.key.token;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Digest;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.handle.KeyAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PKCS #11 token that stays usable after losses: when it was taken out and put back, when the session dropped, or
 * when the library is confused. Thread-safe.
 *
 * <p>If an operation fails because of the token, the token is opened again and the operation runs once more. While the
 * token cannot be opened, operations fail at once, and one of them tries to open it after each
 * {@link TokenSettings#retryAfter}. A PIN that the token refused is not tried again until its file holds another one,
 * because three wrong PINs lock a card.
 */
public final class Token {
    private static final Logger LOG = LoggerFactory.getLogger(Token.class);

    private final TokenSettings settings;
    private final Pkcs11Library library;
    private final List<TokenKey> keys;
    private volatile @Nullable TokenSession session;
    private final Object opening = new Object();
    // The lock "opening" guards the next three fields.
    private @Nullable KeyFileException lastFailure;
    private long retryAt;
    private byte @Nullable [] refusedPin;

    private Token(TokenSettings settings, Pkcs11Library library) throws KeyFileException {
        this.settings = settings;
        this.library = library;
        TokenSession first = login(false);
        this.session = first;
        this.keys = first.entries().stream()
                .filter(entry -> TokenKey.isSupported(entry.publicKey()))
                .map(entry -> new TokenKey(toString(), new OnToken(this, entry.publicKey()), entry))
                .toList();
    }

    /**
     * Logs in and lists the keys.
     *
     * @throws KeyFileException if the library, the token or the PIN is missing or wrong; the message is written for the
     *     administrator
     */
    public static Token open(TokenSettings settings) throws KeyFileException {
        return new Token(settings, Pkcs11Library.load(settings.library()));
    }

    /** Returns the name from the configuration. */
    public String name() {
        return settings.name();
    }

    /** Returns the private keys for which the token also holds a certificate, whoever the certificate belongs to. */
    public List<TokenKey> keys() {
        return keys;
    }

    @Override
    public String toString() {
        return "token " + settings.name();
    }

    /**
     * Runs {@code operation}. It throws StoreUnavailableException if the token is away, whatever the operation is:
     * opening the token does not depend on the input.
     */
    <T> T use(SubjectPublicKeyInfo publicKey, KeyAccess.Operation<T> operation) throws GeneralSecurityException {
        TokenSession current = session;
        if (current != null) {
            try {
                return shared(current, publicKey, operation);
            } catch (GeneralSecurityException | ProviderException e) {
                if (!TokenSession.isLoss(e)) {
                    throw e;
                }
                LOG.warn("token {}: lost, {}", settings.name(), e.toString());
            }
        }
        return shared(openInsteadOf(current), publicKey, operation);
    }

    private <T> T shared(TokenSession current, SubjectPublicKeyInfo publicKey, KeyAccess.Operation<T> operation)
            throws GeneralSecurityException {
        Lock lock = library.lock().readLock();
        lock.lock();
        try {
            PrivateKey key = current.key(publicKey);
            if (key == null) {
                throw new StoreUnavailableException("key is no longer on token " + settings.name());
            }
            return operation.with(key, current.engines());
        } finally {
            lock.unlock();
        }
    }

    private TokenSession openInsteadOf(@Nullable TokenSession lost) {
        synchronized (opening) {
            TokenSession current = session;
            if (current != null && current != lost) {
                return current;
            }
            session = null;
            KeyFileException before = lastFailure;
            if (before != null && System.nanoTime() - retryAt < 0) {
                throw new StoreUnavailableException(String.valueOf(before.getMessage()), before);
            }
            try {
                TokenSession opened = reopen(lost);
                session = opened;
                lastFailure = null;
                LOG.info("token {}: open again", settings.name());
                return opened;
            } catch (KeyFileException e) {
                lastFailure = e;
                retryAt = System.nanoTime() + settings.retryAfter().toNanos();
                throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    private TokenSession reopen(@Nullable TokenSession lost) throws KeyFileException {
        if (lost != null) {
            try {
                TokenSession opened = login(false);
                if (lost.entries().isEmpty() || !opened.entries().isEmpty()) {
                    return opened;
                }
            } catch (KeyFileException e) {
                LOG.debug(
                        "token {}: cannot be opened without starting its library anew: {}",
                        settings.name(),
                        e.getMessage());
                if (refusedPin != null) {
                    throw e;
                }
            }
            lost.abandon();
        }
        return login(true);
    }

    private TokenSession login(boolean restart) throws KeyFileException {
        byte[] pin = pin();
        byte[] digest = Digest.SHA_256.of(pin);
        if (refusedPin != null && Arrays.equals(refusedPin, digest)) {
            throw new KeyFileException("token " + settings.name() + ": the PIN in " + settings.pinFile()
                    + " was refused and is not tried again");
        }
        refusedPin = null;
        char[] characters = new char[0];
        Lock lock = restart ? library.lock().writeLock() : library.lock().readLock();
        lock.lock();
        try {
            if (restart) {
                library.restart();
            }
            CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(pin));
            characters = Arrays.copyOf(decoded.array(), decoded.length());
            Arrays.fill(decoded.array(), '\0');
            return TokenSession.open(settings, library, characters);
        } catch (TokenSession.WrongPinException e) {
            refusedPin = digest;
            throw new KeyFileException(
                    "token " + settings.name() + ": the PIN in " + settings.pinFile() + " is refused", e);
        } finally {
            lock.unlock();
            Arrays.fill(pin, (byte) 0);
            Arrays.fill(characters, '\0');
        }
    }

    private byte[] pin() throws KeyFileException {
        try {
            byte[] content = Files.readAllBytes(settings.pinFile());
            int length = content.length;
            while (length > 0 && (content[length - 1] == '\n' || content[length - 1] == '\r')) {
                length--;
            }
            byte[] pin = Arrays.copyOf(content, length);
            Arrays.fill(content, (byte) 0);
            return pin;
        } catch (IOException e) {
            throw new KeyFileException("PIN file " + settings.pinFile() + " cannot be read", e);
        }
    }

    private record OnToken(Token token, SubjectPublicKeyInfo publicKey) implements KeyAccess {
        @Override
        public <T> T use(Operation<T> operation) throws GeneralSecurityException {
            return token.use(publicKey, operation);
        }

        @Override
        public boolean isHardware() {
            return true;
        }
    }
}
