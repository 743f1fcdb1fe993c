package org.postseal.gateway.console;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.LogSource;
import org.postseal.gateway.audit.search.MergedSearch;
import org.postseal.gateway.audit.search.MergedSearch.Reached;

/**
 * Searches the logs, with the newest records first, until there are enough or the search has taken too long.
 * Thread-safe.
 *
 * <p>Whole addresses, domains and ids are searched first, since the index finds them in a year of records. Only if
 * there are none, a second search finds records that merely contain the text. The place at which a search is to be
 * continued tells which of the two searches it was.
 */
final class LogArchive implements MessageArchive {
    private final LogsInView logs;
    private final Duration patience;

    /** @param patience the time after which no further part of the search is begun */
    LogArchive(LogsInView logs, Duration patience) {
        this.logs = logs;
        this.patience = patience;
    }

    @Override
    public Result search(Wanted wanted, Part part) throws IOException {
        Optional<Reached> from = part.from()
                .map(text -> Reached.parse(text.substring(1)))
                .filter(reached -> !reached.places().isEmpty());
        if (!hasText(wanted)
                || part.from().filter(text -> text.startsWith(WHOLE)).isPresent()) {
            return collect(whole(wanted), wanted, part, from, WHOLE);
        }
        if (from.isEmpty()) {
            Result found = collect(whole(wanted), wanted, part, from, WHOLE);
            if (!found.records().isEmpty()) {
                return found;
            }
        }
        return collect(parts(wanted), wanted, part, from, PARTS);
    }

    private static boolean hasText(Wanted wanted) {
        return wanted.address().isPresent() || wanted.message().isPresent();
    }

    private static AuditQuery whole(Wanted wanted) {
        return query(wanted, wanted.message(), wanted.address(), List.of());
    }

    private static AuditQuery parts(Wanted wanted) {
        List<String> parts = Stream.of(wanted.address(), wanted.message())
                .flatMap(Optional::stream)
                .toList();
        return query(wanted, Optional.empty(), Optional.empty(), parts);
    }

    private static AuditQuery query(
            Wanted wanted, Optional<String> message, Optional<String> address, List<String> parts) {
        return AuditQuery.where()
                .from(wanted.since())
                .until(wanted.until())
                .message(message)
                .address(address)
                .rule(wanted.rule())
                .outcome(wanted.outcome())
                .reason(wanted.reason())
                .certificate(wanted.certificate())
                .parts(parts)
                .query();
    }

    private Result collect(AuditQuery query, Wanted wanted, Part part, Optional<Reached> from, String kind)
            throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        MergedSearch search = search(query, part.node(), from, part.most() + 1, BUDGET);
        List<AuditLine> records = new ArrayList<>();
        Optional<Reached> reached = Optional.empty();
        while (true) {
            Optional<AuditLine> next = search.next();
            boolean isFull = records.size() == part.most();
            boolean isMeant = next.isPresent() && (kind.equals(WHOLE) || isWhereMeant(next.get(), wanted));
            boolean isCutShort = search.isCutShort() || (next.isPresent() && !isMeant && System.nanoTime() > end);
            if (next.isEmpty() || isCutShort || (isFull && isMeant)) {
                // A further record, or a search that was cut short, leads to a further page.
                Optional<Reached> more =
                        next.isEmpty() && !isCutShort ? Optional.empty() : isFull ? reached : search.reached();
                return new Result(
                        records,
                        more.map(place -> kind + place),
                        isCutShort && !isFull,
                        kind.equals(WHOLE) && hasText(wanted),
                        search.remarks());
            }
            if (isMeant) {
                records.add(next.get());
                reached = search.reached();
            }
        }
    }

    private MergedSearch search(AuditQuery query, Optional<String> node, Optional<Reached> from, int size, long budget)
            throws IOException {
        List<LogSource> sources = logs.sources().stream()
                .filter(source -> node.isEmpty() || source.node().equals(node))
                .toList();
        return new MergedSearch(sources, query, from, size, budget / Math.max(1, sources.size()));
    }

    /**
     * Returns true if the text is in one of the fields that the form means. The search of the log looks for a part in
     * every field of a record.
     */
    private static boolean isWhereMeant(AuditLine line, Wanted wanted) {
        return isIn(line, ADDRESSES, wanted.address()) && isIn(line, IDS, wanted.message());
    }

    private static boolean isIn(AuditLine line, List<String> fields, Optional<String> part) {
        return part.stream()
                .map(text -> text.toLowerCase(Locale.ROOT))
                .allMatch(text -> fields.stream()
                        .flatMap(field -> line.first(field).stream())
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains(text)));
    }

    @Override
    public Story story(String id) throws IOException {
        MergedSearch search =
                search(AuditQuery.ofMessage(id), Optional.empty(), Optional.empty(), LONGEST_STORY, Long.MAX_VALUE);
        List<AuditLine> records = new ArrayList<>();
        Optional<AuditLine> next = search.next();
        for (; next.isPresent() && records.size() < LONGEST_STORY; next = search.next()) {
            records.add(next.get());
        }
        List<String> remarks = new ArrayList<>(search.remarks());
        if (next.isPresent()) {
            remarks.add("Only the newest " + LONGEST_STORY + " records are shown.");
        }
        return new Story(records.reversed(), remarks);
    }

    private static final String WHOLE = "w";
    private static final String PARTS = "p";
    private static final List<String> ADDRESSES =
            List.of("email.sender.address", "email.from.address", "email.to.address");
    private static final List<String> IDS =
            List.of("email.message_id", "postseal.queue_id", "postseal.upstream_id", "postseal.next_hop_queue_id");
    private static final long BUDGET = 512L << 20;
    private static final int LONGEST_STORY = 2000;
}
