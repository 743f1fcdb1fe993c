package org.postseal.gateway.audit.search;

import java.util.List;

/**
 * A table of a report.
 *
 * @param title what it shows
 * @param note what is counted, in a sentence
 * @param columns of words first, of numbers behind them
 * @param rows a cell for each column, in words
 */
public record ReportSection(String title, String note, List<Column> columns, List<List<String>> rows) {
    public ReportSection {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /**
     * @param name its heading
     * @param isNumber set to the right
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
