package org.postseal.gateway.mail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postseal.policy.header.Letters;

/** Holds one header field as its raw octets, including folding and the final CRLF. Immutable. */
public final class HeaderField {
    private final String name;
    private final byte[] raw;
    private final int colon;
    private final boolean hasOneName;
    private final boolean hasBareLineEnd;

    private HeaderField(String name, byte[] raw, int colon) {
        this.name = name;
        this.raw = raw;
        this.colon = colon;
        this.hasOneName = !name.isEmpty() && Letters.areAll(name, c -> c > ' ' && c < 127 && c != '(');
        this.hasBareLineEnd = hasBareLineEnd(raw);
    }

    /** Makes a field of any octets. A line without a colon becomes a malformed field without a name. */
    public static HeaderField of(byte[] raw) {
        int colon = indexOfColon(raw);
        String name = new String(raw, 0, Math.max(colon, 0), StandardCharsets.ISO_8859_1);
        return new HeaderField(name.stripTrailing(), raw, colon);
    }

    /** Returns the name as spelled, without blanks before the colon; empty if there is no colon. */
    public String name() {
        return name;
    }

    /** Returns all octets, from the name to the CRLF of its last line. */
    public byte[] raw() {
        return raw;
    }

    /**
     * Returns the body without blanks around it and without folding (RFC 5322 §2.2.3). It is read as UTF-8, or as
     * ISO-8859-1 if it is not valid UTF-8.
     */
    public String unfolded() {
        int start = colon + 1;
        byte[] line = raw;
        int end = indexOfLineEnd(start);
        if (end + 2 != raw.length) {
            line = new byte[raw.length - start];
            end = 0;
            for (int i = start; i < raw.length; i++) {
                if (isLineEnd(i)) {
                    i++;
                } else {
                    line[end++] = raw[i];
                }
            }
            start = 0;
        }
        while (start < end && isBlank(line[start])) {
            start++;
        }
        while (end > start && isBlank(line[end - 1])) {
            end--;
        }
        return text(line, start, end - start);
    }

    /**
     * Returns the name that some program may read where this one is none: they skip comments and what cannot stand in a
     * name, or take a line that begins with a blank for the rest of it. Empty if the name is as RFC 5322 §2.2 has it,
     * and has no comment.
     */
    public Optional<String> possibleName() {
        return hasOneName
                ? Optional.empty()
                : Optional.of(LooseName.in(new String(raw, StandardCharsets.ISO_8859_1))
                        .text());
    }

    /** Returns true if this is the field's name, or some program may read it as such. */
    public boolean mayBe(String other) {
        return is(other) || possibleName().filter(other::equalsIgnoreCase).isPresent();
    }

    /** Compares the field name, ignoring case. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }

    /**
     * Returns true if other programs may see another field here, or the end of the header. That is so if there is no
     * colon, the name is empty, holds anything but printable ASCII (RFC 5322 §2.2) or begins a comment, a blank stands
     * before the colon, or there is a bare CR, a bare LF or a NUL anywhere. Nobody may trust such a field; it is
     * relayed as it is.
     */
    public boolean isMalformed() {
        return !hasOneName || colon != name.length() || hasBareLineEnd;
    }

    /**
     * Returns true for a bare CR, a bare LF or a NUL anywhere in the field. Some programs see another field after it.
     */
    public boolean hasBareLineEnd() {
        return hasBareLineEnd;
    }

    static String text(byte[] octets, int offset, int length) {
        String text = new String(octets, offset, length, StandardCharsets.UTF_8);
        // This character takes the place of octets that are not UTF-8, and may also stand in the text itself.
        if (text.indexOf('\uFFFD') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, offset, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(octets, offset, length, StandardCharsets.ISO_8859_1);
        }
    }

    private int indexOfLineEnd(int from) {
        int at = from;
        while (at < raw.length && !isLineEnd(at)) {
            at++;
        }
        return at;
    }

    private boolean isLineEnd(int at) {
        return raw[at] == '\r' && at + 1 < raw.length && raw[at + 1] == '\n';
    }

    private static boolean hasBareLineEnd(byte[] raw) {
        for (int i = 0; i < raw.length; i++) {
            boolean bareReturn = raw[i] == '\r' && (i + 1 == raw.length || raw[i + 1] != '\n');
            boolean bareFeed = raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r');
            if (raw[i] == 0 || bareReturn || bareFeed) {
                return true;
            }
        }
        return false;
    }

    private static int indexOfColon(byte[] raw) {
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == ':') {
                return i;
            }
            // The name ends with its line, so a colon in a continuation line ends no name.
            if (raw[i] == '\n' && i > 0 && raw[i - 1] == '\r') {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
