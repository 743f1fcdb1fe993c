package org.postseal.gateway.mail;

import java.util.Optional;

/**
 * Walks the unfolded text of a structured field (RFC 5322 §3.2, RFC 2045 §5.1): blanks, comments, quoted strings and
 * tokens. It never recurses, and it reads each character once.
 */
final class FieldLexer {
    private final String text;
    private int position;

    FieldLexer(String text) {
        this.text = text;
    }

    boolean isAtEnd() {
        return position == text.length();
    }

    int position() {
        return position;
    }

    String textFrom(int start) {
        return text.substring(Math.min(start, position), position);
    }

    /** Returns the next character, or 0 at the end. */
    char peek() {
        return isAtEnd() ? 0 : text.charAt(position);
    }

    char take() {
        return text.charAt(position++);
    }

    /** Steps over this character if it is the next one. */
    boolean accept(char expected) {
        boolean found = !isAtEnd() && text.charAt(position) == expected;
        if (found) {
            position++;
        }
        return found;
    }

    /** Steps over blanks and comments; returns false if a comment has no end. */
    boolean skipBlanksAndComments() {
        while (!isAtEnd()) {
            char next = peek();
            if (next == '(') {
                if (!skipComment()) {
                    return false;
                }
            } else if (isBlank(next)) {
                position++;
            } else {
                return true;
            }
        }
        return true;
    }

    /** Returns the longest run of token characters (RFC 2045 §5.1), which may be empty. */
    String token() {
        int start = position;
        while (!isAtEnd() && isTokenCharacter(peek())) {
            position++;
        }
        return text.substring(start, position);
    }

    /** Returns the text before the next of these characters. */
    String until(String ends) {
        int start = position;
        while (!isAtEnd() && ends.indexOf(peek()) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    /**
     * Returns the value of the quoted string that begins here, without quotes and backslashes. If the string has no
     * end, the result is empty and everything is read.
     */
    Optional<String> quotedString() {
        StringBuilder value = new StringBuilder();
        position++;
        while (!isAtEnd()) {
            char next = take();
            if (next == '"') {
                return Optional.of(value.toString());
            }
            if (next == '\\' && !isAtEnd()) {
                next = take();
            }
            value.append(next);
        }
        return Optional.empty();
    }

    static boolean isTokenCharacter(char c) {
        return c > ' ' && c < 127 && "()<>@,;:\\\"/[]?=".indexOf(c) < 0;
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private boolean skipComment() {
        int depth = 0;
        while (!isAtEnd()) {
            switch (take()) {
                case '(' -> depth++;
                case ')' -> {
                    depth--;
                    if (depth == 0) {
                        return true;
                    }
                }
                case '\\' -> position = Math.min(position + 1, text.length());
                default -> {}
            }
        }
        return false;
    }
}
