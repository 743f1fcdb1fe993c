package org.postseal.certstore.directory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;

/**
 * An offer and its judgement.
 *
 * @param isExact whether the certificate carries the very address asked for
 * @param until when it must be judged again, if nothing else changes
 * @param evidence what the status is based on
 */
record Judged<T>(Offer<T> offer, boolean isExact, CertificateStatus status, Instant until, PathEvidence evidence) {
    boolean isUsable() {
        return status instanceof CertificateStatus.Usable;
    }

    /** Returns the message for a look-up that cannot be decided because of this offer. */
    String outage() {
        return offer.label() + " " + certificate().id().hex().substring(0, 16) + ": " + status.text();
    }

    MailCertificate certificate() {
        return offer.candidate().certificate();
    }

    Considered considered() {
        return new Considered(certificate().id(), offer.label(), status, evidence);
    }

    /**
     * Returns the offer that would be preferred to every usable one, if the servers that know about its revocation
     * could be reached. While they cannot be reached, the choice is undecided.
     */
    static <T> Optional<Judged<T>> undecided(List<Judged<T>> judged, CertificatePurpose purpose) {
        Comparator<Judged<?>> rank = rank(purpose);
        return judged.stream()
                .min(Comparator.comparing((Judged<T> each) -> !each.isUsable() && !each.isOffline())
                        .thenComparing(rank))
                .filter(Judged::isOffline);
    }

    private boolean isOffline() {
        return status instanceof CertificateStatus.RevocationOffline;
    }

    private static Comparator<Judged<?>> rank(CertificatePurpose purpose) {
        Comparator<Judged<?>> order = (_, _) -> 0;
        for (Criterion criterion : Criterion.of(purpose)) {
            order = order.thenComparing(criterion.order());
        }
        return order;
    }

    /**
     * Orders the usable offers first, the best one in front. The others follow by how near they are to being usable, so
     * that the reported reason is the one worth acting on.
     */
    static Comparator<Judged<?>> bestFirst(CertificatePurpose purpose) {
        return Comparator.comparingInt((Judged<?> each) -> distance(each.status()))
                .thenComparing(rank(purpose));
    }

    private static int distance(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Usable _ -> 0;
            case CertificateStatus.RevocationUnknown _, CertificateStatus.RevocationOffline _ -> 1;
            case CertificateStatus.NotYetValid _ -> 2;
            case CertificateStatus.Untrusted _ -> 3;
            case CertificateStatus.Expired _ -> 4;
            case CertificateStatus.Revoked _, CertificateStatus.IssuerRevoked _ -> 5;
            case CertificateStatus.WrongUsage _ -> 6;
            case CertificateStatus.AddressMismatch _, CertificateStatus.Blocked _ -> 7;
            case CertificateStatus.Missing _ -> 8;
        };
    }
}
