package org.postseal.gateway.admin.cli.support;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Makes text of certificates, files and people fit for one line of a terminal: it can neither move the cursor nor begin
 * a line of its own.
 */
public final class Printable {
    private Printable() {}

    /** Writes every character that {@link VisibleText} escapes as {@code \}{@code u{HEX}}. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (VisibleText.isUnsafe(point)) {
                String digits = Integer.toHexString(point).toUpperCase(Locale.ROOT);
                line.append("\\u{").append(digits).append('}');
            } else {
                line.appendCodePoint(point);
            }
        });
        return line.toString();
    }

    /** Makes each value printable, with commas between them. */
    public static String list(Collection<?> values) {
        return values.stream().map(value -> line(value.toString())).collect(Collectors.joining(", "));
    }
}
