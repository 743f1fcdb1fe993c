package org.postseal.policy.protection;

import java.util.Map;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.yaml.Words;

/**
 * The values of {@code RequireEncryptionSMIMEAlgorithm}, the weakest first: Exchange's five (MS-ASPROV §2.2.2.48) and
 * ours.
 */
public enum EncryptionAlgorithm {
    RC2_40("RC240bit", 40, Cipher.RC2_40_CBC),
    DES("DES", 56, Cipher.DES_CBC),
    RC2_64("RC264bit", 64, Cipher.RC2_64_CBC),
    RC2_128("RC2128bit", 128, Cipher.RC2_128_CBC),
    TRIPLE_DES("TripleDES", 112, Cipher.TRIPLE_DES_CBC),
    AES128("AES128", 128, Cipher.AES128_CBC),
    AES128_GCM("AES128-GCM", 128, Cipher.AES128_GCM),
    AES192("AES192", 192, Cipher.AES192_CBC),
    AES192_GCM("AES192-GCM", 192, Cipher.AES192_GCM),
    AES256("AES256", 256, Cipher.AES256_CBC),
    CHACHA20_POLY1305("ChaCha20-Poly1305", 256, Cipher.CHACHA20_POLY1305),
    AES256_GCM("AES256-GCM", 256, Cipher.AES256_GCM);

    private final String word;
    private final int bits;
    private final Cipher cipher;

    EncryptionAlgorithm(String word, int bits, Cipher cipher) {
        this.word = word;
        this.bits = bits;
        this.cipher = cipher;
    }

    /** Returns the name in the policy. */
    public String word() {
        return word;
    }

    /**
     * Returns true for all of Exchange's own algorithms. They are used for new messages only if {@code
     * allowLegacyAlgorithms} names them, and read only if it or {@code readLegacyAlgorithms} does.
     */
    public boolean isLegacy() {
        return compareTo(AES128) < 0;
    }

    /**
     * Returns true if {@code OnlyStrongAlgorithmNegotiation} may fall back to it: it has 112 bits or more, and is not
     * RC2.
     */
    public boolean isStrong() {
        return bits >= 112 && this != RC2_128;
    }

    /** Returns true if the cipher detects a change of the ciphertext. */
    public boolean isAuthenticated() {
        return this == AES128_GCM || this == AES192_GCM || this == AES256_GCM || this == CHACHA20_POLY1305;
    }

    public Cipher cipher() {
        return cipher;
    }

    public static final Map<String, EncryptionAlgorithm> WORDS =
            Words.of(EncryptionAlgorithm.class, EncryptionAlgorithm::word);

    /** The algorithms by the integers of MS-ASPROV §2.2.2.48. */
    public static final Map<String, EncryptionAlgorithm> CODES =
            Map.of("0", TRIPLE_DES, "1", DES, "2", RC2_128, "3", RC2_64, "4", RC2_40);
}
