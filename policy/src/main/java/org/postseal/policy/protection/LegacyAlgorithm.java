package org.postseal.policy.protection;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An algorithm that is out of date, by Exchange's value names: made only where {@code allowLegacyAlgorithms} of the sender's mailbox policy names it, opened and believed only where the recipient's does, there or in {@code readLegacyAlgorithms}. */
public enum LegacyAlgorithm {
    RC2_40(EncryptionAlgorithm.RC2_40),
    DES(EncryptionAlgorithm.DES),
    RC2_64(EncryptionAlgorithm.RC2_64),
    RC2_128(EncryptionAlgorithm.RC2_128),
    TRIPLE_DES(EncryptionAlgorithm.TRIPLE_DES),
    MD5(SignedAlgorithm.MD5),
    SHA1(SignedAlgorithm.SHA1);

    private final String word;
    private final Optional<EncryptionAlgorithm> cipher;
    private final Optional<SignedAlgorithm> digest;

    LegacyAlgorithm(EncryptionAlgorithm cipher) {
        this.word = cipher.word();
        this.cipher = Optional.of(cipher);
        this.digest = Optional.empty();
    }

    LegacyAlgorithm(SignedAlgorithm digest) {
        this.word = digest.name();
        this.cipher = Optional.empty();
        this.digest = Optional.of(digest);
    }

    /** As the policy writes it. */
    public String word() {
        return word;
    }

    /** The cipher that it is; empty for a digest. */
    public Optional<EncryptionAlgorithm> cipher() {
        return cipher;
    }

    /** The digest that it is; empty for a cipher. */
    public Optional<SignedAlgorithm> digest() {
        return digest;
    }

    /** The old algorithm that a cipher is, if it is one. */
    public static Optional<LegacyAlgorithm> of(EncryptionAlgorithm cipher) {
        return Arrays.stream(values())
                .filter(each -> each.cipher.equals(Optional.of(cipher)))
                .findFirst();
    }

    /** The old algorithm that a digest is, if it is one. */
    public static Optional<LegacyAlgorithm> of(SignedAlgorithm digest) {
        return Arrays.stream(values())
                .filter(each -> each.digest.equals(Optional.of(digest)))
                .findFirst();
    }

    /** Whether a cipher may be made, or opened, where these are allowed. */
    public static boolean allows(Set<LegacyAlgorithm> allowed, EncryptionAlgorithm cipher) {
        return !cipher.isLegacy() || allowed.stream().anyMatch(each -> each.cipher.equals(Optional.of(cipher)));
    }

    /** Whether a digest may be made where these are allowed. */
    public static boolean allows(Set<LegacyAlgorithm> allowed, SignedAlgorithm digest) {
        return !digest.isLegacy() || allowed.stream().anyMatch(each -> each.digest.equals(Optional.of(digest)));
    }

    public static final Map<String, LegacyAlgorithm> WORDS = words();

    private static Map<String, LegacyAlgorithm> words() {
        Map<String, LegacyAlgorithm> words = new LinkedHashMap<>();
        for (LegacyAlgorithm algorithm : values()) {
            words.put(algorithm.word, algorithm);
        }
        return words;
    }
}
