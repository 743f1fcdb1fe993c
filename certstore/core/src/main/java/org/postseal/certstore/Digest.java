package org.postseal.certstore;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash functions of FIPS 180-4 that every JDK has. SHA-1 only names things here; it protects nothing. */
public enum Digest {
    SHA_1("SHA-1"),
    SHA_256("SHA-256"),
    SHA_384("SHA-384"),
    SHA_512("SHA-512");

    private final String algorithm;

    Digest(String algorithm) {
        this.algorithm = algorithm;
    }

    /** Starts a digest of octets that come piece by piece. */
    public MessageDigest start() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    public byte[] of(byte[] octets) {
        return start().digest(octets);
    }

    /** Returns the digest in lower-case hexadecimal. */
    public String hex(byte[] octets) {
        return HexFormat.of().formatHex(of(octets));
    }
}
