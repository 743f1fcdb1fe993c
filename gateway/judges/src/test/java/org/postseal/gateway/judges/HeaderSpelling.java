package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** The ways to write a header section, given as lines without ends of which the last one is Content-Type. */
enum HeaderSpelling implements Dice.Production {
    PLAIN(lines -> lines),
    BLANK_BEFORE_COLON(lines -> last(lines, line -> line.replaceFirst(":", " :"))),
    TAB_BEFORE_COLON(lines -> last(lines, line -> line.replaceFirst(":", "\t:"))),
    NO_BLANK_BEHIND_COLON(lines -> last(lines, line -> line.replaceFirst(": ", ":"))),
    LOWER_NAME(lines -> last(lines, line -> line.replaceFirst("Content-Type", "content-type"))),
    FOLDED(lines -> last(lines, line -> line.replace("; ", ";\r\n\t"))),
    FOLDED_WITH_EMPTY_LINE(lines -> last(lines, line -> line.replaceFirst("; ", ";\r\n \r\n "))),
    MALFORMED_BEFORE(lines -> around(lines, "This line is no field", lines.size() - 1)),
    MALFORMED_FIRST(lines -> around(lines, "This line is no field", 0)),
    MALFORMED_BEHIND(lines -> around(lines, "This line is no field", lines.size())),
    COLON_ONLY(lines -> around(lines, ": nothing", lines.size() - 1)),
    BLANK_IN_NAME(lines -> around(lines, "X Field: value", lines.size() - 1)),
    CONTROL_IN_NAME(lines -> around(lines, "X\u0001Field: value", lines.size() - 1)),
    COMMENT_IN_NAME(lines -> around(lines, "Content(c)-Type: text/html", 0)),
    COMMENT_BEFORE_NAME(lines -> around(lines, "(c)Content-Type: text/html", lines.size() - 1)),
    NON_ASCII_NAME(lines -> around(lines, "X\u00e9: value", lines.size() - 1)),
    FOLDED_FIRST(lines -> around(lines, " continues nothing", 0)),
    MBOX_FROM(lines -> around(lines, "From bob@partner.example Mon Nov 29 12:00:00 2026", 0)),
    ESCAPED_MBOX_FROM(lines -> around(lines, ">From bob@partner.example", 0)),
    TYPE_TWICE(lines -> around(lines, "Content-Type: text/plain", lines.size())),
    TYPE_TWICE_FIRST(lines -> around(lines, "Content-Type: text/html", lines.size() - 1)),
    ENCODING_TWICE(lines ->
            around(around(lines, "Content-Transfer-Encoding: 7bit", 0), "Content-Transfer-Encoding: base64", 0)),
    VERSION_TWICE(lines -> around(around(lines, "MIME-Version: 1.0", 0), "MIME-Version: 1.0 (again)", 0)),
    BLANK_LINE(lines -> around(lines, " ", lines.size() - 1)),
    UNKNOWN_FIELD(lines -> around(lines, "X-Unknown: value (c) \"q", lines.size() - 1)),
    DISPOSITION(lines -> around(lines, "Content-Disposition: attachment; filename=a.txt", lines.size()));

    // A lambda without state
    @SuppressWarnings("ImmutableEnumChecker")
    private final UnaryOperator<List<String>> write;

    HeaderSpelling(UnaryOperator<List<String>> write) {
        this.write = write;
    }

    @Override
    public String production() {
        return "header:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The section with CRLF, the empty line at its end with it. */
    String write(List<String> lines) {
        return String.join("\r\n", write.apply(lines)) + "\r\n\r\n";
    }

    private static List<String> last(List<String> lines, UnaryOperator<String> change) {
        List<String> changed = new ArrayList<>(lines);
        changed.set(lines.size() - 1, change.apply(lines.getLast()));
        return changed;
    }

    private static List<String> around(List<String> lines, String line, int at) {
        List<String> changed = new ArrayList<>(lines);
        changed.add(at, line);
        return changed;
    }
}
