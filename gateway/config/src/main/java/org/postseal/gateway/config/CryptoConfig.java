package org.postseal.gateway.config;

/**
 * How private keys are used.
 *
 * @param batch whether RSA operations of messages that come at the same time are done together
 */
public record CryptoConfig(Batch batch) {
    /** They are done together where the machine can. */
    public static final CryptoConfig DEFAULT = read(Section.empty());

    /** When RSA operations are done together. */
    public enum Batch {
        /** Where the library and the processor are there, and nothing tells against them. */
        AUTO,
        OFF
    }

    static CryptoConfig read(Section crypto) {
        return new CryptoConfig(crypto.value("batch", Type.word(Batch.class), Batch.AUTO));
    }

    /** Returns true if RSA operations are to be done together where the machine can. */
    public boolean isBatching() {
        return batch == Batch.AUTO;
    }
}
