package org.postseal.certstore.directory;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.source.Candidate;

/** Estimates how much heap a cached object takes. */
final class Weights {
    /**
     * The heap per octet of encoding. A certificate is also held as objects of Bouncy Castle and of the JDK. The true
     * value is about 16, but answer and choice usually count the same certificate twice. {@code bin/bench directory}
     * measures it.
     */
    private static final int HEAP_PER_OCTET = 12;

    private static final int ENTRY = 400;
    private static final int ITEM = 200;

    private Weights() {}

    static int ofCandidates(List<Candidate> candidates) {
        long sum = ENTRY;
        for (Candidate each : candidates) {
            sum += ITEM + 100L * each.owner().size() + of(each.certificate()) + of(each.helpers());
        }
        return bounded(sum);
    }

    static int ofKeys(List<KeyHandle> keys) {
        // The handles belong to their source. Only references are cached.
        return bounded(ENTRY + (long) ITEM * keys.size());
    }

    /**
     * Estimates a choice. It usually shares its certificate with the answer of its source, but may outlive that answer.
     */
    static int ofChoice(Held<MailCertificate> held) {
        return switch (held.choice()) {
            case org.postseal.certstore.CertificateChoice.Chosen<MailCertificate>(
                    MailCertificate certificate,
                    var all) -> bounded(ENTRY + (long) ITEM * all.size() + of(certificate));
            case org.postseal.certstore.CertificateChoice.NoneUsable<MailCertificate>(var _, var all) ->
                bounded(ENTRY + (long) ITEM * all.size());
        };
    }

    private static long of(Collection<MailCertificate> certificates) {
        return certificates.stream().mapToLong(Weights::of).sum();
    }

    private static long of(MailCertificate certificate) {
        try {
            return (long) HEAP_PER_OCTET * certificate.holder().getEncoded().length;
        } catch (IOException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    private static int bounded(long weight) {
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }
}
