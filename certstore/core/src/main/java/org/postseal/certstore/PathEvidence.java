package org.postseal.certstore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The evidence for a verdict on a certificate: the path, and for each certificate in it what was known about its
 * revocation. Anybody who has the certificates and answers named here can check the verdict again at any later time.
 *
 * @param parts the certificates, leaf first and anchor last; empty if no path was judged
 */
public record PathEvidence(List<Part> parts) {
    public PathEvidence {
        parts = List.copyOf(parts);
    }

    /** The evidence of a verdict for which no path was judged. */
    public static final PathEvidence NONE = new PathEvidence(List.of());

    /**
     * One certificate of the path.
     *
     * @param revocation the answers that counted, or a single {@link Revocation.Unanswered} that says why no answer
     *     counted
     */
    public record Part(MailCertificate certificate, List<Revocation> revocation) {
        public Part {
            revocation = List.copyOf(revocation);
        }
    }

    /** Says what was known about the revocation of one certificate. */
    public sealed interface Revocation {
        /**
         * A revocation list or a response that counted.
         *
         * @param sha256 the SHA-256 of its DER as received, in 64 lower-case hex digits
         * @param thisUpdate when it was made
         * @param nextUpdate when it goes out of date, if it says so
         */
        record Answered(Kind kind, String sha256, Instant thisUpdate, Optional<Instant> nextUpdate)
                implements Revocation {}

        /**
         * No server answered, or none was asked.
         *
         * @param why the reason in words
         */
        record Unanswered(String why) implements Revocation {}
    }

    /** The kinds of answers. */
    public enum Kind {
        /** A revocation list (RFC 5280 §5), either complete or a delta. */
        CRL,
        /** An OCSP response (RFC 6960 §4.2). */
        OCSP
    }
}
