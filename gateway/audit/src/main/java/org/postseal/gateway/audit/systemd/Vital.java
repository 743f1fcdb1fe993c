package org.postseal.gateway.audit.systemd;

import java.util.Optional;

/**
 * A part that the gateway cannot work without, and that only a restart repairs.
 *
 * @param name the name for the log
 * @param check a check that is run again and again, on its own thread
 */
public record Vital(String name, Check check) {
    /** Checks whether the part still answers. It may wait. */
    @FunctionalInterface
    public interface Check {
        /**
         * Returns a fault that only a restart repairs; empty if the part has answered.
         *
         * @throws Exception if the part has answered with a failure, which is an answer too: a full disk defers mail,
         * and a restart would not make room
         */
        Optional<String> fault() throws Exception;
    }
}
