package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.search.FoundPage.Place;
import org.postseal.gateway.audit.search.FoundPage.Placed;

/**
 * Goes through the records of one or several logs that fit, the newest first. Of records with the same time, those of
 * an earlier log come first. Used once, by one thread.
 */
public final class MergedSearch {
    private final List<Cursor> cursors;
    private final Set<String> remarks = new LinkedHashSet<>();
    private boolean isIncomplete;
    private boolean isCutShort;

    /**
     * @param logs the logs; those that {@code from} does not name are passed over
     * @param from where an earlier search ended; empty to begin with the newest records
     * @param size how many records are read of a log at once
     * @param budget the most octets to read of a log for one record, see {@link Paging}
     */
    public MergedSearch(List<LogSource> logs, AuditQuery query, Optional<Reached> from, int size, long budget) {
        this.cursors = logs.stream()
                .filter(log -> from.isEmpty() || from.get().places().containsKey(name(log)))
                .map(log -> new Cursor(
                        log,
                        query,
                        new Paging(
                                size,
                                from.flatMap(reached -> reached.places().getOrDefault(name(log), Optional.empty())),
                                budget)))
                .toList();
    }

    private static String name(LogSource log) {
        return log.node().orElse("");
    }

    /**
     * Says how far a search went: for each log with further records, the place of the last one that was returned.
     *
     * @param places the places by the names of the nodes, that of a log by itself being empty; no place if none of the
     * log's records was returned
     */
    public record Reached(Map<String, Optional<Place>> places) {
        public Reached {
            places = Map.copyOf(places);
        }

        /** Returns the text that {@link #parse} reads. */
        @Override
        public String toString() {
            return new TreeMap<>(places)
                    .entrySet().stream()
                            .map(each -> each.getValue().map(Place::toString).orElse("") + ":" + each.getKey())
                            .collect(Collectors.joining("/"));
        }

        /** Reads a text; what is no place of a log is left out. */
        public static Reached parse(String text) {
            Map<String, Optional<Place>> places = new TreeMap<>();
            // No name of a folder has a slash.
            for (String part : text.split("/", -1)) {
                int colon = part.indexOf(':');
                if (colon >= 0) {
                    Optional<Place> place = Place.parse(part.substring(0, colon));
                    if (colon == 0 || place.isPresent()) {
                        places.put(part.substring(colon + 1), place);
                    }
                }
            }
            return new Reached(places);
        }
    }

    /**
     * Returns the next record; empty if there is none, or if the budget for one is spent. A log of a fleet that cannot
     * be read is left out, and a remark says so.
     *
     * @throws IOException if a log by itself cannot be read
     */
    public Optional<AuditLine> next() throws IOException {
        Optional<Cursor> newest = Optional.empty();
        for (Cursor cursor : cursors) {
            cursor.fill();
            if (cursor.found.isEmpty() && cursor.hasMore()) {
                // Its next record may be newer than those of the other logs.
                isCutShort = true;
                return Optional.empty();
            }
            if (!cursor.found.isEmpty()
                    && (newest.isEmpty() || isLater(cursor.time(), newest.get().time()))) {
                newest = Optional.of(cursor);
            }
        }
        return newest.map(Cursor::take);
    }

    private static boolean isLater(String one, String other) {
        try {
            return Instant.parse(one).isAfter(Instant.parse(other));
        } catch (DateTimeParseException notOurs) {
            return one.compareTo(other) > 0;
        }
    }

    /** Returns true if the budget was spent before all records were found. A later search may go on. */
    public boolean isCutShort() {
        return isCutShort;
    }

    /** Returns where a later search goes on; empty if there is nothing more. */
    public Optional<Reached> reached() {
        Map<String, Optional<Place>> places = new TreeMap<>();
        cursors.stream()
                .filter(cursor -> !cursor.found.isEmpty() || cursor.hasMore())
                .forEach(cursor -> places.put(name(cursor.log), cursor.reached));
        return places.isEmpty() ? Optional.empty() : Optional.of(new Reached(places));
    }

    /** Returns which files cannot be read or took longer, see {@link FoundPage#remarks}. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Returns true if a file could not be read, so that records may be missing. */
    public boolean isIncomplete() {
        return isIncomplete;
    }

    /** Reads the records of one log, some at a time. */
    private final class Cursor {
        private final LogSource log;
        private final AuditQuery query;
        private final Paging paging;
        private final Deque<Placed> found = new ArrayDeque<>();
        private Optional<Place> next;
        private Optional<Place> reached;
        private boolean isBegun;

        Cursor(LogSource log, AuditQuery query, Paging paging) {
            this.log = log;
            this.query = query;
            this.paging = paging;
            this.next = paging.before();
            this.reached = paging.before();
        }

        boolean hasMore() {
            return !isBegun || next.isPresent();
        }

        void fill() throws IOException {
            if (found.isEmpty() && hasMore()) {
                FoundPage page = page();
                isBegun = true;
                found.addAll(page.found());
                next = page.next();
                if (found.isEmpty()) {
                    reached = next;
                }
                page.remarks().stream().map(log::named).forEach(remarks::add);
                isIncomplete |= page.isIncomplete();
            }
        }

        /** Reads on. If the log is one of several, its fault must not hide the records of the others. */
        private FoundPage page() throws IOException {
            try {
                return log.search().find(query, new Paging(paging.limit(), next, paging.budget()));
            } catch (IOException e) {
                if (log.node().isEmpty()) {
                    throw e;
                }
                return new FoundPage(List.of(), Optional.empty(), List.of("cannot be read: " + e.getMessage()), true);
            }
        }

        String time() {
            return found.isEmpty()
                    ? ""
                    : found.element().line().first(RecordField.TIME).orElse("");
        }

        AuditLine take() {
            Placed taken = found.remove();
            // Behind the last record that was read, the search may have gone on without finding one.
            reached = found.isEmpty() && next.isPresent() ? next : Optional.of(taken.place());
            return log.named(taken.line());
        }
    }
}
