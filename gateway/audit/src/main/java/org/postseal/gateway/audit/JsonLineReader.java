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
    /** Controls may stand between values, and in no text: where there are any, each character of a text is looked at. */
    private final boolean hasControls;

    private int at;
    /** Of the next backslash at or behind where one was last looked for; the end when there is none. */
    private int escape;

    private JsonLineReader(String text) {
        this.text = text;
        this.hasControls = hasControls(text);
        this.escape = indexOf('\\', 0);
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
            String name = prefix.isEmpty() ? string() : prefix + string();
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
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        if (!isNumber(word) && !word.equals("true") && !word.equals("false") && !word.equals("null")) {
            throw new Malformed();
        }
        return word.equals("null") ? Optional.empty() : Optional.of(word);
    }

    private static boolean isWord(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '+' || c == '-' || c == '.' || c == 'E';
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
        int end = indexOf('"', at);
        // nearly every text is plain
        if (!hasControls && end < nextEscape()) {
            at = end + 1;
            return text.substring(start, end);
        }
        return rest(new StringBuilder());
    }

    /** What stands before the next quotation mark that is none of the text. */
    private String rest(StringBuilder value) {
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

    private static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ') {
                return true;
            }
        }
        return false;
    }

    private int nextEscape() {
        if (escape < at) {
            escape = indexOf('\\', at);
        }
        return escape;
    }

    private int indexOf(char c, int from) {
        int index = text.indexOf(c, from);
        return index < 0 ? text.length() : index;
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
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
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

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
}
