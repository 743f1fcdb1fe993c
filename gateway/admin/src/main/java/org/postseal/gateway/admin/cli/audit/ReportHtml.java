package org.postseal.gateway.admin.cli.audit;

import java.util.List;
import org.postseal.gateway.audit.ReportSection;
import org.postseal.gateway.audit.ReportSection.Column;
import org.postseal.gateway.audit.VisibleText;

/** A report as one page of HTML that needs and fetches nothing else, for reading, printing and putting away. */
final class ReportHtml {
    private ReportHtml() {}

    static String of(Report report) {
        StringBuilder page = new StringBuilder();
        page.append(HEAD.replace("TITLE", VisibleText.inHtml(report.title())));
        page.append("<body>\n<main>\n<h1>")
                .append(VisibleText.inHtml(report.title()))
                .append("</h1>\n");
        page.append("<p>").append(VisibleText.inHtml(report.period())).append("</p>\n");
        remark("Incomplete: not all of the log could be read.", report.missing(), page);
        remark("Not in the tables of certificates, since it could not be read:", report.hidden(), page);
        for (int i = 0; i < report.sections().size(); i++) {
            add(report.sections().get(i), "t" + (i + 1), page);
        }
        page.append("<footer><p>Made ").append(report.made()).append(" from the audit log.</p></footer>\n");
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void remark(String what, List<String> items, StringBuilder page) {
        if (items.isEmpty()) {
            return;
        }
        page.append("<p><strong>").append(what).append("</strong></p>\n<ul>\n");
        items.forEach(
                item -> page.append("<li>").append(VisibleText.inHtml(item)).append("</li>\n"));
        page.append("</ul>\n");
    }

    private static void add(ReportSection section, String id, StringBuilder page) {
        page.append("<section aria-labelledby=\"")
                .append(id)
                .append("\">\n<h2 id=\"")
                .append(id)
                .append("\">");
        page.append(VisibleText.inHtml(section.title()))
                .append("</h2>\n<p>")
                .append(VisibleText.inHtml(section.note()))
                .append("</p>\n");
        if (section.rows().isEmpty()) {
            page.append("<p>None.</p>\n</section>\n");
            return;
        }
        page.append("<table aria-labelledby=\"").append(id).append("\">\n<thead><tr>");
        for (Column column : section.columns()) {
            page.append(column.isNumber() ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">");
            page.append(VisibleText.inHtml(column.name())).append("</th>");
        }
        page.append("</tr></thead>\n<tbody>\n");
        section.rows().forEach(row -> page.append(row(section.columns(), row)));
        page.append("</tbody>\n</table>\n</section>\n");
    }

    private static String row(List<Column> columns, List<String> cells) {
        StringBuilder row = new StringBuilder("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            String text = VisibleText.inHtml(cells.get(i));
            if (i == 0) {
                row.append("<th scope=\"row\">").append(text).append("</th>");
            } else {
                row.append(columns.get(i).isNumber() ? "<td class=\"number\">" : "<td>");
                row.append(text).append("</td>");
            }
        }
        return row.append("</tr>\n").toString();
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>TITLE</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
            section { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
            tbody th { font-weight: normal; }
            .number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
            @media print {
              body { font-size: 9pt; max-width: none; padding: 0; }
              h2 { break-after: avoid; }
              tr { break-inside: avoid; }
              thead { display: table-header-group; }
            }
            </style>
            </head>
            """;
}
