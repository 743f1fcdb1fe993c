package org.postseal.gateway.road.pipeline;

import java.util.Optional;

/**
 * A message that claims to be signed by a person, and is not.
 *
 * @param name what the trick is, with its class in front
 * @param message the message with CRLF, one octet in each character
 * @param verdict the verdict as the audit log has it
 * @param results the text behind our id in Authentication-Results, unfolded; empty if the mail is as it came and has no
 * such field
 */
record Spoof(String name, String message, String verdict, Optional<String> results) {
    static Spoof of(String name, String message, String verdict, String results) {
        return new Spoof(name, message, verdict, Optional.of(results));
    }

    /**
     * Makes a spoof without a signature at the root: mail without protection, which is passed on octet for octet and so
     * gets no field either.
     */
    static Spoof unsigned(String name, String message) {
        return new Spoof(name, message, "unsigned", Optional.empty());
    }

    /**
     * Makes a spoof without a signature at the root of what was opened: the copy is ours, and says so (RFC 7281 §3.1).
     */
    static Spoof openedUnsigned(String name, String message) {
        return new Spoof(name, message, "unsigned", Optional.of("smime=none"));
    }

    @Override
    public String toString() {
        return name;
    }
}
