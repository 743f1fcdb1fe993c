package org.postseal.gateway.audit.record;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Says for people what was done to the protection that a message came with: {@code kept closed: cipher not allowed}.
 */
public final class HandledText {
    private HandledText() {}

    /** Returns the words for a record; empty if nothing was done. Records of older versions have no reason. */
    public static Optional<String> of(AuditLine line) {
        return of(line, HandledText::text);
    }

    /** Returns the words for a record, with other words for why a ciphertext stayed closed. */
    public static Optional<String> of(AuditLine line, UnaryOperator<String> closed) {
        return line.first(DONE)
                .filter(done -> !done.isEmpty())
                .map(done -> text(done)
                        + line.first(CLOSED)
                                .map(why -> ": " + closed.apply(why))
                                .orElse(""));
    }

    /** Returns a word of a record as people see it. */
    public static String text(String word) {
        return word.replace('_', ' ');
    }

    public static final String DONE = "postseal.incoming";

    /** The field that says why a ciphertext stayed closed. */
    public static final String CLOSED = "postseal.closed";
}
