package org.postseal.gateway.admin.cli.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.certstore.database.Mirrors;
import org.postseal.certstore.remote.sync.SyncMethod;
import org.postseal.certstore.remote.sync.SyncReport;
import org.postseal.certstore.remote.sync.SyncReport.SkipReason;
import org.postseal.gateway.admin.cli.support.Options;

/** Shows what a synchronisation did: to people, to scripts and in the audit log. */
final class SyncView {
    private SyncView() {}

    /** Returns lines for people; none if it failed. */
    static List<String> lines(CopyRound.Done done) {
        List<String> lines = new ArrayList<>();
        done.report().ifPresent(report -> {
            lines.add(done.name() + ": " + counts(report) + ", " + report.unchanged() + " as before");
            lines.add(
                    "  " + (report.isFull() ? "everything was read" : "changes were read") + " from " + report.server()
                            + " by " + report.method().text() + ", in "
                            + report.duration().toMillis() + " ms");
            report.skippedNames().forEach(each -> lines.add("  skipped " + each.name() + ": " + text(each.reason())));
            report.notes().forEach(each -> lines.add("  note: " + each));
            done.state().ifPresent(state -> lines.add("  " + position(state)));
        });
        return lines;
    }

    private static String position(Mirrors.SyncState state) {
        return state.method().equals(SyncMethod.FULL.text())
                ? "no position to go on from: the next round reads everything again"
                : "position kept: " + state.method() + " at " + state.server();
    }

    /** Returns text such as {@code 2 added, 1 changed, 0 deleted, 3 skipped (3 without address)}. */
    static String counts(SyncReport report) {
        String skipped = report.skipped().entrySet().stream()
                .map(each -> each.getValue() + " " + text(each.getKey()))
                .collect(Collectors.joining(", "));
        return report.added() + " added, " + report.changed() + " changed, " + report.deleted() + " deleted, "
                + report.skippedCount() + " skipped" + (skipped.isEmpty() ? "" : " (" + skipped + ")");
    }

    static List<String> details(SyncReport report) {
        return List.of(
                "server " + report.server(),
                "method " + report.method().text() + (report.isFull() ? ", all" : ""),
                counts(report));
    }

    static Map<String, Object> members(CopyRound.Done done) {
        Map<String, Object> members = done.report()
                .map(report -> members(done.name(), report))
                .orElseGet(() -> {
                    Map<String, Object> failed = new LinkedHashMap<>();
                    failed.put("server", done.name());
                    return failed;
                });
        members.put("ok", done.failure().isEmpty());
        done.failure().ifPresent(failure -> {
            members.put("failure", Options.word(failure.kind()));
            members.put("reason", failure.cause());
        });
        done.state().ifPresent(state -> {
            Map<String, Object> position = new LinkedHashMap<>();
            position.put("method", state.method());
            position.put("server", state.server());
            position.put("updated", state.updated());
            members.put("position", position);
        });
        return members;
    }

    static Map<String, Object> members(String name, SyncReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("server", name);
        members.put("from", report.server());
        members.put("method", report.method().text());
        members.put("full", report.isFull());
        members.put("added", report.added());
        members.put("changed", report.changed());
        members.put("deleted", report.deleted());
        members.put("unchanged", report.unchanged());
        Map<String, Object> skipped = new LinkedHashMap<>();
        report.skipped().forEach((reason, count) -> skipped.put(Options.word(reason), count));
        members.put("skipped", skipped);
        members.put(
                "skippedEntries",
                report.skippedNames().stream().map(SyncReport.Skipped::name).toList());
        members.put("notes", report.notes());
        members.put("milliseconds", report.duration().toMillis());
        return members;
    }

    private static String text(SkipReason reason) {
        return switch (reason) {
            case NO_ADDRESS -> "without address";
            case TOO_MANY_ADDRESSES -> "with too many addresses";
            case TOO_MANY_CERTIFICATES -> "with too many certificates";
            case TOO_LARGE -> "too large";
        };
    }
}
