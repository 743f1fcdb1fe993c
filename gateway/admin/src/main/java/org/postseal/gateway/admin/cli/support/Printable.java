package org.postseal.gateway.admin.cli.support;

import java.util.Collection;
import java.util.stream.Collectors;

/** Text of certificates, files and people, made fit for a terminal and for one line: it can neither move the cursor nor begin a line of its own. */
public final class Printable {
    private Printable() {}

    /** Every control, format and separating character as {@code \}{@code u{HEX}}. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                line.appendCodePoint(c);
            } else {
                line.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT))
                        .append('}');
            }
        });
        return line.toString();
    }

    /** Each made printable, with commas between. */
    public static String list(Collection<?> values) {
        return values.stream().map(value -> line(value.toString())).collect(Collectors.joining(", "));
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    // bidirectional overrides among them, which show a name backwards
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
