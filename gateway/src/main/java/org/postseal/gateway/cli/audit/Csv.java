package org.postseal.gateway.cli.audit;

import java.util.List;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.VisibleText;

/** Rows for spreadsheets (RFC 4180). A value that a spreadsheet would run gets an apostrophe. */
final class Csv {
    private Csv() {}

    static String row(List<String> values) {
        return values.stream()
                        .map(VisibleText::of)
                        .map(text -> text.matches("(?s)[-=+@\\t].*") ? "'" + text : text)
                        .map(text -> "\"" + text.replace("\"", "\"\"") + "\"")
                        .collect(Collectors.joining(","))
                + "\r\n";
    }
}
