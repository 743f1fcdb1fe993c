package org.postseal.policy.yaml;

/**
 * One fault in a configuration or policy file. Printed as {@code FILE:LINE: KEY: what is wrong (nearest valid name)}.
 *
 * @param file as the admin named it
 * @param line from 1; 0 when the file as a whole is meant
 * @param key dotted path such as {@code listeners[1].address}; empty when the file as a whole is meant
 * @param message what is wrong, with the nearest valid name in parentheses where there is one
 * @param severity whether it stops the start
 */
public record Problem(String file, int line, String key, String message, Severity severity) {
    /** How bad. */
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
        return file + ":" + line + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
