package org.postseal.gateway.road.fleet;

import java.util.Map;
import java.util.Set;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;

/** What became of a claim in the database. */
sealed interface Claimed {
    /**
     * This node holds all rows that do not suppress.
     *
     * @param fresh the rows that were not there before
     * @param entries what earlier attempts left
     */
    record Taken(Set<JournalKey> fresh, Map<JournalKey, JournalEntry> entries) implements Claimed {}

    /**
     * Nothing is held: another node has one of the rows, or may be about to say of one that the peer has our 2xx.
     *
     * @param why for the administrator
     */
    record Blocked(String why) implements Claimed {}
}
