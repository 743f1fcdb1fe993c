package org.postseal.policy;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values of {@code RequireEncryptionSMIMEAlgorithm}: Exchange's five and ours, weakest first. */
public enum EncryptionAlgorithm {
    RC2_40("RC240bit"),
    DES("DES"),
    RC2_64("RC264bit"),
    RC2_128("RC2128bit"),
    TRIPLE_DES("TripleDES"),
    AES128("AES128"),
    AES128_GCM("AES128-GCM"),
    AES192("AES192"),
    AES192_GCM("AES192-GCM"),
    AES256("AES256"),
    AES256_GCM("AES256-GCM");

    private final String word;

    EncryptionAlgorithm(String word) {
        this.word = word;
    }

    /** As the policy writes it. */
    public String word() {
        return word;
    }

    /** Not made anew: all of Exchange's own. */
    boolean isLegacy() {
        return compareTo(AES128) < 0;
    }

    /** What is used where this is the least that will do: AES-256-CBC, which every client reads, stands in for the old ones. */
    EncryptionSettings.Cipher cipher() {
        return switch (this) {
            case RC2_40, DES, RC2_64, RC2_128, TRIPLE_DES, AES256 -> EncryptionSettings.Cipher.AES256_CBC;
            case AES128 -> EncryptionSettings.Cipher.AES128_CBC;
            case AES128_GCM -> EncryptionSettings.Cipher.AES128_GCM;
            case AES192 -> EncryptionSettings.Cipher.AES192_CBC;
            case AES192_GCM -> EncryptionSettings.Cipher.AES192_GCM;
            case AES256_GCM -> EncryptionSettings.Cipher.AES256_GCM;
        };
    }

    static final Map<String, EncryptionAlgorithm> WORDS = words();

    private static Map<String, EncryptionAlgorithm> words() {
        Map<String, EncryptionAlgorithm> words = new LinkedHashMap<>();
        for (EncryptionAlgorithm algorithm : values()) {
            words.put(algorithm.word, algorithm);
        }
        return words;
    }
}
