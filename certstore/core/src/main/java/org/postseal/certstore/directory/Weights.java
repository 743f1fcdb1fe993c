package org.postseal.certstore.directory;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.source.Candidate;

/** About how much heap a cached thing takes. */
final class Weights {
    /** Heap per octet of encoding: a certificate is held as Bouncy Castle's and as the JDK's objects besides. It is about 16, of which
     * answer and choice usually count the same certificate twice. {@code bin/bench directory} measures it. */
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
        // the handles belong to their source; what is cached are references
        return bounded(ENTRY + (long) ITEM * keys.size());
    }

    /** A choice usually shares its certificate with the answer of its source, but may outlive it. */
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
