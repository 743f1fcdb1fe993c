package org.postseal.certstore.database;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What came of importing a trust collection. */
public sealed interface TrustImport {
    /** The collection is what the bundle holds. */
    record Imported(TrustCollections.Collected collection) implements TrustImport {}

    /**
     * The bundle was empty, so there is no such collection now.
     *
     * @param existed whether there was one
     */
    record Cleared(boolean existed) implements TrustImport {}

    /** Nothing changed; every element that may not be in a collection is listed. */
    record Refused(List<Problem> problems) implements TrustImport {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * One element that may not be in a collection.
     *
     * @param thumbprint SHA-1 of its octets, upper-case hex
     * @param subject empty when it cannot be read
     * @param notAfter empty when it cannot be read
     * @param detail for the admin
     */
    record Problem(String thumbprint, String subject, Optional<Instant> notAfter, Why why, String detail) {}

    /** Why an element may not be in a collection. */
    enum Why {
        EXPIRED,
        NOT_YET_VALID,
        UNPARSABLE
    }
}
