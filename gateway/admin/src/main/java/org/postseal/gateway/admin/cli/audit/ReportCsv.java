package org.postseal.gateway.admin.cli.audit;

import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.admin.cli.support.Csv;
import org.postseal.gateway.audit.search.ReportSection;
import org.postseal.gateway.audit.search.ReportSection.Column;

/**
 * Writes a report for a spreadsheet. Each row begins with the title of its table, and each table has its own columns.
 */
final class ReportCsv {
    private ReportCsv() {}

    static String of(Report report) {
        StringBuilder text = new StringBuilder();
        text.append(Csv.row(
                List.of(report.title(), report.from().toString(), report.until().toString())));
        for (String what : report.missing()) {
            text.append(Csv.row(List.of("Incomplete: not all of the log could be read", what)));
        }
        for (String what : report.hidden()) {
            text.append(Csv.row(List.of("Not in the tables of certificates, since it could not be read", what)));
        }
        for (ReportSection section : report.sections()) {
            text.append(
                    row(section, section.columns().stream().map(Column::name).toList()));
            section.rows().forEach(cells -> text.append(row(section, cells)));
        }
        return text.toString();
    }

    private static String row(ReportSection section, List<String> cells) {
        List<String> row = new ArrayList<>(List.of(section.title()));
        row.addAll(cells);
        return Csv.row(row);
    }
}
