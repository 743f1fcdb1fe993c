package org.postseal.gateway.admin.rollout;

/** Names of files that every system takes, from text that may be anything. */
final class FileNames {
    private FileNames() {}

    /** Letters, digits, and what is harmless between them; at most 40 characters, none of it a dot at the start. */
    static String of(String text) {
        String name = text.replaceAll("[^A-Za-z0-9.-]+", "_").replaceFirst("^[.-]+", "_");
        return name.substring(0, Math.min(name.length(), 40));
    }
}
