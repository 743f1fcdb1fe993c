package org.postseal.gateway.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one JSON object (RFC 8259) of scalars, lists of scalars and objects of these, the form of {@link JsonLine}; a number is kept as it is written. What stands in an object has
 * the name of that object before its own, with a dot between. Lists in lists, and objects in objects in the object, are no line of ours. Used once.
 */
final class JsonLineReader {
    private final String text;
    private int at;

    private JsonLineReader(String text) {
        this.text = text;
    }

    /** Each field's values: one, those of its list, or none for null; empty when it is not such an object. */
    static Optional<Map<String, List<String>>> read(String line) {
        JsonLineReader reader = new JsonLineReader(line);
        try {
            Map<String, List<String>> fields = new LinkedHashMap<>();
            reader.object("", fields);
            reader.blanks();
            return reader.at == line.length() ? Optional.of(fields) : Optional.empty();
        } catch (Malformed _) {
            return Optional.empty();
        }
    }

    private void object(String prefix, Map<String, List<String>> fields) {
        require('{');
        if (is('}')) {
            return;
        }
        do {
            blanks();
            String name = prefix + string();
            require(':');
            blanks();
            if (prefix.isEmpty() && peek() == '{') {
                object(name + ".", fields);
            } else if (fields.put(name, values()) != null) {
                throw new Malformed();
            }
        } while (is(','));
        require('}');
    }

    private List<String> values() {
        List<String> values = new ArrayList<>();
        if (!is('[')) {
            scalar().ifPresent(values::add);
        } else if (!is(']')) {
            do {
                scalar().ifPresent(values::add);
            } while (is(','));
            require(']');
        }
        return values;
    }

    private Optional<String> scalar() {
        blanks();
        if (peek() == '"') {
            return Optional.of(string());
        }
        int start = at;
        while (at < text.length() && WORD.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (!word.equals("true") && !word.equals("false") && !word.equals("null") && !isNumber(word)) {
            throw new Malformed();
        }
        return word.equals("null") ? Optional.empty() : Optional.of(word);
    }

    private static boolean isNumber(String word) {
        // nearly all are of digits alone
        boolean isPlain = !word.isEmpty() && word.charAt(0) != '0';
        for (int i = 0; isPlain && i < word.length(); i++) {
            isPlain = word.charAt(i) >= '0' && word.charAt(i) <= '9';
        }
        return isPlain || NUMBER.matcher(word).matches();
    }

    private String string() {
        require('"');
        int start = at;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (peek() == '"') {
            return text.substring(start, at++);
        }
        StringBuilder value = new StringBuilder(text.substring(start, at));
        while (true) {
            char c = next();
            if (c == '"') {
                return value.toString();
            }
            if (c < ' ') {
                throw new Malformed();
            }
            value.append(c == '\\' ? escaped() : c);
        }
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\';
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw new Malformed();
        };
    }

    private char unit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw new Malformed();
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private boolean is(char wanted) {
        blanks();
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void require(char wanted) {
        if (!is(wanted)) {
            throw new Malformed();
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private char next() {
        if (at >= text.length()) {
            throw new Malformed();
        }
        return text.charAt(at++);
    }

    /** Not the form we write. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Malformed() {
            super("not a line of an audit log", null, false, false);
        }
    }

    private static final String WORD = "abcdefghijklmnopqrstuvwxyz0123456789+-.E";
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
}
