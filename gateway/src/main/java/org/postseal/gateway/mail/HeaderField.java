package org.postseal.gateway.mail;

import java.nio.charset.StandardCharsets;

/**
 * One header field as its raw octets, folding and final CRLF included. Immutable.
 *
 * @param name as spelled
 * @param raw all octets, from the name to the CRLF of its last line
 */
public record HeaderField(String name, byte[] raw) {
    /** The body without the leading blank and the line ends, folding removed (RFC 5322 §2.2.3); octets as ISO-8859-1 unless they are valid UTF-8. */
    public String unfolded() {
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        return text.substring(text.indexOf(':') + 1).replace("\r\n", "").strip();
    }

    /** True for this field name, whatever the case. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
