package org.postseal.gateway.admin.cli.journal;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.road.journal.JournalEntry;

/** Shows rows of the journal to people and to programs. */
final class JournalView {
    private JournalView() {}

    /** Prints one value on each line. */
    static void print(JournalEntry row, PrintStream out) {
        members(row).forEach((name, value) -> out.printf("%-12s %s%n", name, Printable.line(value.toString())));
    }

    static Map<String, Object> members(JournalEntry row) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("key", row.key().hex());
        members.put("state", state(row));
        members.put("at", row.at());
        members.put("recipient", row.recipient());
        members.put("queueId", row.queueId());
        row.upstreamId().ifPresent(id -> members.put("upstreamId", id));
        members.put("unit", row.unit());
        if (!row.reply().isEmpty()) {
            members.put("reply", row.reply());
        }
        row.told().ifPresent(told -> members.put("told", told));
        members.put("doubts", row.doubts());
        members.put("suppresses", row.isSuppressing());
        return members;
    }

    static String state(JournalEntry row) {
        return Options.word(row.state());
    }
}
