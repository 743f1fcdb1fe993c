package org.postseal.gateway.road.pipeline;

import java.util.Optional;

/**
 * A message that claims to be signed by somebody, and is not.
 *
 * @param name what the trick is, with its class in front
 * @param message with CRLF, an octet a character
 * @param verdict as the audit log has it
 * @param results what stands behind our id in Authentication-Results, unfolded; empty where mail is as it came and has no such field
 */
record Spoof(String name, String message, String verdict, Optional<String> results) {
    static Spoof of(String name, String message, String verdict, String results) {
        return new Spoof(name, message, verdict, Optional.of(results));
    }

    /** No signature at the root: mail without protection, which is handed on octet for octet, so that it gets no field either. */
    static Spoof unsigned(String name, String message) {
        return new Spoof(name, message, "unsigned", Optional.empty());
    }

    /** No signature at the root of what was opened: the copy is ours, and says so (RFC 7281 §3.1). */
    static Spoof openedUnsigned(String name, String message) {
        return new Spoof(name, message, "unsigned", Optional.of("smime=none"));
    }

    @Override
    public String toString() {
        return name;
    }
}
