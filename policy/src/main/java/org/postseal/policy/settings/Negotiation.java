package org.postseal.policy.settings;

/** {@code AllowSMIMEEncryptionAlgorithmNegotiation} (MS-ASPROV §2.2.2.13). */
public enum Negotiation {
    BLOCK("BlockNegotiation"),
    ONLY_STRONG("OnlyStrongAlgorithmNegotiation"),
    ALLOW_ANY("AllowAnyAlgorithmNegotiation");

    private final String word;

    Negotiation(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
