package org.postseal.certstore.provider;

import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often one operation was done by one algorithm, and by which provider. Thread-safe. The counts live as long
 * as the process, as the providers do.
 *
 * <p>It counts what a provider did or failed to do, and never what the octets of a message were like: verifying a wrong
 * signature counts as verified, and content that does not decrypt counts as decrypted. Otherwise somebody who can read
 * metrics and send mail would have an oracle.
 *
 * <p>An operation costs a search among a few names and an addition to a striped counter. It allocates nothing.
 */
public final class CryptoCount {
    private static final Map<CryptoOperation, Map<String, CryptoCount>> ALL = new EnumMap<>(CryptoOperation.class);

    static {
        for (CryptoOperation operation : CryptoOperation.values()) {
            ALL.put(operation, new ConcurrentHashMap<>());
        }
    }

    // The array is replaced when a new provider turns up, which is rare. NOBODY has its share from the start, so that
    // metrics show its first failure as a change.
    private volatile Share[] shares = {new Share(NOBODY)};

    private CryptoCount() {}

    /**
     * The counts of one operation by one algorithm and one provider.
     *
     * @param provider the name as in {@link ProviderReport}; without an engine or a key to ask, it is a word for nobody
     */
    public record Reading(CryptoOperation operation, String algorithm, String provider, long done, long failed) {
        /** Returns true for failures without a provider. */
        public boolean isByNobody() {
            return provider.equals(NOBODY);
        }
    }

    /**
     * Returns the count of an operation by an algorithm. The algorithm is one of a closed list and never a text from a
     * message.
     */
    public static CryptoCount of(CryptoOperation operation, String algorithm) {
        Map<String, CryptoCount> ofOperation = Objects.requireNonNull(ALL.get(operation));
        CryptoCount known = ofOperation.get(algorithm);
        return known != null ? known : ofOperation.computeIfAbsent(algorithm, _ -> new CryptoCount());
    }

    /** Returns all counts so far, in a fixed order. */
    public static List<Reading> readings() {
        List<Reading> readings = new ArrayList<>();
        ALL.forEach((operation, byAlgorithm) -> byAlgorithm.forEach((algorithm, count) -> {
            for (Share share : count.shares) {
                readings.add(new Reading(operation, algorithm, share.label, share.done.sum(), share.failed.sum()));
            }
        }));
        readings.sort(Comparator.comparing(Reading::operation)
                .thenComparing(Reading::algorithm)
                .thenComparing(Reading::provider));
        return readings;
    }

    /**
     * Counts a success of {@code provider}. An engine must be initialised before the caller asks it for its provider,
     * since it chooses none before.
     */
    public void done(Provider provider) {
        done(provider.getName());
    }

    /** Counts a success, for engines that tell only the name of their provider. */
    public void done(String provider) {
        share(provider).done.increment();
    }

    /** Counts a failure of {@code provider}, or of nobody if it is null. */
    public void failed(@Nullable Provider provider) {
        share(provider == null ? NOBODY : provider.getName()).failed.increment();
    }

    private Share share(String provider) {
        for (Share share : shares) {
            if (share.provider.equals(provider)) {
                return share;
            }
        }
        return added(provider);
    }

    private synchronized Share added(String provider) {
        for (Share share : shares) {
            if (share.provider.equals(provider)) {
                return share;
            }
        }
        Share[] more = Arrays.copyOf(shares, shares.length + 1);
        Share share = new Share(provider);
        more[more.length - 1] = share;
        shares = more;
        return share;
    }

    /** The counts of one provider. */
    private static final class Share {
        private final String provider;
        private final String label;
        private final LongAdder done = new LongAdder();
        private final LongAdder failed = new LongAdder();

        Share(String provider) {
            this.provider = provider;
            // The provider of a token is not registered, and has no version apart from the JDK's.
            Provider registered = provider.equals(NOBODY) ? null : Security.getProvider(provider);
            this.label = registered == null ? provider : ProviderReport.name(registered);
        }
    }

    private static final String NOBODY = "none";
}
