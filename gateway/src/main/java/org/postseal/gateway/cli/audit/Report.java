package org.postseal.gateway.cli.audit;

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
 * @param sections its tables
 */
record Report(Instant from, Instant until, Instant made, String host, List<ReportSection> sections) {
    Report {
        sections = List.copyOf(sections);
    }

    String title() {
        return "Mail protection report of " + host;
    }

    String period() {
        return from + " to " + until;
    }
}
