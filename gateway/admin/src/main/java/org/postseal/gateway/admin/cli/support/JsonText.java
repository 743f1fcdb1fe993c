package org.postseal.gateway.admin.cli.support;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes JSON (RFC 8259) for people: maps, lists, text and numbers, indented; an empty {@link Optional} is null. What could move a terminal's cursor is escaped, so that
 * hostile text does nothing there either.
 */
public final class JsonText {
    private final StringBuilder text = new StringBuilder();

    private JsonText() {}

    /** The text of a value. */
    public static String of(Object value) {
        JsonText json = new JsonText();
        json.value(value, 0);
        return json.text.toString();
    }

    /** The same on one line, for one that follows others. */
    public static String line(Object value) {
        // a line end inside a string is escaped
        return of(value).replaceAll("\\n *", "");
    }

    private void value(Object value, int depth) {
        switch (value) {
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            case Optional<?> optional when optional.isPresent() -> value(optional.get(), depth);
            case Optional<?> _ -> text.append("null");
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int depth) {
        text.append('{');
        String between = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(between);
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            text.append(": ");
            value(entry.getValue(), depth + 1);
            between = ",";
        }
        close('}', map.isEmpty(), depth);
    }

    private void array(List<?> list, int depth) {
        text.append('[');
        String between = "";
        for (Object item : list) {
            text.append(between);
            line(depth + 1);
            value(item, depth + 1);
            between = ",";
        }
        close(']', list.isEmpty(), depth);
    }

    private void close(char bracket, boolean isEmpty, int depth) {
        if (!isEmpty) {
            line(depth);
        }
        text.append(bracket);
    }

    private void line(int depth) {
        text.append('\n').repeat("  ", depth);
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (isEscaped(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static boolean isEscaped(char c) {
        return Character.isISOControl(c)
                || Character.isSurrogate(c)
                || c == 0x2028
                || c == 0x2029
                || Character.getType(c) == Character.FORMAT;
    }
}
