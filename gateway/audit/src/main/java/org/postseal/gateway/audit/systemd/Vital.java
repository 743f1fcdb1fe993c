package org.postseal.gateway.audit.systemd;

import java.util.Optional;

/**
 * A part that a gateway does nothing without, and that only another start mends.
 *
 * @param name for the log
 * @param check asked again and again, on a thread of its own
 */
public record Vital(String name, Check check) {
    /** Tries whether the part still answers; may wait. */
    @FunctionalInterface
    public interface Check {
        /**
         * What only another start mends; empty when the part has answered.
         *
         * @throws Exception is an answer as well: a full disk defers mail, and a start would not make room
         */
        Optional<String> fault() throws Exception;
    }
}
