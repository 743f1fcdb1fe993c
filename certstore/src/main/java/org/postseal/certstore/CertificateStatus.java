package org.postseal.certstore;

import java.time.Instant;

/** Whether a certificate may be used for a purpose at a time, and if not, why. */
public sealed interface CertificateStatus {
    /** Everything checked is in order. */
    record Usable() implements CertificateStatus {}

    /** No source has a certificate with this address. */
    record Missing() implements CertificateStatus {}

    /** Valid only from a later time on. */
    record NotYetValid(Instant notBefore) implements CertificateStatus {}

    /** Past its time. */
    record Expired(Instant notAfter) implements CertificateStatus {}

    /** Revoked by its issuer. */
    record Revoked(Instant at) implements CertificateStatus {}

    /** No path to a trust anchor; the text is for the log, not for the peer. */
    record Untrusted(String why) implements CertificateStatus {}

    /** Key usage, extended key usage or key type forbid this use (RFC 8550 §4.4); the text is for the log. */
    record WrongUsage(String why) implements CertificateStatus {}

    /** Revocation could not be determined. */
    record RevocationUnknown(String why) implements CertificateStatus {}

    /** One lower-case phrase for logs and explanations. */
    default String text() {
        return switch (this) {
            case Usable _ -> "usable";
            case Missing _ -> "no certificate";
            case NotYetValid(Instant notBefore) -> "not valid before " + notBefore;
            case Expired(Instant notAfter) -> "expired on " + notAfter;
            case Revoked(Instant at) -> "revoked on " + at;
            case Untrusted(String why) -> "untrusted: " + why;
            case WrongUsage(String why) -> "wrong usage: " + why;
            case RevocationUnknown(String why) -> "revocation unknown: " + why;
        };
    }
}
