package org.postseal.gateway.road.directory;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/**
 * When certificates of one kind cease to be valid.
 *
 * @param valid how many have not expired yet
 * @param expired how many have
 * @param next the valid one that ends first; empty when there are none
 */
public record Expiry(Kind kind, long valid, long expired, Optional<End> next) {
    /**
     * When a certificate ends.
     *
     * @param at its NotAfter
     * @param sha256 of it, 64 hexadecimal digits
     */
    public record End(Instant at, String sha256) {
        /** Of that certificate. */
        static End of(MailCertificate certificate) {
            return new End(certificate.notAfter(), certificate.id().hex());
        }
    }

    /** What the certificates are for. */
    public enum Kind {
        /** Of private keys of ours; one for each address, that which lasts longest: a key that was rolled may expire. */
        KEY,
        /** Trust anchors. */
        ANCHOR,
        /** TLS of the listeners. */
        LISTENER,
        /** What next hops are shown that ask who we are. */
        NEXT_HOP
    }

    /** Of certificates that end so. */
    public static Expiry of(Kind kind, Collection<End> ends, Instant now) {
        long expired = ends.stream().filter(end -> !end.at().isAfter(now)).count();
        return new Expiry(
                kind,
                ends.size() - expired,
                expired,
                ends.stream()
                        .filter(end -> end.at().isAfter(now))
                        .min(Comparator.comparing(End::at).thenComparing(End::sha256)));
    }
}
