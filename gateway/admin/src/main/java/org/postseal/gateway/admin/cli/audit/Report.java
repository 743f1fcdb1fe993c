package org.postseal.gateway.admin.cli.audit;

import java.time.Instant;
import java.util.List;
import org.postseal.gateway.audit.ReportSection;

/**
 * What is printed, in whatever form.
 *
 * @param from first time
 * @param until first time no longer
 * @param made when
 * @param host whose log it is
 * @param missing what of the log could not be read, in words, and so is not counted
 * @param hidden what of the certificates could not be read, in words, and so is not in their tables
 * @param sections its tables
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
