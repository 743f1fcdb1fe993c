package org.postseal.gateway.audit.search;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Some of what was looked for.
 *
 * @param lines newest first
 * @param next where the following page begins; empty when everything was looked through. With a budget there may be no lines and a following page
 * @param isIncomplete a file could not be read, so that records may be missing
 * @param remarks files that had to be read since their index is missing or not to be used, or that cannot be read, in words
 */
public record FoundPage(List<AuditLine> lines, Optional<Place> next, List<String> remarks, boolean isIncomplete) {
    public FoundPage {
        lines = List.copyOf(lines);
        remarks = List.copyOf(remarks);
    }

    /**
     * A record's place in the log, which it keeps.
     *
     * @param file number of the first record of its file
     * @param chunk of that file
     * @param line of the chunk
     */
    public record Place(long file, int chunk, int line) {
        /** As {@link #parse} reads it. */
        @Override
        public String toString() {
            return file + "." + chunk + "." + line;
        }

        /** Empty when it is none. */
        public static Optional<Place> parse(String text) {
            if (!text.matches("[0-9]{1,18}\\.[0-9]{1,9}\\.[0-9]{1,9}")) {
                return Optional.empty();
            }
            String[] numbers = text.split("\\.", -1);
            return Optional.of(
                    new Place(Long.parseLong(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2])));
        }
    }

    /**
     * What is wanted at once.
     *
     * @param limit records at most
     * @param before only those older than the one at this place
     * @param budget octets of records to read at most, so that a search for what is rare comes back; a little more is read at times
     */
    public record Paging(int limit, Optional<Place> before, long budget) {
        public Paging {
            if (limit < 1 || budget < 1) {
                throw new IllegalArgumentException("limit and budget must be positive");
            }
        }

        /** The first page. */
        public static Paging first(int limit) {
            return new Paging(limit, Optional.empty(), Long.MAX_VALUE);
        }

        /** The page that begins behind this place. */
        public Paging from(Place next) {
            return new Paging(limit, Optional.of(next), budget);
        }
    }
}
