package org.postseal.certstore;

/** What validation of a certificate came to, numbered as ActiveSync's ValidateCert does (MS-ASCMD 2.2.3.177.17), for logs and scripts that last. */
public enum ValidationCode {
    /** In order. */
    VALID(1),
    /** The signature of a certificate in the path is wrong, or made with an algorithm that is not accepted. */
    SIGNATURE_INVALID(3),
    /** No path ends at a trust anchor. */
    UNTRUSTED_ISSUER(4),
    /** Malformed, or names and key identifiers do not chain. */
    MALFORMED(5),
    /** Key usage, extended key usage or kind of key of the end entity forbid this use. */
    WRONG_USAGE(6),
    /** The end entity has expired or is not yet valid. */
    OUT_OF_TIME(7),
    /** An issuer has expired or is not yet valid. */
    ISSUER_OUT_OF_TIME(8),
    /** An issuer's extended key usage, policies or name constraints forbid this use. */
    ISSUER_WRONG_USAGE(9),
    /** Something that must be there is missing or wrong, such as the subject key identifier or an unknown critical extension. */
    INFORMATION_MISSING(10),
    /** An end entity signed a certificate, or a path is longer than an issuer allows. */
    ROLE_CONFUSED(11),
    /** No address of the certificate is the one asked for. */
    ADDRESS_MISMATCH(12),
    /** Revoked. */
    REVOKED(13),
    /** Nobody who knows about revocation answered. */
    REVOCATION_OFFLINE(14),
    /** An issuer is revoked. */
    ISSUER_REVOKED(15),
    /** Revocation cannot be told: nobody to ask, or an answer that proves nothing. */
    REVOCATION_UNKNOWN(16),
    /** A fault of ours, or a limit reached. */
    INTERNAL(17);

    private final int number;

    ValidationCode(int number) {
        this.number = number;
    }

    /** ValidateCert's number. */
    public int number() {
        return number;
    }
}
