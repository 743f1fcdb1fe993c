package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.SigningSettings.Digest;

/** The values of {@code RequireSignedSMIMEAlgorithm}: Exchange's two (MS-ASPROV §2.2.2.50) and ours, weakest first. */
public enum SignedAlgorithm {
    MD5(Optional.empty()),
    SHA1(Optional.empty()),
    SHA256(Optional.of(Digest.SHA256)),
    SHA384(Optional.of(Digest.SHA384)),
    SHA512(Optional.of(Digest.SHA512));

    private final Optional<Digest> digest;

    SignedAlgorithm(Optional<Digest> digest) {
        this.digest = digest;
    }

    /** Made anew only where {@code allowLegacyAlgorithms} names it. */
    boolean isLegacy() {
        return compareTo(SHA256) < 0;
    }

    /** What the gateway makes of it; empty when it cannot. */
    Optional<Digest> digest() {
        return digest;
    }

    static final Map<String, SignedAlgorithm> WORDS = words();

    /** By the integers of MS-ASPROV §2.2.2.50. */
    static final Map<String, SignedAlgorithm> CODES = Map.of("0", SHA1, "1", MD5);

    private static Map<String, SignedAlgorithm> words() {
        Map<String, SignedAlgorithm> words = new LinkedHashMap<>();
        for (SignedAlgorithm algorithm : values()) {
            words.put(algorithm.name(), algorithm);
        }
        return words;
    }
}
