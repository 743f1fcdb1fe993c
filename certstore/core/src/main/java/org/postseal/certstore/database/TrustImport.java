package org.postseal.certstore.database;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The result of importing a trust collection. */
public sealed interface TrustImport {
    /** The collection now holds what the bundle holds. */
    record Imported(TrustCollections.Collected collection) implements TrustImport {}

    /** The bundle was empty, so there is no such collection now. */
    record Cleared() implements TrustImport {}

    /** Nothing changed. Every element that a collection may not hold is listed. */
    record Refused(List<Problem> problems) implements TrustImport {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * An element that a collection may not hold.
     *
     * @param thumbprint the SHA-1 of its octets, in upper-case hex
     * @param subject empty if it cannot be read or is too long
     * @param notAfter empty if it cannot be read
     * @param detail a text for the administrator
     */
    record Problem(String thumbprint, String subject, Optional<Instant> notAfter, String detail) {}
}
