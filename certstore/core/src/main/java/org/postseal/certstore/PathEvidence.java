package org.postseal.certstore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a verdict on a certificate rests on: the path, and for each certificate of it what was known of its revocation. Whoever has the certificates and answers named here can work the verdict
 * out again at any later time.
 *
 * @param parts leaf first, anchor last; none where no path was judged
 */
public record PathEvidence(List<Part> parts) {
    public PathEvidence {
        parts = List.copyOf(parts);
    }

    /** Of a verdict for which no path was judged. */
    public static final PathEvidence NONE = new PathEvidence(List.of());

    /**
     * One certificate of the path.
     *
     * @param revocation the answers that counted; or one that says why there is none
     */
    public record Part(MailCertificate certificate, List<Revocation> revocation) {
        public Part {
            revocation = List.copyOf(revocation);
        }
    }

    /** What is known of one certificate's revocation. */
    public sealed interface Revocation {
        /**
         * A list or a response that counted.
         *
         * @param sha256 of its octets as they came (DER), 64 hexadecimal digits in lower case
         * @param thisUpdate when it was made
         * @param nextUpdate when it is out of date, where it says so
         */
        record Answered(Kind kind, String sha256, Instant thisUpdate, Optional<Instant> nextUpdate)
                implements Revocation {}

        /**
         * Nobody has answered, or was asked.
         *
         * @param why in words
         */
        record Unanswered(String why) implements Revocation {}
    }

    /** Kinds of answers. */
    public enum Kind {
        /** A revocation list (RFC 5280 §5), whole or the difference to one. */
        CRL,
        /** An OCSP response (RFC 6960 §4.2). */
        OCSP
    }
}
