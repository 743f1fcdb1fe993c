package org.postseal.certstore.database;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;

/** Digests and hex. */
final class Octets {
    private Octets() {}

    static byte[] ofHex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    static byte[] sha256(byte[] octets) {
        return digest("SHA-256", octets);
    }

    /** SHA-1 in upper-case hex, how Exchange names certificates. It protects nothing here. */
    static String thumbprint(byte[] der) {
        return HexFormat.of().withUpperCase().formatHex(digest("SHA-1", der));
    }

    static byte[] nameHash(X500Name name) {
        try {
            return sha256(name.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("it was read from DER", e);
        }
    }

    private static byte[] digest(String algorithm, byte[] octets) {
        try {
            return MessageDigest.getInstance(algorithm).digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
