package org.postseal.gateway.admin.cli.support;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a command lists. People get a table and a last line that sums it up; scripts get one array of objects.
 * The rows may come page by page, so that a long list need not be in memory.
 */
public final class Listing<T> {
    private final Shell shell;
    private final boolean isJson;
    private final Function<T, Map<String, Object>> object;
    private final Map<String, Function<T, String>> columns = new LinkedHashMap<>();
    private @Nullable TextTable table;
    private String before = "[\n  ";

    /** @param object the members of a row's JSON object */
    public Listing(Shell shell, boolean isJson, Function<T, Map<String, Object>> object) {
        this.shell = shell;
        this.isJson = isJson;
        this.object = object;
    }

    public Listing<T> column(String heading, Function<T, String> cell) {
        columns.put(heading, cell);
        return this;
    }

    /**
     * Prints the whole list.
     *
     * @param sum the last line for people
     */
    public void print(List<T> rows, String sum) {
        page(rows);
        end(sum);
    }

    public void page(List<T> rows) {
        if (isJson) {
            for (T row : rows) {
                // A line end inside a value is escaped, so every line end here is layout
                shell.out().print(before + JsonText.of(object.apply(row)).replace("\n", "\n  "));
                before = ",\n  ";
            }
        } else if (!rows.isEmpty()) {
            TextTable printed = table == null ? newTable() : table;
            table = printed;
            rows.forEach(row -> printed.row(
                    columns.values().stream().map(cell -> cell.apply(row)).toArray(String[]::new)));
            printed.flush();
        }
    }

    public void end(String sum) {
        shell.out().println(!isJson ? sum : before.startsWith("[") ? "[]" : "\n]");
    }

    private TextTable newTable() {
        return new TextTable(
                shell.out(), shell.terminalWidth(), columns.keySet().toArray(String[]::new));
    }
}
