package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Reads some fields of a line straight from its octets: a record has some sixty fields, of which an index needs some
 * twenty. A line with anything unusual is left to {@link AuditLine#read}, so that every field which that method finds
 * is found here. More may be found, since the form of other values is not checked. Used by one thread at a time.
 */
final class LineScan {
    private final @Nullable Name[] names;
    private byte[] octets = {};
    private int at;
    /** The hash of the name that was read last. */
    private int hash;

    /** @param isWanted false for the part before a dot of a wanted name: its values may be in an object */
    private record Name(String text, byte[] octets, boolean isWanted) {}

    /** @param wanted names of fields, in ASCII */
    LineScan(Set<String> wanted) {
        this.names = new Name[Integer.highestOneBit(wanted.size() + 1) * SPARSE];
        wanted.forEach(name -> add(name, true));
        for (String name : wanted) {
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                add(name.substring(0, dot), false);
            }
        }
    }

    private void add(String text, boolean isWanted) {
        byte[] name = text.getBytes(US_ASCII);
        hash = 0;
        for (byte each : name) {
            hash = hash * PRIME + each;
        }
        if (known(name, 0, name.length) == null) {
            int place = place(hash);
            while (names[place] != null) {
                place = place(place + 1);
            }
            names[place] = new Name(text, name, isWanted);
        }
    }

    /**
     * Returns the wanted fields of a line, perhaps with others; empty only if {@link AuditLine#read} finds no record
     * either.
     *
     * @param lines octets with a line end at {@code to}
     */
    Optional<Map<String, List<String>>> read(byte[] lines, int from, int to) {
        octets = lines;
        at = from;
        Map<String, List<String>> found = new HashMap<>();
        boolean isUsual = isObject(found) && at == to;
        if (!isUsual) {
            return AuditLine.read(new String(lines, from, to - from, UTF_8)).map(AuditLine::fields);
        }
        return AuditLine.isOne(found) ? Optional.of(found) : Optional.empty();
    }

    private boolean isObject(Map<String, List<String>> found) {
        if (!is('{')) {
            return false;
        }
        do {
            int start = at + 1;
            if (!passName()) {
                return false;
            }
            Name name = known(octets, start, at - 1);
            boolean isPassed =
                    is(':') && (name == null ? passValue() : name.isWanted() && readValue(name.text(), found));
            if (!isPassed) {
                return false;
            }
        } while (is(','));
        return is('}');
    }

    private boolean readValue(String name, Map<String, List<String>> found) {
        List<String> values = new ArrayList<>(1);
        if (!is('[')) {
            return readText(values) && found.put(name, values) == null;
        }
        if (!is(']')) {
            do {
                if (!readText(values)) {
                    return false;
                }
            } while (is(','));
            if (!is(']')) {
                return false;
            }
        }
        return found.put(name, values) == null;
    }

    /** Reads a text of visible ASCII without escapes. */
    private boolean readText(List<String> values) {
        if (!is('"')) {
            return false;
        }
        int start = at;
        int i = start;
        byte octet = octets[i];
        while (octet >= ' ' && octet != '"' && octet != '\\') {
            octet = octets[++i];
        }
        at = i;
        values.add(new String(octets, start, i - start, ISO_8859_1));
        return is('"');
    }

    private boolean passName() {
        if (!is('"')) {
            return false;
        }
        int i = at;
        int sum = 0;
        byte octet = octets[i];
        while (octet >= ' ' && octet != '"' && octet != '\\') {
            sum = sum * PRIME + octet;
            octet = octets[++i];
        }
        at = i;
        hash = sum;
        return is('"');
    }

    private boolean passValue() {
        return switch (octets[at]) {
            case '[' -> passList();
            case '{' -> passObject();
            default -> passScalar();
        };
    }

    private boolean passScalar() {
        return octets[at] == '"' ? passText() : passWord();
    }

    private boolean passText() {
        int i = at + 1;
        byte octet = octets[i];
        while (octet != '"' && octet != '\n') {
            if (octet == '\\' && octets[i + 1] != '\n') {
                i++;
            }
            octet = octets[++i];
        }
        at = i;
        return is('"');
    }

    private boolean passWord() {
        int start = at;
        int i = start;
        while (isWord(octets[i])) {
            i++;
        }
        at = i;
        return i > start;
    }

    private static boolean isWord(byte octet) {
        return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') || octet == '.' || octet == '-';
    }

    private boolean passList() {
        at++;
        if (is(']')) {
            return true;
        }
        do {
            if (!passScalar()) {
                return false;
            }
        } while (is(','));
        return is(']');
    }

    private boolean passObject() {
        at++;
        do {
            if (!passName() || !is(':') || !passScalar()) {
                return false;
            }
        } while (is(','));
        return is('}');
    }

    private boolean is(char wanted) {
        if (octets[at] != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** Finds a name in the table by {@link #hash}. */
    private @Nullable Name known(byte[] of, int from, int to) {
        int place = place(hash);
        Name name = names[place];
        while (name != null && !Arrays.equals(name.octets(), 0, name.octets().length, of, from, to)) {
            place = place(place + 1);
            name = names[place];
        }
        return name;
    }

    private int place(int number) {
        return (number ^ number >>> 16) & (names.length - 1);
    }

    private static final int PRIME = 31;
    /** How many places the table has for each name. */
    private static final int SPARSE = 16;
}
