package org.postseal.gateway.audit.record;

/**
 * Makes the text of strangers fit for a line or a page that people read. Controls, DEL, C1, line separators,
 * bidirectional and other invisible format characters and lone surrogates are written as escapes. So nothing in it can
 * end the line or control a terminal.
 */
public final class VisibleText {
    private VisibleText() {}

    /** Returns the text with its escapes. */
    public static String of(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(point, visible));
        return visible.toString();
    }

    /** Returns the text for a page of HTML, as content or within quotes. */
    public static String inHtml(String text) {
        return of(text).replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Returns the text for a string of JSON (RFC 8259 §7), without its quotation marks. */
    public static String inJson(String text) {
        return of(text.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    static void append(int point, StringBuilder out) {
        if (!isUnsafe(point)) {
            out.appendCodePoint(point);
            return;
        }
        for (char unit : Character.toChars(point)) {
            out.append(String.format("\\u%04x", (int) unit));
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPrintable(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPrintable(int point) {
        return point >= 0x20 && point < 0x7F;
    }

    /**
     * Returns true if a character is written as an escape, because it is invisible or unassigned, or its meaning is
     * private.
     */
    public static boolean isUnsafe(int point) {
        if (isPrintable(point)) {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
