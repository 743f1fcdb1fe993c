package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values of {@code RequireSignedSMIMEAlgorithm}: Exchange's two and ours, weakest first. */
public enum SignedAlgorithm {
    MD5,
    SHA1,
    SHA256,
    SHA384,
    SHA512;

    /** Too weak to be made anew. */
    boolean isLegacy() {
        return compareTo(SHA256) < 0;
    }

    /** What is used where this is the least that will do: SHA-256 stands in for what is too weak. */
    SigningSettings.Digest digest() {
        return switch (this) {
            case MD5, SHA1, SHA256 -> SigningSettings.Digest.SHA256;
            case SHA384 -> SigningSettings.Digest.SHA384;
            case SHA512 -> SigningSettings.Digest.SHA512;
        };
    }

    static final Map<String, SignedAlgorithm> WORDS = words();

    private static Map<String, SignedAlgorithm> words() {
        Map<String, SignedAlgorithm> words = new LinkedHashMap<>();
        for (SignedAlgorithm algorithm : values()) {
            words.put(algorithm.name(), algorithm);
        }
        return words;
    }
}
