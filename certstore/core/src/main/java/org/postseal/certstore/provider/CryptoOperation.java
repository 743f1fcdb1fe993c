package org.postseal.certstore.provider;

/** The cryptographic operations on mail, for counting. */
public enum CryptoOperation {
    SIGN("sign"),
    VERIFY("verify"),
    ENCRYPT_CONTENT("encrypt_content"),
    DECRYPT_CONTENT("decrypt_content"),
    /** A content key is encrypted for one recipient by key transport, agreement or encapsulation. */
    ENCRYPT_KEY("encrypt_key"),
    /** A content key is recovered by the recipient. */
    DECRYPT_KEY("decrypt_key");

    private final String word;

    CryptoOperation(String word) {
        this.word = word;
    }

    /** Returns the label for metrics. */
    public String word() {
        return word;
    }
}
