package org.postseal.gateway.admin.cli.support;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.VisibleText;

/**
 * Rows for spreadsheets (RFC 4180). A value that a spreadsheet would run gets an apostrophe; also behind what may be taken for the end of a cell where another separator is set, and
 * before the full-width forms, which some take for the same.
 */
public final class Csv {
    private Csv() {}

    /** A row of names of ours, as they are. */
    public static String header(List<String> names) {
        return String.join(",", names.stream().map(name -> "\"" + name + "\"").toList()) + "\r\n";
    }

    /** One row with its line end. */
    public static String row(List<String> values) {
        return values.stream()
                        .map(VisibleText::of)
                        .map(text -> FORMULA.matcher(text).replaceAll("'$0"))
                        .map(text -> "\"" + text.replace("\"", "\"\"") + "\"")
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    // at the start of a cell, behind blanks or quotes; a tab is no more, since it is shown
    private static final Pattern FORMULA = Pattern.compile("(?:^|(?<=[;,]))[\\h\"']*[-=+@＝＋－＠]");
}
