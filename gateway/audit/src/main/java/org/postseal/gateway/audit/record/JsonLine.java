package org.postseal.gateway.audit.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one JSON object on one line. Values come from mail. Therefore they are cut at {@link #MAX_OCTETS}, and nothing
 * in them can end the string or the line or control a terminal. Controls, DEL, C1, line separators, bidirectional and
 * other invisible format characters and lone surrogates are written as escapes. Not thread-safe.
 */
public final class JsonLine {
    private final Optional<AddressHash> addresses;
    private byte[] octets = new byte[USUAL];
    private int length;

    /** Begins a line with addresses as they are. */
    public JsonLine() {
        this(Optional.empty());
    }

    /** @param addresses hashes the addresses in all values; empty if they may be read */
    JsonLine(Optional<AddressHash> addresses) {
        this.addresses = addresses;
        add('{');
    }

    public JsonLine put(String name, String value) {
        name(name);
        string(hashed(value));
        return this;
    }

    /** Adds a value that looks like an address and is none, such as a Message-ID. */
    JsonLine putAsIs(String name, Optional<String> value) {
        value.ifPresent(present -> {
            name(name);
            string(present);
        });
        return this;
    }

    /** Adds a value; an empty one is left out. */
    public JsonLine put(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    public JsonLine put(String name, long value) {
        name(name);
        number(value);
        return this;
    }

    JsonLine put(String name, boolean value) {
        name(name);
        add(Boolean.toString(value).getBytes(US_ASCII));
        return this;
    }

    /** Adds a list; an empty one is left out. */
    JsonLine put(String name, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        name(name);
        char separator = '[';
        for (String value : values) {
            add(separator);
            string(hashed(value));
            separator = ',';
        }
        add(']');
        return this;
    }

    /** Adds an object; an empty one is left out. */
    JsonLine put(String name, Map<String, Long> numbers) {
        if (numbers.isEmpty()) {
            return this;
        }
        name(name);
        char separator = '{';
        for (Map.Entry<String, Long> number : numbers.entrySet()) {
            add(separator);
            string(number.getKey());
            add(':');
            number(number.getValue());
            separator = ',';
        }
        add('}');
        return this;
    }

    /** Returns the object with its line end. */
    public byte[] finish() {
        add('}');
        add('\n');
        return Arrays.copyOf(octets, length);
    }

    /** Returns the line with the fields of another one behind its own. */
    String before(String object) {
        return new String(octets, 0, length, UTF_8) + "," + object.substring(1);
    }

    private String hashed(String value) {
        return addresses.isEmpty() ? value : addresses.get().in(value);
    }

    private void name(String name) {
        if (length > 1) {
            add(',');
        }
        // The name of a fact may hold any characters.
        string(name);
        add(':');
    }

    private void number(long value) {
        add(Long.toString(value).getBytes(US_ASCII));
    }

    private void string(String value) {
        add('"');
        if (!addedAsItIs(value)) {
            add(escaped(value).getBytes(UTF_8));
        }
        add('"');
    }

    /**
     * Adds a value that is short and plain ASCII, as nearly all are, in one pass. If it has anything else, nothing is
     * added, and the result is false.
     */
    private boolean addedAsItIs(String value) {
        int count = value.length();
        if (count > MAX_OCTETS) {
            return false;
        }
        require(count);
        byte[] into = octets;
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                return false;
            }
            into[at++] = (byte) c;
        }
        length = at;
        return true;
    }

    private static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        int octets = 0;
        for (int i = 0; i < value.length(); ) {
            int point = value.codePointAt(i);
            octets += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
            if (octets > MAX_OCTETS) {
                return text.append(CUT).toString();
            }
            if (point == '"' || point == '\\') {
                text.append('\\').append((char) point);
            } else {
                VisibleText.append(point, text);
            }
            i += Character.charCount(point);
        }
        return text.toString();
    }

    private void add(char ascii) {
        require(1);
        octets[length++] = (byte) ascii;
    }

    private void add(byte[] more) {
        require(more.length);
        System.arraycopy(more, 0, octets, length, more.length);
        length += more.length;
    }

    private void require(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
        }
    }

    private static final int USUAL = 6144;
    static final int MAX_OCTETS = 1024;
    /** The end of a value that was cut. */
    public static final String CUT = "[...]";
}
