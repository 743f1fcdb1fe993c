package org.postseal.gateway.smime;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * Writes the Authentication-Results field of a verdict (RFC 8601, RFC 7281): a result, a reason by name, and about the
 * signer only what was authenticated.
 */
public final class ResultsField {
    private ResultsField() {}

    /**
     * Returns the field with a result for each signature, to be put on top of the message. No layer passes if the
     * message as a whole does not: a reader who looks for one pass must not find that of a layer.
     *
     * @param authservId our own (RFC 8601 §2.5)
     * @param verdict on the message
     * @param layers from outside; they are left out if {@code verdict} is that of none of them
     * @param from the address of the single From field; of the signer's addresses this one is named, if it is among
     * them
     * @param utf8 whether the message may hold UTF-8 in its header (RFC 6532)
     */
    public static HeaderField of(
            String authservId,
            SignatureVerdict verdict,
            List<LayerVerdict> layers,
            Optional<MailAddress> from,
            boolean utf8) {
        HeaderWriter field = utf8
                ? HeaderWriter.structuredUtf8("Authentication-Results")
                : HeaderWriter.structured("Authentication-Results");
        field.tokenOrQuoted(authservId);
        boolean isOfLayers = layers.stream().anyMatch(layer -> layer.verdict().equals(verdict));
        if (!isOfLayers) {
            result(field, verdict, Optional.empty(), from);
        }
        for (LayerVerdict layer : isOfLayers ? layers : List.<LayerVerdict>of()) {
            boolean isSpoilt =
                    layer.verdict() instanceof SignatureVerdict.Valid && !(verdict instanceof SignatureVerdict.Valid);
            if (isSpoilt) {
                field.glued(";").property("smime", "policy").property("reason", "another layer is not valid");
                field.property(PART, layer.section());
            } else {
                result(field, layer.verdict(), Optional.of(layer.section()), from);
            }
        }
        return field.finish();
    }

    private static void result(
            HeaderWriter field, SignatureVerdict verdict, Optional<String> section, Optional<MailAddress> from) {
        field.glued(";").property("smime", result(verdict));
        cause(verdict).ifPresent(cause -> field.property("reason", text(cause)));
        section.ifPresent(part -> field.property(PART, part));
        authenticated(verdict).ifPresent(signer -> {
            signer.addresses().stream()
                    .filter(address -> from.filter(address::equals).isPresent())
                    .findFirst()
                    .or(() -> signer.addresses().stream().findFirst())
                    .ifPresent(address -> field.property("body.smime-identifier", address.toString()));
            // RFC 7281 §3.2: both stand there, or neither.
            field.property("body.smime-serial", signer.serialNumber().toString());
            field.property("body.smime-issuer", signer.issuer().toString());
        });
    }

    /** Returns the result word of RFC 7281 §3.1. */
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
            case CONTENT_ALTERED,
                    SIGNATURE_WRONG,
                    SIGNED_ATTRIBUTES_WRONG,
                    PROTECTED_ALGORITHMS_DIFFER,
                    NAMED_CERTIFICATE_DIFFERS,
                    CONTENT_BOTH_INSIDE_AND_OUTSIDE -> "fail";
            case ADDRESS_MISMATCH,
                    HEADER_MISMATCH,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_NOT_YET_VALID,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_UNTRUSTED,
                    CERTIFICATE_WRONG_USAGE,
                    ALGORITHM_WEAK,
                    SIGNING_TIME_DIFFERS -> "policy";
            case MALFORMED,
                    NO_SIGNER,
                    ALGORITHM_UNKNOWN,
                    SIGNED_ATTRIBUTES_MISSING,
                    CONTENT_NOT_DATA,
                    SIGNED_FIELDS_DIFFER,
                    STRUCTURE_AMBIGUOUS -> "neutral";
            case REVOCATION_UNKNOWN -> "temperror";
            case SIGNER_CERTIFICATE_MISSING, FROM_AMBIGUOUS, LIMIT_EXCEEDED -> "permerror";
        };
    }

    private static Optional<Cause> cause(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _, SignatureVerdict.Valid _ -> Optional.empty();
            case SignatureVerdict.Invalid(Cause cause, var _) -> Optional.of(cause);
            case SignatureVerdict.Unverifiable(Cause cause, var _) -> Optional.of(cause);
        };
    }

    // RFC 7281 §4: nothing is known of an untrusted signer but what it says of itself. If only the From address is
    // wrong, the path is good, and so the signer is known.
    private static Optional<MailCertificate> authenticated(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Valid(MailCertificate signer, var _) -> Optional.of(signer);
            case SignatureVerdict.Invalid(Cause cause, var signer)
            when cause == Cause.ADDRESS_MISMATCH || cause == Cause.HEADER_MISMATCH -> signer;
            case SignatureVerdict.Unsigned _, SignatureVerdict.Invalid _, SignatureVerdict.Unverifiable _ ->
                Optional.empty();
        };
    }

    /** RFC 7281 §3.2 defines this property. */
    private static final String PART = "body.smime-part";

    private static String text(Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
