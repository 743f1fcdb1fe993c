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
 * How often one operation was done by one algorithm, and by which provider. Thread-safe. Counts belong to the process, as the providers do that they are about.
 *
 * <p>Counted is what a provider did or failed to do, never what the octets of a message were like: a signature that is wrong was verified, a content that does not decrypt
 * was decrypted. Whoever may read figures and send mail would otherwise have an oracle.
 *
 * <p>An operation costs a search among a handful of names and an addition to a striped counter, and allocates nothing.
 */
public final class CryptoCount {
    private static final Map<CryptoOperation, Map<String, CryptoCount>> ALL = new EnumMap<>(CryptoOperation.class);

    static {
        for (CryptoOperation operation : CryptoOperation.values()) {
            ALL.put(operation, new ConcurrentHashMap<>());
        }
    }

    // replaced as a whole when another provider turns up, which is seldom; nobody's is there from the first, so that
    // what first comes of a lack is seen as a change
    private volatile Share[] shares = {new Share(NOBODY)};

    private CryptoCount() {}

    /**
     * What was counted so far.
     *
     * @param provider as {@link ProviderReport} names it, or the word for nobody, where there was no engine or key to ask
     */
    public record Reading(CryptoOperation operation, String algorithm, String provider, long done, long failed) {
        /** True of failures without a provider. */
        public boolean isByNobody() {
            return provider.equals(NOBODY);
        }
    }

    /** The count of an operation by an algorithm; {@code algorithm} is one of a closed list, never what a message says. */
    public static CryptoCount of(CryptoOperation operation, String algorithm) {
        Map<String, CryptoCount> ofOperation = Objects.requireNonNull(ALL.get(operation));
        CryptoCount known = ofOperation.get(algorithm);
        return known != null ? known : ofOperation.computeIfAbsent(algorithm, _ -> new CryptoCount());
    }

    /** All that was ever counted, in a fixed order. */
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

    /** {@code provider} did it: what the engine says after it was initialised, since it settles on none before. */
    public void done(Provider provider) {
        done(provider.getName());
    }

    /** As {@link #done(Provider)}, for engines that tell its name alone. */
    public void done(String provider) {
        share(provider).done.increment();
    }

    /** {@code provider} did not do it; null where there was none to ask. */
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

    /** One provider's part. */
    private static final class Share {
        private final String provider;
        private final String label;
        private final LongAdder done = new LongAdder();
        private final LongAdder failed = new LongAdder();

        Share(String provider) {
            this.provider = provider;
            // that of a token is not registered, and has no version but the JDK's
            Provider registered = provider.equals(NOBODY) ? null : Security.getProvider(provider);
            this.label = registered == null ? provider : ProviderReport.name(registered);
        }
    }

    private static final String NOBODY = "none";
}
