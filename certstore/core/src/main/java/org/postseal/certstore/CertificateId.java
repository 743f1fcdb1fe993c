package org.postseal.certstore;

import java.util.HexFormat;

/**
 * Names a certificate in logs, explanations and commands. The name is the SHA-256 of its DER.
 *
 * @param hex 64 lower-case hex digits
 */
public record CertificateId(String hex) {
    public static CertificateId of(byte[] der) {
        return new CertificateId(Digest.SHA_256.hex(der));
    }

    public byte[] octets() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
