package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.policy.SigningSettings.Digest;

/**
 * The values of {@code RequireSignedSMIMEAlgorithm}, the weakest first: Exchange's two (MS-ASPROV §2.2.2.50) and ours.
 */
public enum SignedAlgorithm {
    MD5(Digest.MD5),
    SHA1(Digest.SHA1),
    SHA256(Digest.SHA256),
    SHA384(Digest.SHA384),
    SHA512(Digest.SHA512);

    private final Digest digest;

    SignedAlgorithm(Digest digest) {
        this.digest = digest;
    }

    /** Returns true if it is used for new signatures only where {@code allowLegacyAlgorithms} names it. */
    boolean isLegacy() {
        return compareTo(SHA256) < 0;
    }

    Digest digest() {
        return digest;
    }

    static final Map<String, SignedAlgorithm> WORDS = words();

    /** The algorithms by the integers of MS-ASPROV §2.2.2.50. */
    static final Map<String, SignedAlgorithm> CODES = Map.of("0", SHA1, "1", MD5);

    private static Map<String, SignedAlgorithm> words() {
        Map<String, SignedAlgorithm> words = new LinkedHashMap<>();
        for (SignedAlgorithm algorithm : values()) {
            words.put(algorithm.name(), algorithm);
        }
        return words;
    }
}
