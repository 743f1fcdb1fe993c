package org.postseal.certstore.format;

import org.jspecify.annotations.Nullable;

/** The lines of a text with their numbers. A line ends with LF or CRLF. Not thread-safe. */
final class Lines {
    private final String text;
    private int at;
    private int number;

    Lines(String text) {
        this.text = text;
    }

    /** Returns the next line without its end; null behind the last. */
    @Nullable
    String next() {
        if (at >= text.length()) {
            return null;
        }
        int end = text.indexOf('\n', at);
        int next = end < 0 ? text.length() : end + 1;
        if (end < 0) {
            end = text.length();
        }
        if (end > at && text.charAt(end - 1) == '\r') {
            end--;
        }
        String line = text.substring(at, end);
        at = next;
        number++;
        return line;
    }

    /** Returns the number of the line that was returned last, 1 for the first. */
    int number() {
        return number;
    }

    /** Returns true if the next line begins with {@code c}. */
    boolean continuesWith(char c) {
        return at < text.length() && text.charAt(at) == c;
    }
}
