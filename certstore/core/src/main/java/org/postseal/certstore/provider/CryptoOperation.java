package org.postseal.certstore.provider;

/** What is done to mail by cryptography, for counting. */
public enum CryptoOperation {
    SIGN("sign"),
    VERIFY("verify"),
    ENCRYPT_CONTENT("encrypt_content"),
    DECRYPT_CONTENT("decrypt_content"),
    /** A content key is made fit for one recipient: key transport, agreement or encapsulation. */
    ENCRYPT_KEY("encrypt_key"),
    /** The same, backwards. */
    DECRYPT_KEY("decrypt_key");

    private final String word;

    CryptoOperation(String word) {
        this.word = word;
    }

    /** For figures. */
    public String word() {
        return word;
    }
}
