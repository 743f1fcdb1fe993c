package org.postseal.gateway.audit.search;

import java.util.List;

/**
 * A table of a report.
 *
 * @param title what the table shows
 * @param note a sentence that says what is counted
 * @param columns the columns of words, then those of numbers
 * @param rows a text for each column
 */
public record ReportSection(String title, String note, List<Column> columns, List<List<String>> rows) {
    public ReportSection {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /**
     * A column of the table.
     *
     * @param name its heading
     * @param isNumber true if it is aligned to the right
     */
    public record Column(String name, boolean isNumber) {
        public static Column word(String name) {
            return new Column(name, false);
        }

        public static Column number(String name) {
            return new Column(name, true);
        }
    }
}
