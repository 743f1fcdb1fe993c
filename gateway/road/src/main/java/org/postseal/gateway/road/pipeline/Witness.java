package org.postseal.gateway.road.pipeline;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;

/**
 * A certificate store that remembers what its verdicts rest on, for the records of one message. It also limits what a
 * message may cost by certificates that lead nowhere. Thread-safe.
 */
record Witness(
        CertificateStore store,
        Map<String, PathEvidence> evidence,
        Map<MailAddress, Set<Considered>> rejected,
        AtomicInteger untrusted)
        implements ForwardingCertificateStore {
    Witness(CertificateStore store) {
        this(store, new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new AtomicInteger());
    }

    /**
     * The evidence and the rejected certificates that the store has shown.
     *
     * @param evidence what the verdicts on certificates rest on, by the SHA-256 of the certificate
     * @param rejected the certificates that were found for an address and were not fit for use
     */
    record Seen(Map<String, PathEvidence> evidence, Map<MailAddress, List<Considered>> rejected) {
        static final Seen NOTHING = new Seen(Map.of(), Map.of());

        Seen {
            evidence = Map.copyOf(evidence);
            rejected = Map.copyOf(rejected);
        }
    }

    /** Returns the same witness with a limit of its own for certificates that lead nowhere. */
    Witness apart() {
        return new Witness(store, evidence, rejected, new AtomicInteger());
    }

    Seen seen() {
        Map<MailAddress, List<Considered>> all = new HashMap<>();
        rejected.forEach((address, some) -> {
            synchronized (some) {
                all.put(address, List.copyOf(some));
            }
        });
        return new Seen(evidence, all);
    }

    @Override
    public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
        return seen(recipient, store.encryptionCertificate(recipient, time));
    }

    @Override
    public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
        return seen(recipient, store.mlKemCertificate(recipient, time));
    }

    @Override
    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
        return seen(sender, store.signingKey(sender, place, time));
    }

    @Override
    public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
        if (untrusted.get() >= MOST_UNTRUSTED) {
            return GAVE_UP;
        }
        PathVerdict verdict = store.validate(leaf, brought, purpose, time);
        see(leaf.id().hex(), verdict.evidence());
        if (verdict.status() instanceof CertificateStatus.Untrusted) {
            untrusted.incrementAndGet();
        }
        return verdict;
    }

    private <T> CertificateChoice<T> seen(MailAddress address, CertificateChoice<T> choice) {
        for (Considered each : choice.considered()) {
            see(each.id().hex(), each.evidence());
            if (!(each.status() instanceof CertificateStatus.Usable)) {
                rejected.computeIfAbsent(address, _ -> Collections.synchronizedSet(new LinkedHashSet<>()))
                        .add(each);
            }
        }
        return choice;
    }

    private void see(String sha256, PathEvidence found) {
        if (!found.parts().isEmpty()) {
            // The first evidence is kept, because the decision was made by it.
            evidence.putIfAbsent(sha256, found);
        }
    }

    /** The evidence for the verdicts on these certificates, each certificate once, if there was a verdict on it. */
    static List<PathEvidence> of(Map<String, PathEvidence> evidence, Stream<String> sha256) {
        return sha256.distinct()
                .flatMap(each -> Optional.ofNullable(evidence.get(each)).stream())
                .toList();
    }

    // Every signer must be trusted, so after so many that are not, the message has no good signature anyhow. Each costs
    // a whole search among the certificates of the message.
    private static final int MOST_UNTRUSTED = 5;
    private static final PathVerdict GAVE_UP = new PathVerdict(
            new CertificateStatus.Untrusted(
                    ValidationCode.INTERNAL, "gave up after " + MOST_UNTRUSTED + " certificates without a path"),
            List.of(),
            Instant.MAX);
}
