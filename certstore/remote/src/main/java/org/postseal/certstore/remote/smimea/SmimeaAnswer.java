package org.postseal.certstore.remote.smimea;

import java.time.Duration;
import java.util.List;

/** What DNS says about an address, when it says anything that can be believed. */
public sealed interface SmimeaAnswer {
    /**
     * DNSSEC proves these records.
     *
     * @param unknown number of further records whose fields nobody has defined
     * @param lifetime how long they hold
     */
    record Secure(List<SmimeaRecord> records, int unknown, Duration lifetime) implements SmimeaAnswer {
        public Secure {
            records = List.copyOf(records);
        }
    }

    /**
     * There are none, or none that anybody vouches for; both come to the same (RFC 8162 §6).
     *
     * @param why one lower-case phrase for explanations
     */
    record Absent(String why) implements SmimeaAnswer {}
}
