package org.postseal.gateway.admin.cli.journal;

import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.road.journal.JournalEntry;

/** Prints rows of the journal for people and for programs. */
final class JournalView {
    private JournalView() {}

    /** Prints a table with one row on each line. */
    static void table(PrintStream out, List<JournalEntry> rows) {
        out.printf(LINE, "AT", "STATE", "DOUBTS", "QUEUE-ID", "UPSTREAM-ID", "RECIPIENT", "REPLY");
        rows.forEach(row -> out.printf(
                LINE,
                row.at(),
                state(row),
                row.doubts(),
                row.queueId(),
                row.upstreamId().orElse("-"),
                row.recipient(),
                row.reply().isEmpty() ? "-" : row.reply()));
    }

    /** Prints one row with one value on each line. */
    static void lines(PrintStream out, JournalEntry row) {
        map(row).forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    }

    /** Prints one JSON object on each line. */
    static void json(PrintStream out, List<JournalEntry> rows) {
        rows.forEach(row -> out.println(JsonText.line(map(row))));
    }

    private static Map<String, Object> map(JournalEntry row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", row.key().hex());
        map.put("state", state(row));
        map.put("at", row.at().toString());
        map.put("recipient", row.recipient());
        map.put("queueId", row.queueId());
        row.upstreamId().ifPresent(id -> map.put("upstreamId", id));
        map.put("unit", row.unit());
        if (!row.reply().isEmpty()) {
            map.put("reply", row.reply());
        }
        row.told().map(Instant::toString).ifPresent(told -> map.put("told", told));
        map.put("doubts", row.doubts());
        map.put("suppresses", row.isSuppressing());
        return map;
    }

    private static String state(JournalEntry row) {
        return row.state().name().toLowerCase(Locale.ROOT);
    }

    private static final String LINE = "%-24s  %-8s  %6s  %-20s  %-16s  %s  %s%n";
}
