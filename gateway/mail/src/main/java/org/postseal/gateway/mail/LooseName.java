package org.postseal.gateway.mail;

/**
 * The name of a field as the most tolerant programs read it: they skip comments and whatever cannot stand in a name.
 *
 * @param text the name without what is skipped; empty if there is no colon
 * @param colon where the name ends; -1 if there is no colon
 */
public record LooseName(String text, int colon) {
    /** Reads the name at the start of a line, or of a whole field. A colon within a comment ends no name. */
    public static LooseName in(String line) {
        StringBuilder name = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (depth > 0 && c == '\\') {
                i++;
            } else if (c == '(') {
                depth++;
            } else if (depth > 0) {
                depth -= c == ')' ? 1 : 0;
            } else if (c == ':') {
                return new LooseName(name.toString(), i);
            } else if (c > ' ' && c < 127) {
                name.append(c);
            }
        }
        // A comment that does not end is none.
        int colon = line.indexOf(':');
        return new LooseName(line.substring(0, Math.max(colon, 0)).replaceAll("[^!-~]|[()]", ""), colon);
    }
}
