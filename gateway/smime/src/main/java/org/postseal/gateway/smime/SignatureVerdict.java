package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/** Says what verification of the root-level signature found. Invalid is never turned into unsigned. */
public sealed interface SignatureVerdict {
    /** There is no signature at the root. */
    record Unsigned() implements SignatureVerdict {}

    /**
     * Every SignerInfo verified, the chain is good, and the signer's certificate carries the From address.
     *
     * @param path leaf first, anchor last
     */
    record Valid(MailCertificate signer, List<MailCertificate> path) implements SignatureVerdict {}

    /** The signature was checked and is bad. */
    record Invalid(Cause cause, Optional<MailCertificate> signer) implements SignatureVerdict {}

    /**
     * The signature could not be judged. The cause is its algorithm, a missing certificate, a revocation that is not
     * known, or a structure that leaves doubt.
     */
    record Unverifiable(Cause cause, Optional<MailCertificate> signer) implements SignatureVerdict {}

    /** Returns the certificate of the signer, as far as it is known. */
    default Optional<MailCertificate> certificate() {
        return switch (this) {
            case Unsigned _ -> Optional.empty();
            case Valid(MailCertificate signer, var _) -> Optional.of(signer);
            case Invalid(var _, Optional<MailCertificate> signer) -> signer;
            case Unverifiable(var _, Optional<MailCertificate> signer) -> signer;
        };
    }

    /**
     * Returns the verdict for a cause, which is either invalid or unverifiable. It is decided here and nowhere else.
     */
    static SignatureVerdict of(Cause cause, Optional<MailCertificate> signer) {
        return switch (cause) {
            case CONTENT_ALTERED,
                    SIGNATURE_WRONG,
                    MALFORMED,
                    NO_SIGNER,
                    CONTENT_BOTH_INSIDE_AND_OUTSIDE,
                    SIGNED_ATTRIBUTES_WRONG,
                    PROTECTED_ALGORITHMS_DIFFER,
                    NAMED_CERTIFICATE_DIFFERS,
                    ADDRESS_MISMATCH,
                    HEADER_MISMATCH,
                    FROM_AMBIGUOUS,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_NOT_YET_VALID,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_UNTRUSTED,
                    CERTIFICATE_WRONG_USAGE -> new Invalid(cause, signer);
            case SIGNER_CERTIFICATE_MISSING,
                    REVOCATION_UNKNOWN,
                    ALGORITHM_WEAK,
                    ALGORITHM_UNKNOWN,
                    LIMIT_EXCEEDED,
                    SIGNED_ATTRIBUTES_MISSING,
                    CONTENT_NOT_DATA,
                    SIGNING_TIME_DIFFERS,
                    SIGNED_FIELDS_DIFFER,
                    STRUCTURE_AMBIGUOUS -> new Unverifiable(cause, signer);
        };
    }

    /** Names the causes for Authentication-Results (RFC 7281 §3.1) and the audit log. */
    enum Cause {
        CONTENT_ALTERED,
        SIGNATURE_WRONG,
        MALFORMED,
        NO_SIGNER,
        CONTENT_BOTH_INSIDE_AND_OUTSIDE,
        /** A signed attribute is missing or repeated, or names another content type (RFC 5652 §11). */
        SIGNED_ATTRIBUTES_WRONG,
        /**
         * There are no signed attributes, which RFC 5652 §11 allows. Content and attributes can then be exchanged for
         * each other.
         */
        SIGNED_ATTRIBUTES_MISSING,
        /** The eContentType is not id-data (RFC 8551 §2.4.1), and a mail program need not show what was signed. */
        CONTENT_NOT_DATA,
        /** The signingTime is more than an hour from Date: somebody may have sent an old message once more. */
        SIGNING_TIME_DIFFERS,
        /** A protected field that people see, such as Subject, stands outside with another value (RFC 9788 §4). */
        SIGNED_FIELDS_DIFFER,
        /** CMSAlgorithmProtection names other algorithms than the SignerInfo (RFC 6211). */
        PROTECTED_ALGORITHMS_DIFFER,
        /**
         * The signingCertificate, or its second version, names another certificate than the one that verifies (RFC 5035
         * §5.4).
         */
        NAMED_CERTIFICATE_DIFFERS,
        SIGNER_CERTIFICATE_MISSING,
        ADDRESS_MISMATCH,
        /**
         * A protected From names somebody else than the one outside, and no signature is by the one named inside (RFC
         * 9788 §4.4).
         */
        HEADER_MISMATCH,
        FROM_AMBIGUOUS,
        CERTIFICATE_EXPIRED,
        CERTIFICATE_NOT_YET_VALID,
        CERTIFICATE_REVOKED,
        CERTIFICATE_UNTRUSTED,
        CERTIFICATE_WRONG_USAGE,
        REVOCATION_UNKNOWN,
        ALGORITHM_WEAK,
        ALGORITHM_UNKNOWN,
        LIMIT_EXCEEDED,
        /** All is good, but mail programs may disagree what was signed ({@link PlainStructure}). */
        STRUCTURE_AMBIGUOUS
    }
}
