package org.postseal.policy.yaml;

/**
 * One fault in a configuration or policy file. It prints as {@code FILE:LINE: KEY: what is wrong (nearest valid name)},
 * without the line if the whole file is meant.
 *
 * @param file its name as the admin gave it
 * @param line from 1; 0 for a problem of the whole file
 * @param key dotted path such as {@code listeners[1].address}; empty for a problem of the whole file
 * @param message what is wrong, with the nearest valid name in parentheses if there is one
 * @param severity whether the problem stops the start
 */
public record Problem(String file, int line, String key, String message, Severity severity) {
    /** Tells whether a problem stops the start. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Problem error(String file, int line, String key, String message) {
        return new Problem(file, line, key, message, Severity.ERROR);
    }

    public static Problem warning(String file, int line, String key, String message) {
        return new Problem(file, line, key, message, Severity.WARNING);
    }

    @Override
    public String toString() {
        return file + (line == 0 ? ": " : ":" + line + ": ") + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
