package org.postseal.policy.exchange;

import java.util.List;
import java.util.Map;

/** Writes objects as {@code Format-List} shows them, but does not break values. */
final class ListWriter {
    private ListWriter() {}

    static String of(List<Map<String, Object>> objects) {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> object : objects) {
            int width = object.keySet().stream().mapToInt(String::length).max().orElse(0);
            text.append(text.isEmpty() ? "" : "\n");
            object.forEach((name, value) -> text.append(name)
                    .repeat(" ", width - name.length())
                    .append((" : " + word(value)).stripTrailing())
                    .append('\n'));
        }
        return text.toString();
    }

    private static String word(Object value) {
        return switch (value) {
            case Boolean truth when truth -> "True";
            case Boolean _ -> "False";
            default -> value.toString();
        };
    }
}
