package org.postseal.policy.protection;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.yaml.Words;

/**
 * An algorithm that is out of date, by Exchange's value names. It is used for new messages only if
 * {@code allowLegacyAlgorithms} of the sender's mailbox policy names it. It is opened and trusted only if the
 * recipient's policy names it, there or in {@code readLegacyAlgorithms}.
 */
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

    /** Returns the name in the policy. */
    public String word() {
        return word;
    }

    /** Returns its digest; empty for a cipher. */
    public Optional<SignedAlgorithm> digest() {
        return digest;
    }

    /** Returns the legacy algorithm for a cipher; empty if the cipher is not out of date. */
    public static Optional<LegacyAlgorithm> of(EncryptionAlgorithm cipher) {
        return Arrays.stream(values())
                .filter(each -> each.cipher.equals(Optional.of(cipher)))
                .findFirst();
    }

    /** Returns the legacy algorithm for a digest; empty if the digest is not out of date. */
    public static Optional<LegacyAlgorithm> of(SignedAlgorithm digest) {
        return Arrays.stream(values())
                .filter(each -> each.digest.equals(Optional.of(digest)))
                .findFirst();
    }

    /** Returns true if a cipher may be used for new messages, or opened, when these algorithms are allowed. */
    public static boolean allows(Set<LegacyAlgorithm> allowed, EncryptionAlgorithm cipher) {
        return !cipher.isLegacy() || allowed.stream().anyMatch(each -> each.cipher.equals(Optional.of(cipher)));
    }

    /** Returns true if a digest may be used for new signatures when these algorithms are allowed. */
    public static boolean allows(Set<LegacyAlgorithm> allowed, SignedAlgorithm digest) {
        return !digest.isLegacy() || allowed.stream().anyMatch(each -> each.digest.equals(Optional.of(digest)));
    }

    public static final Map<String, LegacyAlgorithm> WORDS = Words.of(LegacyAlgorithm.class, LegacyAlgorithm::word);
}
