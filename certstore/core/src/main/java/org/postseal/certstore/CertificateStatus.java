package org.postseal.certstore;

import java.time.Instant;

/**
 * Says whether a certificate may be used for a purpose at a time, and if not, why. Its texts are for the log and never
 * for the peer.
 */
public sealed interface CertificateStatus {
    /** The certificate may be used, because it passed every check. */
    record Usable() implements CertificateStatus {}

    /** No source has a certificate with this address. */
    record Missing() implements CertificateStatus {}

    /** The certificate becomes valid only later. */
    record NotYetValid(Instant notBefore) implements CertificateStatus {}

    /** The certificate is no longer valid. */
    record Expired(Instant notAfter) implements CertificateStatus {}

    record Revoked(Instant at, RevocationReason reason) implements CertificateStatus {
        public Revoked(Instant at) {
            this(at, RevocationReason.UNSPECIFIED);
        }
    }

    /** An issuer in the path was revoked by its own issuer. */
    record IssuerRevoked(Instant at, RevocationReason reason) implements CertificateStatus {
        public IssuerRevoked(Instant at) {
            this(at, RevocationReason.UNSPECIFIED);
        }
    }

    /**
     * There is no acceptable path to a trust anchor.
     *
     * @param code one of 3, 4, 5, 8, 9, 10, 11 and 17
     */
    record Untrusted(ValidationCode code, String why) implements CertificateStatus {
        /** Creates the status for a certificate without any path. */
        public Untrusted(String why) {
            this(ValidationCode.UNTRUSTED_ISSUER, why);
        }
    }

    /** Key usage, extended key usage or the key type forbid this use (RFC 8550 §4.4). */
    record WrongUsage(String why) implements CertificateStatus {}

    /**
     * The certificate carries neither the address that was asked for nor another accepted address of the same owner.
     */
    record AddressMismatch(String why) implements CertificateStatus {}

    /** No server that knows about the revocation could be reached. */
    record RevocationOffline(String why) implements CertificateStatus {}

    /** It could not be determined whether the certificate is revoked. */
    record RevocationUnknown(String why) implements CertificateStatus {}

    record Blocked(String why) implements CertificateStatus {}

    /**
     * Returns the code of ValidateCert. A status for which ValidateCert has no code becomes {@code UNTRUSTED_ISSUER}.
     */
    default ValidationCode code() {
        return switch (this) {
            case Usable _ -> ValidationCode.VALID;
            case Missing _, Blocked _ -> ValidationCode.UNTRUSTED_ISSUER;
            case NotYetValid _, Expired _ -> ValidationCode.OUT_OF_TIME;
            case Revoked _ -> ValidationCode.REVOKED;
            case IssuerRevoked _ -> ValidationCode.ISSUER_REVOKED;
            case Untrusted(ValidationCode code, String _) -> code;
            case WrongUsage _ -> ValidationCode.WRONG_USAGE;
            case AddressMismatch _ -> ValidationCode.ADDRESS_MISMATCH;
            case RevocationOffline _ -> ValidationCode.REVOCATION_OFFLINE;
            case RevocationUnknown _ -> ValidationCode.REVOCATION_UNKNOWN;
        };
    }

    /** Returns one lower-case phrase for logs and explanations. */
    default String text() {
        return switch (this) {
            case Usable _ -> "usable";
            case Missing _ -> "no certificate";
            case NotYetValid(Instant notBefore) -> "not valid before " + notBefore;
            case Expired(Instant notAfter) -> "expired on " + notAfter;
            case Revoked(Instant at, RevocationReason reason) -> "revoked on " + at + reason.suffix();
            case IssuerRevoked(Instant at, RevocationReason reason) -> "issuer revoked on " + at + reason.suffix();
            case Untrusted(ValidationCode _, String why) -> "untrusted: " + why;
            case WrongUsage(String why) -> "wrong usage: " + why;
            case AddressMismatch(String why) -> "wrong address: " + why;
            case RevocationOffline(String why) -> "revocation server offline: " + why;
            case RevocationUnknown(String why) -> "revocation unknown: " + why;
            case Blocked(String why) -> "blocked: " + why;
        };
    }
}
