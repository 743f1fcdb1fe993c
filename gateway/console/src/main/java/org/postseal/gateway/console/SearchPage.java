package org.postseal.gateway.console;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.console.http.Page;
import org.postseal.policy.outcome.Reason;

/** Finds records by fragments of what they say. */
public final class SearchPage {
    private final MessageArchive archive;
    private final LogsInView logs;
    private final boolean hasAddressKey;
    private final InstantSource clock;

    /** @param hasAddressKey true if addresses can be found although the records hold hashes of them */
    SearchPage(MessageArchive archive, LogsInView logs, boolean hasAddressKey, InstantSource clock) {
        this.archive = archive;
        this.logs = logs;
        this.clock = clock;
        this.hasAddressKey = hasAddressKey;
    }

    /**
     * Holds the content of the page.
     *
     * @param fields the form as it was filled in
     * @param fleet the logs that are searched
     * @param problems what is wrong with the form
     * @param more a link to older records
     * @param notes remarks about the search
     */
    public record View(
            Fields fields,
            FleetInView fleet,
            List<String> problems,
            boolean isAsked,
            List<RecordRow> rows,
            Optional<String> more,
            List<String> notes) {}

    public record Fields(
            String address,
            String message,
            String rule,
            String reason,
            String outcome,
            String certificate,
            String since,
            String until,
            String gateway) {
        public List<String> reasons() {
            return Arrays.stream(Reason.values()).map(Enum::name).sorted().toList();
        }
    }

    Page page(Parameters asked, Frame frame) throws IOException {
        List<String> problems = new ArrayList<>();
        Optional<Instant> since = time(asked, "since", "Since", problems);
        Optional<Instant> until = time(asked, "until", "Before", problems);
        MessageArchive.Wanted wanted = new MessageArchive.Wanted(
                since,
                until,
                asked.value("address"),
                asked.value("message"),
                asked.value("rule"),
                asked.value("outcome"),
                asked.value("reason"),
                asked.value("certificate"));
        MessageArchive.Part part = new MessageArchive.Part(asked.value("gateway"), asked.value("before"), ON_A_PAGE);
        boolean isAsked = problems.isEmpty();
        MessageArchive.Result result = isAsked ? archive.search(wanted, part) : MessageArchive.Result.NOTHING;
        View view = new View(
                fields(asked),
                logs.fleet(clock.instant()),
                problems,
                isAsked,
                result.records().stream().map(RecordRow::of).toList(),
                result.next().map(place -> "search" + asked.with("before", place)),
                isAsked ? notes(wanted, result) : List.of());
        return Renderer.page(
                problems.isEmpty() ? 200 : 400, output -> JtesearchGenerated.render(output, null, frame, view));
    }

    private List<String> notes(MessageArchive.Wanted wanted, MessageArchive.Result result) throws IOException {
        List<String> notes = new ArrayList<>();
        if (!hasAddressKey
                && wanted.address().filter(text -> text.contains("@")).isPresent()
                && isHashed()) {
            notes.add("The log has hashes in the place of addresses, and this console may not read their key"
                    + " (audit.addressKey): search by domain here, or by address with postseal audit query.");
        }
        if (result.isCutShort()) {
            notes.add("The search has taken as long as a page may. Go on with older records, or narrow it.");
        }
        if (result.isWhole() && !result.records().isEmpty()) {
            notes.add("Only exact matches were looked for."
                    + " To find longer texts that contain it as well, leave out a part of it.");
        }
        notes.addAll(result.remarks()
                .subList(0, Math.min(MOST_REMARKS, result.remarks().size())));
        return notes;
    }

    private boolean isHashed() throws IOException {
        return archive.search(MessageArchive.Wanted.ANYTHING, NEWEST).records().stream()
                .anyMatch(AuditLine::isHashed);
    }

    private static Fields fields(Parameters asked) {
        return new Fields(
                asked.text("address"),
                asked.text("message"),
                asked.text("rule"),
                asked.text("reason"),
                asked.text("outcome"),
                asked.text("certificate"),
                asked.text("since"),
                asked.text("until"),
                asked.text("gateway"));
    }

    private static Optional<Instant> time(Parameters asked, String name, String label, List<String> problems) {
        Optional<String> text = asked.value(name);
        Optional<Instant> time = text.flatMap(Times::typed);
        if (text.isPresent() && time.isEmpty()) {
            problems.add(label + ": write a time as 2026-11-26, 2026-11-26 10:00 or 2026-11-26 10:00:00 +01:00");
        }
        return time;
    }

    private static final int ON_A_PAGE = 50;
    private static final MessageArchive.Part NEWEST = new MessageArchive.Part(Optional.empty(), Optional.empty(), 10);
    private static final int MOST_REMARKS = 5;
}
