package org.postseal.certstore;

/**
 * The result of validating a certificate. The numbers are those of ActiveSync's ValidateCert (MS-ASCMD 2.2.3.177.17),
 * so that logs and scripts can rely on them.
 */
public enum ValidationCode {
    /** The certificate is valid. */
    VALID(1),
    /** The signature of a certificate in the path is wrong, or its algorithm is not accepted. */
    SIGNATURE_INVALID(3),
    /** No path ends at a trust anchor. */
    UNTRUSTED_ISSUER(4),
    /** A certificate is malformed, or names and key identifiers do not chain. */
    MALFORMED(5),
    /** Key usage, extended key usage or key kind of the end entity forbid this use. */
    WRONG_USAGE(6),
    /** The end entity has expired or is not yet valid. */
    OUT_OF_TIME(7),
    /** An issuer has expired or is not yet valid. */
    ISSUER_OUT_OF_TIME(8),
    /** Extended key usage, policies or name constraints of an issuer forbid this use. */
    ISSUER_WRONG_USAGE(9),
    /**
     * Required information is missing or wrong, for example the subject key identifier, or there is an unknown critical
     * extension.
     */
    INFORMATION_MISSING(10),
    /** An end entity signed a certificate, or a path is longer than an issuer allows. */
    ROLE_CONFUSED(11),
    /** No address of the certificate is the one asked for. */
    ADDRESS_MISMATCH(12),
    /** The certificate is revoked. */
    REVOKED(13),
    /** No server that knows about the revocation answered. */
    REVOCATION_OFFLINE(14),
    ISSUER_REVOKED(15),
    /** The revocation status cannot be determined: there is no server to ask, or the answer proves nothing. */
    REVOCATION_UNKNOWN(16),
    /** The program failed, or a limit was reached. */
    INTERNAL(17);

    private final int number;

    ValidationCode(int number) {
        this.number = number;
    }

    /** Returns the number of ValidateCert. */
    public int number() {
        return number;
    }
}
