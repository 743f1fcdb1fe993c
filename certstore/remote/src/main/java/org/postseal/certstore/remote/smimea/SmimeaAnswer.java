package org.postseal.certstore.remote.smimea;

import java.time.Duration;
import java.util.List;

/** The answer of DNS about an address, as far as it can be believed. */
public sealed interface SmimeaAnswer {
    /**
     * DNSSEC proves these records.
     *
     * @param unknown number of further records whose field values are not defined
     * @param lifetime how long the records are valid
     */
    record Secure(List<SmimeaRecord> records, int unknown, Duration lifetime) implements SmimeaAnswer {
        public Secure {
            records = List.copyOf(records);
        }
    }

    /**
     * There are no records, or DNSSEC vouches for none of them. Both mean the same (RFC 8162 §6).
     *
     * @param why one lower-case phrase for explanations
     */
    record Absent(String why) implements SmimeaAnswer {}
}
