package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.FoundPage;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.search.FoundPage.Place;

/**
 * Searches the log, with the newest records first, until there are enough or the search has taken too long.
 * Thread-safe.
 *
 * <p>Whole addresses, domains and ids are searched first, since the index finds them in a year of records. Only if
 * there are none, a second search finds records that merely contain the text. The place at which a search is to be
 * continued tells which of the two searches it was.
 */
final class LogArchive implements MessageArchive {
    private final LogFiles log;
    private final AuditSearch search;
    private final Duration patience;

    /**
     * @param log the files that {@code search} looks into
     * @param patience the time after which no further part of the search is begun
     */
    LogArchive(LogFiles log, AuditSearch search, Duration patience) {
        this.log = log;
        this.search = search;
        this.patience = patience;
    }

    @Override
    public Result search(Wanted wanted, Optional<String> from, int most) throws IOException {
        Optional<Place> place = from.flatMap(text -> Place.parse(text.substring(1)));
        if (!hasText(wanted) || from.filter(text -> text.startsWith(WHOLE)).isPresent()) {
            return collect(whole(wanted), wanted, place, most, WHOLE);
        }
        if (place.isEmpty()) {
            Result found = collect(whole(wanted), wanted, place, most, WHOLE);
            if (!found.records().isEmpty()) {
                return found;
            }
        }
        return collect(parts(wanted), wanted, place, most, PARTS);
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

    private Result collect(AuditQuery query, Wanted wanted, Optional<Place> from, int most, String kind)
            throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        List<AuditLine> records = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        Paging paging = new Paging(most, from, BUDGET);
        while (true) {
            FoundPage page = find(query, paging);
            page.lines().stream()
                    .filter(line -> kind.equals(WHOLE) || isWhereMeant(line, wanted))
                    .forEach(records::add);
            page.remarks().stream().filter(text -> !remarks.contains(text)).forEach(remarks::add);
            boolean isCutShort = page.next().isPresent()
                    && records.size() < most
                    && (page.lines().size() < paging.limit() || System.nanoTime() > end);
            if (page.next().isEmpty() || records.size() == most || isCutShort) {
                Optional<Place> next = records.size() == most
                                && page.next().isPresent()
                                && !hasMore(query, wanted, page.next(), kind, end)
                        ? Optional.empty()
                        : page.next();
                return new Result(
                        records,
                        next.map(place -> kind + place),
                        isCutShort,
                        kind.equals(WHOLE) && hasText(wanted),
                        remarks);
            }
            paging = new Paging(most - records.size(), page.next(), BUDGET);
        }
    }

    /**
     * Returns true if a page that begins there would have a record. It also returns true if it takes too long to find
     * out.
     */
    private boolean hasMore(AuditQuery query, Wanted wanted, Optional<Place> from, String kind, long end)
            throws IOException {
        Optional<Place> at = from;
        while (at.isPresent()) {
            FoundPage page = find(query, new Paging(1, at, BUDGET));
            boolean isCutShort = page.lines().isEmpty() && page.next().isPresent();
            if (isCutShort
                    || System.nanoTime() > end
                    || page.lines().stream().anyMatch(line -> kind.equals(WHOLE) || isWhereMeant(line, wanted))) {
                return true;
            }
            at = page.next();
        }
        return false;
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
        FoundPage page = find(AuditQuery.ofMessage(id), Paging.first(LONGEST_STORY));
        List<String> remarks = new ArrayList<>(page.remarks());
        page.next().ifPresent(_ -> remarks.add("Only the newest " + LONGEST_STORY + " records are shown."));
        return new Story(page.lines().reversed(), remarks);
    }

    // Before the gateway has ever run, there is no log. That is no fault.
    private FoundPage find(AuditQuery query, Paging paging) throws IOException {
        try {
            return search.find(query, paging);
        } catch (NoSuchFileException e) {
            if (log.newestFirst().isEmpty()) {
                return new FoundPage(List.of(), Optional.empty(), List.of(), false);
            }
            throw e;
        }
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
