package org.postseal.gateway.smtp;

import java.util.Optional;

/**
 * Holds an enhanced mail system status code (RFC 3463).
 *
 * @param classDigit 2, 4 or 5
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int classDigit, int subject, int detail) {
    /** Parses {@code 5.7.1}; the result is empty for anything else. */
    public static Optional<EnhancedStatus> parse(String text) {
        int second = text.indexOf('.', 2);
        if (second < 0 || text.charAt(1) != '.' || "245".indexOf(text.charAt(0)) < 0) {
            return Optional.empty();
        }
        int subject = number(text, 2, second);
        int detail = number(text, second + 1, text.length());
        return subject < 0 || detail < 0
                ? Optional.empty()
                : Optional.of(new EnhancedStatus(text.charAt(0) - '0', subject, detail));
    }

    /** Returns a number of one to three digits, or -1 if there is none. */
    private static int number(String text, int start, int end) {
        int number = end > start && end - start <= 3 ? 0 : -1;
        for (int i = start; number >= 0 && i < end; i++) {
            int digit = text.charAt(i) - '0';
            number = digit >= 0 && digit <= 9 ? 10 * number + digit : -1;
        }
        return number;
    }

    @Override
    public String toString() {
        return classDigit + "." + subject + "." + detail;
    }
}
