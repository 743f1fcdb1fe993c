package org.postseal.gateway.admin.cli.audit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.Csv;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Shows records to people. Values stay as they were logged, except that nothing in them can drive a terminal.
 * Characters that JSON needed an escape for are escaped here again.
 */
final class AuditView {
    private AuditView() {}

    static String row(AuditLine line) {
        return TABLE.formatted(
                value(line, "@timestamp"),
                value(line, "postseal.queue_id"),
                value(line, "event.outcome"),
                sender(line),
                value(line, "email.to.address"),
                what(line));
    }

    /**
     * Returns the reverse path without its angle brackets, in the form that recipients have; the empty path keeps them.
     */
    static String sender(AuditLine line) {
        String path = value(line, "email.sender.address");
        return path.matches("<[^<>]+>") ? path.substring(1, path.length() - 1) : path;
    }

    /** Says in a few words what happened. */
    static String what(AuditLine line) {
        if (!line.isRecipientDone()) {
            return value(line, "event.action");
        }
        String made = Stream.of(
                        line.first("postseal.decision"),
                        line.first("postseal.protection"),
                        HandledText.of(line),
                        line.first("postseal.reason"))
                .flatMap(Optional::stream)
                .filter(text -> !text.isEmpty())
                .map(VisibleText::of)
                .collect(Collectors.joining(", "));
        if (line.isObserved()) {
            return "relayed under observe, would be: " + made;
        }
        return made.isEmpty() ? "-" : made;
    }

    static String csvHeader() {
        return Csv.header(COLUMNS);
    }

    static String csv(AuditLine line) {
        return Csv.row(COLUMNS.stream()
                .map(name -> line.all(name).stream().map(VisibleText::of).collect(Collectors.joining(" ")))
                .toList());
    }

    static String value(AuditLine line, String name) {
        return line.first(name)
                .filter(text -> !text.isEmpty())
                .map(VisibleText::of)
                .orElse("-");
    }

    static final String TABLE = "%-30s  %-20s  %-7s  %-30s  %-30s  %s%n";
    private static final List<String> COLUMNS = List.of(
            "@timestamp",
            "event.action",
            "event.outcome",
            "postseal.queue_id",
            "email.message_id",
            "email.sender.address",
            "email.to.address",
            "postseal.direction",
            "postseal.mode",
            "rule.id",
            "postseal.decision",
            "postseal.protection",
            "postseal.incoming",
            "postseal.signature",
            "postseal.reason",
            "postseal.reply",
            "postseal.certificates",
            "postseal.came",
            "postseal.closed",
            "postseal.left",
            RecordField.NODE);
}
