package org.postseal.policy.outcome;

import java.util.Optional;

/**
 * Holds the text that a rule has for a reply of its own.
 *
 * @param name of a text in the policy's {@code words}; empty if {@code line} is the text itself
 * @param line ASCII, one line; that of a named text as it is written, without anything in its placeholders
 */
public record RefusalText(Optional<String> name, String line) {
    public static RefusalText line(String text) {
        return new RefusalText(Optional.empty(), text);
    }

    public static RefusalText named(String name, String source) {
        return new RefusalText(Optional.of(name), source);
    }

    /** Returns the text itself if it has no name. */
    public Optional<String> literal() {
        return name.isPresent() ? Optional.empty() : Optional.of(line);
    }
}
