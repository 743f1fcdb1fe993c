package org.postseal.gateway.config;

import java.util.List;
import java.util.Set;
import org.postseal.certstore.Draft;

/**
 * How private keys are used, and what is read.
 *
 * @param batch whether RSA operations of messages that come at the same time are done together
 * @param drafts the drafts whose algorithms are read
 */
public record CryptoConfig(Batch batch, Set<Draft> drafts) {
    /** They are done together where the machine can. */
    public static final CryptoConfig DEFAULT = read(Section.empty());

    /** When RSA operations are done together. */
    public enum Batch {
        /** Where the library and the processor are there, and nothing tells against them. */
        AUTO,
        OFF
    }

    static CryptoConfig read(Section crypto) {
        return new CryptoConfig(
                crypto.value("batch", Type.word(Batch.class), Batch.AUTO),
                Set.copyOf(crypto.value("drafts", Type.distinct(Type.word(Draft.class)), List.of())));
    }

    /** Returns true if RSA operations are to be done together where the machine can. */
    public boolean isBatching() {
        return batch == Batch.AUTO;
    }
}
