package org.postseal.gateway.audit.search;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Some of the records that were looked for.
 *
 * @param found the records with their places, newest first
 * @param next where the following page begins; empty if everything was looked through. With a budget there may be
 * no record and still a following page
 * @param remarks in words: files that were read whole because their index is missing or unusable, and files that
 * cannot be read
 * @param isIncomplete true if a file could not be read, so that records may be missing
 */
public record FoundPage(List<Placed> found, Optional<Place> next, List<String> remarks, boolean isIncomplete) {
    public FoundPage {
        found = List.copyOf(found);
        remarks = List.copyOf(remarks);
    }

    /** A record and its place. */
    public record Placed(AuditLine line, Place place) {}

    /** Returns the records, newest first. */
    public List<AuditLine> lines() {
        return found.stream().map(Placed::line).toList();
    }

    /**
     * The place of a record in the log, which never changes.
     *
     * @param file the number of the first record of its file
     * @param chunk the chunk of that file
     * @param line the line of the chunk
     */
    public record Place(long file, int chunk, int line) {
        /** Returns the text that {@link #parse} reads. */
        @Override
        public String toString() {
            return file + "." + chunk + "." + line;
        }

        /** Reads a place; empty if the text is none. */
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
     * Says how much is wanted at once.
     *
     * @param limit the most records of a page
     * @param before only records older than the one at this place are wanted
     * @param budget the most octets of records to read, so that a search for something rare comes back; sometimes a
     * little more is read
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

        /** Returns the paging of the page that begins behind this place. */
        public Paging from(Place next) {
            return new Paging(limit, Optional.of(next), budget);
        }
    }
}
