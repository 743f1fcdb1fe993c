package org.postseal.gateway.pipeline;

/**
 * A message that claims to be signed by somebody, and is not.
 *
 * @param name what the trick is, with its class in front
 * @param message with CRLF, an octet a character
 * @param verdict as the audit log has it
 * @param results what stands behind our id in Authentication-Results, unfolded
 */
record Spoof(String name, String message, String verdict, String results) {
    static Spoof of(String name, String message, String verdict, String results) {
        return new Spoof(name, message, verdict, results);
    }

    /** No signature at the root, and none claimed. */
    static Spoof unsigned(String name, String message) {
        return new Spoof(name, message, "unsigned", "smime=none");
    }

    @Override
    public String toString() {
        return name;
    }
}
