package org.postseal.gateway.smime;

import java.util.Locale;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** The Authentication-Results field of a verdict (RFC 8601, RFC 7281): a result, a reason by name, and of the signer only what was authenticated. */
public final class ResultsField {
    private ResultsField() {}

    /** The result word of RFC 7281 §3.1. */
    public static String result(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "none";
            case SignatureVerdict.Valid _ -> "pass";
            case SignatureVerdict.Invalid(Cause cause, var _) -> result(cause);
            case SignatureVerdict.Unverifiable(Cause cause, var _) -> result(cause);
        };
    }

    /**
     * The whole field, ended by CRLF, folded.
     *
     * @param authservId our own (RFC 8601 §2.5)
     */
    public static byte[] of(String authservId, SignatureVerdict verdict) {
        StringBuilder field = new StringBuilder("Authentication-Results: ")
                .append(authservId)
                .append(";\r\n\tsmime=")
                .append(result(verdict));
        switch (verdict) {
            case SignatureVerdict.Unsigned _ -> {}
            case SignatureVerdict.Valid(MailCertificate signer, var _) -> appendSigner(field, signer);
            case SignatureVerdict.Invalid(Cause cause, var _) -> appendReason(field, cause);
            case SignatureVerdict.Unverifiable(Cause cause, var _) -> appendReason(field, cause);
        }
        return Entities.ascii(field.append("\r\n").toString());
    }

    private static void appendReason(StringBuilder field, Cause cause) {
        field.append(" reason=\"")
                .append(cause.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .append('"');
    }

    private static void appendSigner(StringBuilder field, MailCertificate signer) {
        signer.addresses().stream()
                .findFirst()
                .ifPresent(
                        address -> field.append("\r\n\tbody.smime-identifier=").append(address));
    }

    private static String result(Cause cause) {
        return switch (cause) {
            case CONTENT_ALTERED, SIGNATURE_WRONG, SIGNED_ATTRIBUTES_WRONG, CONTENT_BOTH_INSIDE_AND_OUTSIDE -> "fail";
            case ADDRESS_MISMATCH,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_NOT_YET_VALID,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_UNTRUSTED,
                    CERTIFICATE_WRONG_USAGE,
                    ALGORITHM_WEAK -> "policy";
            case MALFORMED, NO_SIGNER, ALGORITHM_UNKNOWN, LIMIT_EXCEEDED -> "neutral";
            case REVOCATION_UNKNOWN -> "temperror";
            case SIGNER_CERTIFICATE_MISSING, FROM_AMBIGUOUS -> "permerror";
        };
    }
}
