package org.postseal.gateway.audit.record;

import java.util.Optional;

/** Shows people what was done to the protection a message came with: {@code kept closed: cipher not allowed}. */
public final class HandledText {
    private HandledText() {}

    /** Returns the words for a record, also for one of a version without reasons; empty where nothing was done. */
    public static Optional<String> of(AuditLine line) {
        return line.first(DONE)
                .filter(done -> !done.isEmpty())
                .map(done -> text(done)
                        + line.first(CLOSED).map(why -> ": " + text(why)).orElse(""));
    }

    /** One word of a record. */
    public static String text(String word) {
        return word.replace('_', ' ');
    }

    /** The field with what was done. */
    public static final String DONE = "postseal.incoming";

    /** The field with why a ciphertext did not come out. */
    public static final String CLOSED = "postseal.closed";
}
