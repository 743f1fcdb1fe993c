package org.postseal.policy.protection;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
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
    SHA1(SignedAlgorithm.SHA1),
    /**
     * AES-GCM or ChaCha20-Poly1305 in enveloped-data, with its tag at the end of the ciphertext. RFC 5083 gives such a
     * cipher a content type of its own. It is read from partners alone, and never written.
     */
    AEAD_IN_ENVELOPED_DATA("AEADInEnvelopedData");

    private final String word;
    private final Optional<EncryptionAlgorithm> cipher;
    private final Optional<SignedAlgorithm> digest;

    LegacyAlgorithm(EncryptionAlgorithm cipher) {
        this.word = cipher.word();
        this.cipher = Optional.of(cipher);
        this.digest = Optional.empty();
    }

    LegacyAlgorithm(String word) {
        this.word = word;
        this.cipher = Optional.empty();
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

    /** Returns its digest; empty for a cipher and for {@link #AEAD_IN_ENVELOPED_DATA}. */
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

    /** The words of what can be read. */
    public static final Map<String, LegacyAlgorithm> WORDS = Words.of(LegacyAlgorithm.class, LegacyAlgorithm::word);

    /** The words of what can be written too. */
    public static final Map<String, LegacyAlgorithm> WRITTEN = written();

    private static Map<String, LegacyAlgorithm> written() {
        Map<String, LegacyAlgorithm> words = new LinkedHashMap<>(WORDS);
        words.values().remove(AEAD_IN_ENVELOPED_DATA);
        return Collections.unmodifiableMap(words);
    }
}
