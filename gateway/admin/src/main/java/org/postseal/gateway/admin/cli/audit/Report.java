package org.postseal.gateway.admin.cli.audit;

import java.time.Instant;
import java.util.List;
import org.postseal.gateway.audit.search.ReportSection;

/**
 * The content of a report, for every output format.
 *
 * @param from the first time that counts
 * @param until the first time that no longer counts
 * @param made when the report was made
 * @param host the gateway whose log it is
 * @param missing the parts of the log that could not be read and so are not counted, in words
 * @param hidden the certificates that could not be read and so are not in the tables, in words
 * @param sections the tables
 */
record Report(
        Instant from,
        Instant until,
        Instant made,
        String host,
        List<String> missing,
        List<String> hidden,
        List<ReportSection> sections) {
    Report {
        missing = List.copyOf(missing);
        hidden = List.copyOf(hidden);
        sections = List.copyOf(sections);
    }

    String title() {
        return "Mail protection report of " + host;
    }

    String period() {
        return from + " to " + until;
    }
}
