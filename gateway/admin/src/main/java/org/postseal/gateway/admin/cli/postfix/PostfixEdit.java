package org.postseal.gateway.admin.cli.postfix;

/**
 * Describes one change of {@code main.cf} or {@code master.cf}.
 *
 * @param option the option of postconf(1) that makes it
 * @param text what follows the option
 */
public record PostfixEdit(String option, String text) {
    /** Writes a setting, such as {@code myorigin = example.com}, into {@code main.cf}. */
    static PostfixEdit main(String setting) {
        return new PostfixEdit("-e", setting);
    }

    /** Writes an option, such as {@code pickup/unix/content_filter = x}, into a service of {@code master.cf}. */
    static PostfixEdit override(String setting) {
        return new PostfixEdit("-P", setting);
    }

    /**
     * Adds a service to {@code master.cf}.
     *
     * @param label its name and type, such as {@code back/unix}
     * @param line what follows these two
     */
    static PostfixEdit service(String label, String line) {
        int slash = label.lastIndexOf('/');
        return new PostfixEdit(
                "-M", label + "=" + label.substring(0, slash) + " " + label.substring(slash + 1) + " " + line);
    }
}
