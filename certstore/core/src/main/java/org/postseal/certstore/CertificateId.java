package org.postseal.certstore;

import java.util.HexFormat;

/**
 * The SHA-256 of a certificate's DER, in lower-case hex: how logs, explanations and commands name a certificate.
 *
 * @param hex 64 hex digits
 */
public record CertificateId(String hex) {
    /** The id of the certificate with this encoding. */
    public static CertificateId of(byte[] der) {
        return new CertificateId(Digest.SHA_256.hex(der));
    }

    /** The digest itself. */
    public byte[] octets() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
