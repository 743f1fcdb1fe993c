package org.postseal.gateway.road.directory;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/**
 * Says when certificates of one kind expire.
 *
 * @param valid how many have not expired yet
 * @param expired how many have expired
 * @param next the valid one that expires first; empty if none is valid
 */
public record Expiry(Kind kind, long valid, long expired, Optional<End> next) {
    /**
     * Says when a certificate expires.
     *
     * @param at its notAfter
     * @param sha256 its SHA-256, 64 hexadecimal digits
     */
    public record End(Instant at, String sha256) {
        static End of(MailCertificate certificate) {
            return new End(certificate.notAfter(), certificate.id().hex());
        }
    }

    /** Says what the certificates are for. */
    public enum Kind {
        /**
         * The certificates are those of our private keys. For each address only the one that lasts longest counts,
         * since a key that was replaced may expire.
         */
        KEY,
        ANCHOR,
        /** The certificates are for the TLS of the listeners. */
        LISTENER,
        /** The certificates are shown to next hops that ask for one. */
        NEXT_HOP
    }

    /** Counts these certificates and finds the next to expire. */
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
