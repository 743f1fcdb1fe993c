package org.postseal.certstore.format;

/**
 * Something the admin should know.
 *
 * @param message in words, without secrets
 */
public record FormatProblem(Position position, String message) {
    @Override
    public String toString() {
        return position + ": " + message;
    }
}
