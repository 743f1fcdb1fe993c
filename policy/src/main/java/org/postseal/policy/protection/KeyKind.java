package org.postseal.policy.protection;

import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds of key a certificate can be for, by the words of {@code keyAlgorithms}. */
public enum KeyKind {
    /** PKCS #1 v1.5, PSS and OAEP alike (RFC 8017). */
    RSA("RSA"),
    /** A NIST curve: ECDSA and ECDH (RFC 5753). */
    EC("EC"),
    /** Signs only (RFC 8419). */
    ED25519("Ed25519"),
    /** Signs only (RFC 8419). */
    ED448("Ed448"),
    /** Agrees on keys only (RFC 8418). */
    X25519("X25519"),
    /** As X25519, larger. */
    X448("X448"),
    /** Encapsulates keys only (RFC 9936). */
    ML_KEM("ML-KEM"),
    /** Signs only (RFC 9882). */
    ML_DSA("ML-DSA");

    private final String word;

    KeyKind(String word) {
        this.word = word;
    }

    /** As the policy writes it. */
    public String word() {
        return word;
    }

    public static final Map<String, KeyKind> WORDS = words();

    private static Map<String, KeyKind> words() {
        Map<String, KeyKind> words = new LinkedHashMap<>();
        for (KeyKind kind : values()) {
            words.put(kind.word, kind);
        }
        return words;
    }
}
