package org.postseal.gateway.admin.rollout;

/** Turns any text into a file name that every operating system accepts. */
final class FileNames {
    private FileNames() {}

    /**
     * Keeps letters, digits, dots and hyphens; at most 40 characters, the first of which is neither a dot nor a hyphen.
     */
    static String of(String text) {
        String name = text.replaceAll("[^A-Za-z0-9.-]+", "_").replaceFirst("^[.-]+", "_");
        return name.substring(0, Math.min(name.length(), 40));
    }
}
