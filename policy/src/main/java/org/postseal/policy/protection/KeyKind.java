package org.postseal.policy.protection;

import java.util.Map;
import org.postseal.policy.yaml.Words;

/** The kinds of key that a certificate can have, by the words of {@code keyAlgorithms}. */
public enum KeyKind {
    /** It serves for PKCS #1 v1.5, PSS and OAEP (RFC 8017). */
    RSA("RSA"),
    /** A NIST curve, which serves for ECDSA and ECDH (RFC 5753). */
    EC("EC"),
    /** A Brainpool curve (RFC 5639), which serves for the same. */
    BRAINPOOL("Brainpool"),
    /** It only signs (RFC 8419). */
    ED25519("Ed25519"),
    /** It only signs (RFC 8419). */
    ED448("Ed448"),
    /** It only agrees on keys (RFC 8418). */
    X25519("X25519"),
    /** It only agrees on keys (RFC 8418), like X25519. */
    X448("X448"),
    /** It only encapsulates keys (RFC 9936). */
    ML_KEM("ML-KEM"),
    /** It only signs (RFC 9882). */
    ML_DSA("ML-DSA");

    private final String word;

    KeyKind(String word) {
        this.word = word;
    }

    /** Returns the name in the policy. */
    public String word() {
        return word;
    }

    public static final Map<String, KeyKind> WORDS = Words.of(KeyKind.class, KeyKind::word);
}
