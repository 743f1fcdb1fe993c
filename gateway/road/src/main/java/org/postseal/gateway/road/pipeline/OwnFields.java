package org.postseal.gateway.road.pipeline;

import java.util.Locale;
import org.postseal.gateway.mail.AuthenticationResults;
import org.postseal.gateway.mail.HeaderField;

/**
 * The header fields that only the gateway writes.
 *
 * @param hostName our name in Received fields
 * @param authservId our name in Authentication-Results fields
 * @param loops marks by which the gateway knows a message that has been here before
 */
public record OwnFields(String hostName, String authservId, LoopMarks loops) {
    /**
     * True if an incoming field must be removed: authentication results that claim to be ours (RFC 8601 §5), every
     * X-Postseal field, and the field for Exchange.
     */
    boolean mustGo(HeaderField field) {
        String name = field.possibleName().orElse(field.name());
        return name.toLowerCase(Locale.ROOT).startsWith("x-postseal-")
                || loops.mustGo(field)
                || AuthenticationResults.mustGo(field, authservId);
    }
}
