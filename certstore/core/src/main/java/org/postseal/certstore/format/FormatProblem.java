package org.postseal.certstore.format;

/**
 * Something that the administrator should know about a file.
 *
 * @param message the problem in words, without secrets
 */
public record FormatProblem(Position position, String message) {
    @Override
    public String toString() {
        return position + ": " + message;
    }
}
