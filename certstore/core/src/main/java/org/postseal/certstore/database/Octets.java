package org.postseal.certstore.database;

import java.io.IOException;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.Digest;

final class Octets {
    private Octets() {}

    static byte[] ofHex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    /**
     * Returns the octets by which a value is found. An index of PostgreSQL takes about 2,700 octets, and strangers make
     * certificates with longer numbers; for these it is their hash.
     */
    static byte[] indexed(byte[] value) {
        return value.length <= MAX_INDEXED ? value : Digest.SHA_256.of(value);
    }

    /** Returns the SHA-1 in upper-case hex, by which Exchange names certificates. It protects nothing here. */
    static String thumbprint(byte[] der) {
        return HexFormat.of().withUpperCase().formatHex(Digest.SHA_1.of(der));
    }

    static byte[] nameHash(X500Name name) {
        try {
            return Digest.SHA_256.of(name.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new IllegalStateException("it was read from DER", e);
        }
    }

    private static final int MAX_INDEXED = 1_000;
}
