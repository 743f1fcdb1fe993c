package org.postseal.gateway.admin.cli.support;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A table for people. Columns are aligned, cells are printable, and lines are cut only to fit a terminal. A long table
 * may be printed piece by piece.
 */
public final class TextTable {
    private final PrintStream out;
    private final OptionalInt width;
    private final int[] widths;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param width columns of the terminal; lines are printed whole if empty */
    public TextTable(PrintStream out, OptionalInt width, String... headings) {
        this.out = out;
        this.width = width;
        this.widths = new int[headings.length];
        rows.add(List.of(headings));
    }

    public void row(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Printable.line(cell));
        }
        rows.add(row);
    }

    /** Prints the rows so far. Columns may grow wider from piece to piece. */
    public void flush() {
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        rows.forEach(row -> out.println(cut(line(row))));
        rows.clear();
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i));
            line.repeat(' ', widths[i] - length(row.get(i)) + 2);
        }
        return line.toString().stripTrailing();
    }

    private String cut(String line) {
        if (width.isEmpty() || length(line) <= width.getAsInt()) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, width.getAsInt() - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
