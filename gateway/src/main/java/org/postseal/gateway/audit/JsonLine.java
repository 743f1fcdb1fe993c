package org.postseal.gateway.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one JSON object on one line. Values come from mail, so they are cut at {@link #MAX_OCTETS} and nothing in them can end the string or the line, or drive a
 * terminal: controls, DEL, C1, line separators, bidirectional and other invisible format characters and lone surrogates are written as escapes. Not thread-safe.
 */
final class JsonLine {
    private final StringBuilder text = new StringBuilder(USUAL).append('{');
    private final Optional<AddressHash> addresses;

    /** With addresses as they are. */
    JsonLine() {
        this(Optional.empty());
    }

    /** @param addresses what stands in their place, in whatever value they are; empty where they may be read */
    JsonLine(Optional<AddressHash> addresses) {
        this.addresses = addresses;
    }

    JsonLine put(String name, String value) {
        name(name);
        string(hashed(value));
        return this;
    }

    /** A value that looks like an address and is none. */
    JsonLine putAsIs(String name, Optional<String> value) {
        value.ifPresent(present -> {
            name(name);
            string(present);
        });
        return this;
    }

    /** Left out when empty. */
    JsonLine put(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    JsonLine put(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    JsonLine put(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Left out when empty. */
    JsonLine put(String name, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        name(name);
        char separator = '[';
        for (String value : values) {
            text.append(separator);
            string(hashed(value));
            separator = ',';
        }
        text.append(']');
        return this;
    }

    /** As an object; left out when empty. */
    JsonLine put(String name, Map<String, Long> numbers) {
        if (numbers.isEmpty()) {
            return this;
        }
        name(name);
        char separator = '{';
        for (Map.Entry<String, Long> number : numbers.entrySet()) {
            text.append(separator);
            string(number.getKey());
            text.append(':').append(number.getValue());
            separator = ',';
        }
        text.append('}');
        return this;
    }

    /** The object with its line end. */
    byte[] finish() {
        return text.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private String hashed(String value) {
        return addresses.map(hash -> hash.in(value)).orElse(value);
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        // of a fact it may be anything
        string(name);
        text.append(':');
    }

    private void string(String value) {
        text.append('"');
        // nearly every value is plain and short, and then there is nothing to look at twice
        if (value.length() <= MAX_OCTETS && isPlain(value)) {
            text.append(value).append('"');
            return;
        }
        int octets = 0;
        for (int i = 0; i < value.length(); ) {
            int point = value.codePointAt(i);
            octets += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
            if (octets > MAX_OCTETS) {
                text.append(CUT);
                break;
            }
            append(point);
            i += Character.charCount(point);
        }
        text.append('"');
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void append(int point) {
        if (point == '"' || point == '\\') {
            text.append('\\').append((char) point);
        } else {
            VisibleText.append(point, text);
        }
    }

    private static final int USUAL = 3072;
    static final int MAX_OCTETS = 1024;
    /** Behind a value that was cut. */
    static final String CUT = "[...]";
}
