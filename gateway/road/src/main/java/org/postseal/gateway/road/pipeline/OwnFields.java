package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.gateway.mail.AuthenticationResults;
import org.postseal.gateway.mail.HeaderField;

/**
 * The header fields that only the gateway writes.
 *
 * @param hostName our name in Received fields
 * @param authservId our name in Authentication-Results fields
 * @param loops marks by which the gateway knows a message that has been here before
 * @param holding puts into copies for the quarantine what is needed to release them; empty if nothing can be released
 */
public record OwnFields(String hostName, String authservId, LoopMarks loops, Optional<Holding> holding) {
    /** The fields of a gateway whose quarantine releases nothing. */
    public OwnFields(String hostName, String authservId, LoopMarks loops) {
        this(hostName, authservId, loops, Optional.empty());
    }

    /**
     * True if an incoming field must be removed: authentication results that claim to be ours (RFC 8601 §5), every
     * X-Postseal field, and the field for Exchange.
     */
    boolean mustGo(HeaderField field) {
        String name = field.possibleName().orElse(field.name());
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                || loops.mustGo(field)
                || AuthenticationResults.mustGo(field, authservId);
    }

    private static final String PREFIX = "X-Postseal-";
}
