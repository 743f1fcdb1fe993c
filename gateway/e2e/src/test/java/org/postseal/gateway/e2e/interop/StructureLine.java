package org.postseal.gateway.e2e.interop;

import java.util.List;

/**
 * Messages of several CMS objects, and objects that are neither a signature nor a ciphertext, with RSA-2048, SHA-256
 * and AES-CBC.
 */
enum StructureLine implements Line {
    SIGNED_AND_ENCRYPTED("signed, then encrypted"),
    TRIPLE_WRAPPED("signed, encrypted and signed again"),
    COMPRESSED("compressed, then encrypted"),
    CERTIFICATES_ONLY("certificates alone");

    private final String words;

    StructureLine(String words) {
        this.words = words;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public List<Column> columns() {
        return switch (this) {
            case SIGNED_AND_ENCRYPTED, TRIPLE_WRAPPED, CERTIFICATES_ONLY -> List.of(Column.TO_PEER, Column.FROM_PEER);
            // Postseal compresses nothing.
            case COMPRESSED -> List.of(Column.FROM_PEER);
        };
    }
}
