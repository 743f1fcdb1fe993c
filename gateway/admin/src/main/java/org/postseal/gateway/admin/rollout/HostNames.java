package org.postseal.gateway.admin.rollout;

/** Checks host names before they go into a script. */
final class HostNames {
    private HostNames() {}

    /**
     * @throws IllegalArgumentException unless the text is a name of two labels or more (RFC 952, RFC 1123 §2.1); an IP
     *     address is refused too
     */
    static void require(String text) {
        if (text.length() > 253 || !text.matches(LABEL + "(?:\\." + LABEL + ")+") || text.matches(".*\\.[0-9]+")) {
            throw new IllegalArgumentException("no host name: " + text.replaceAll("\\p{Cntrl}", " "));
        }
    }

    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
}
