package org.postseal.gateway.admin.cli.support;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Writes JSON (RFC 8259) for people: maps, lists, text and numbers, indented. An empty {@link Optional} is null. A
 * character that could drive a terminal is escaped by the rule of {@link VisibleText}.
 */
public final class JsonText {
    private final StringBuilder text = new StringBuilder();

    private JsonText() {}

    public static String of(Object value) {
        JsonText json = new JsonText();
        json.value(value, 0);
        return json.text.toString();
    }

    /** Returns the text on one line, for a list of objects with one on each line. */
    public static String line(Object value) {
        // A line end inside a string is escaped, so every line end here is layout
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
        text.append('"').append(VisibleText.inJson(value)).append('"');
    }
}
