package org.postseal.gateway.admin.rollout;

import java.nio.charset.StandardCharsets;

/**
 * One file to take away.
 *
 * @param name of the file, without a folder
 * @param isSecret whether it holds something that only its owner may read
 */
public record RolloutFile(String name, byte[] octets, boolean isSecret) {
    /** For everybody to read. */
    static RolloutFile of(String name, byte[] octets) {
        return new RolloutFile(name, octets, false);
    }

    /** Text in UTF-8, for everybody to read. */
    static RolloutFile of(String name, String text) {
        return of(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
