package org.postseal.gateway.admin.cli.support;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Writes rows for spreadsheets (RFC 4180). A value that a spreadsheet would run as a formula gets an apostrophe. That
 * also holds behind a character that ends a cell where another separator is set, and for the full-width forms of the
 * formula characters, which some programs treat alike.
 */
public final class Csv {
    private Csv() {}

    /** Returns a row of column names, which are ours and need no apostrophe. */
    public static String header(List<String> names) {
        return String.join(",", names.stream().map(name -> "\"" + name + "\"").toList()) + "\r\n";
    }

    /** Returns one row with its line end. */
    public static String row(List<String> values) {
        return values.stream()
                        .map(VisibleText::of)
                        .map(text -> FORMULA.matcher(text).replaceAll("'$0"))
                        .map(text -> "\"" + text.replace("\"", "\"\"") + "\"")
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    // A formula starts at the beginning of a cell, perhaps behind blanks or quotes. A tab cannot occur here, since
    // VisibleText has escaped it
    private static final Pattern FORMULA = Pattern.compile("(?:^|(?<=[;,]))[\\h\"']*[-=+@＝＋－＠]");
}
