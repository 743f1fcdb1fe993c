package org.postseal.certstore.format;

/** Reports that octets are not BER, or not the structure that they should be. It never leaves this package. */
final class BerException extends Exception {
    private static final long serialVersionUID = 1;

    private final int offset;

    BerException(int offset, String message) {
        super(message);
        this.offset = offset;
    }

    int offset() {
        return offset;
    }
}
