package org.postseal.gateway.admin.cli.audit;

import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.ReportSection;
import org.postseal.gateway.audit.search.ReportSection.Column;

/** Writes a report for a terminal or a mail. */
final class ReportText {
    private ReportText() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        text.append(report.title()).append("\n").append(report.period()).append("\n");
        remark("INCOMPLETE: not all of the log could be read", report.missing(), text);
        remark("NOT in the tables of certificates, since it could not be read", report.hidden(), text);
        report.sections().forEach(section -> add(section, text));
        return text.append("\nmade ").append(report.made()).append("\n").toString();
    }

    private static void remark(String what, List<String> items, StringBuilder text) {
        if (!items.isEmpty()) {
            text.append("\n").append(what).append("\n");
            items.forEach(item -> text.append("  ").append(VisibleText.of(item)).append("\n"));
        }
    }

    private static void add(ReportSection section, StringBuilder text) {
        text.append("\n").append(section.title()).append("\n");
        text.append("-".repeat(section.title().length())).append("\n");
        text.append(section.note()).append("\n");
        if (section.rows().isEmpty()) {
            text.append("none\n");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(section.columns().stream().map(Column::name).toList());
        section.rows().forEach(row -> rows.add(row.stream().map(VisibleText::of).toList()));
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < section.columns().size(); i++) {
            int column = i;
            widths.add(rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0));
        }
        rows.forEach(row -> text.append(line(section.columns(), widths, row)).append("\n"));
    }

    private static String line(List<Column> columns, List<Integer> widths, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String blanks = " ".repeat(widths.get(i) - row.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(columns.get(i).isNumber() ? blanks + row.get(i) : row.get(i) + blanks);
        }
        return line.toString().stripTrailing();
    }
}
