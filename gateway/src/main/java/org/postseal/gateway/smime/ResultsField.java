package org.postseal.gateway.smime;

import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** The Authentication-Results field of a verdict (RFC 8601, RFC 7281): a result, a reason by name, and of the signer only what was authenticated. */
public final class ResultsField {
    private ResultsField() {}

    /**
     * The field, to be put on top of the message.
     *
     * @param authservId our own (RFC 8601 §2.5)
     * @param utf8 whether the message may hold UTF-8 in its header (RFC 6532)
     */
    public static HeaderField of(String authservId, SignatureVerdict verdict, boolean utf8) {
        HeaderWriter field = utf8
                ? HeaderWriter.structuredUtf8("Authentication-Results")
                : HeaderWriter.structured("Authentication-Results");
        field.tokenOrQuoted(authservId).glued(";").property("smime", result(verdict));
        cause(verdict).ifPresent(cause -> field.property("reason", text(cause)));
        authenticated(verdict).ifPresent(signer -> {
            signer.addresses().stream()
                    .findFirst()
                    .ifPresent(address -> field.property("body.smime-identifier", address.toString()));
            // RFC 7281 §3.2: both or neither
            field.property("body.smime-serial", signer.serialNumber().toString());
            field.property("body.smime-issuer", signer.issuer().toString());
        });
        return field.finish();
    }

    /** The result word of RFC 7281 §3.1. */
    public static String result(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "none";
            case SignatureVerdict.Valid _ -> "pass";
            case SignatureVerdict.Invalid(Cause cause, var _) -> result(cause);
            case SignatureVerdict.Unverifiable(Cause cause, var _) -> result(cause);
        };
    }

    private static String result(Cause cause) {
        return switch (cause) {
            case CONTENT_ALTERED, SIGNATURE_WRONG, SIGNED_ATTRIBUTES_WRONG, CONTENT_BOTH_INSIDE_AND_OUTSIDE -> "fail";
            case ADDRESS_MISMATCH,
                    HEADER_MISMATCH,
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

    private static Optional<Cause> cause(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _, SignatureVerdict.Valid _ -> Optional.empty();
            case SignatureVerdict.Invalid(Cause cause, var _) -> Optional.of(cause);
            case SignatureVerdict.Unverifiable(Cause cause, var _) -> Optional.of(cause);
        };
    }

    // RFC 7281 §4: of a signer that is not trusted nothing is known but what it says of itself. With a wrong From
    // address the path is good.
    private static Optional<MailCertificate> authenticated(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Valid(MailCertificate signer, var _) -> Optional.of(signer);
            case SignatureVerdict.Invalid(Cause cause, var signer)
            when cause == Cause.ADDRESS_MISMATCH || cause == Cause.HEADER_MISMATCH -> signer;
            case SignatureVerdict.Unsigned _, SignatureVerdict.Invalid _, SignatureVerdict.Unverifiable _ ->
                Optional.empty();
        };
    }

    private static String text(Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
