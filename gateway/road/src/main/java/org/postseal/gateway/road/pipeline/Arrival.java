package org.postseal.gateway.road.pipeline;

import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/**
 * A message that may be looked into, on the thread that prepares it.
 *
 * @param message the octets as received
 * @param scope holds whatever is made of the message, until its replies are written
 * @param preparation ends the work when nobody waits for it any more; the result then counts for nothing
 * @param outside answers what only other parts of the gateway know
 */
record Arrival(Passage passage, RawMessage message, Spool.Scope scope, Preparation preparation, Outside outside) {
    Envelope envelope() {
        return passage.envelope();
    }

    PolicyInForce policy() {
        return passage.policy();
    }

    StageClock clock() {
        return passage.clock();
    }
}
