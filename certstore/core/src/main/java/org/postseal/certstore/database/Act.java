package org.postseal.certstore.database;

import java.time.Instant;

/**
 * Who changed something, when and why.
 *
 * @param who the person or the part of the program: {@code root}, {@code sync}
 * @param note free text, may be empty
 */
public record Act(String who, Instant when, String note) {
    /** An act that needs no explanation. */
    public static Act of(String who, Instant when) {
        return new Act(who, when, "");
    }
}
