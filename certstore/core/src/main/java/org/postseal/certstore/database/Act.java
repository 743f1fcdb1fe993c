package org.postseal.certstore.database;

import java.time.Instant;

/**
 * Says who changed something, when and why.
 *
 * @param who the person or the part of the program, for example {@code root} or {@code sync}
 * @param note free text, which may be empty
 */
public record Act(String who, Instant when, String note) {
    public static Act of(String who, Instant when) {
        return new Act(who, when, "");
    }
}
