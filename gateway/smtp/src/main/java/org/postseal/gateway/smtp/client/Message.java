package org.postseal.gateway.smtp.client;

import java.util.Collections;
import java.util.List;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.smtp.client.Transaction.Ended;
import org.postseal.policy.outcome.Reason;

/** Holds one unit that is to be sent over any connection that takes it. */
record Message(
        Sendable unit,
        OutgoingEnvelope envelope,
        Content content,
        boolean allOrNothing,
        NextHop.Acceptance acceptance,
        ClientSettings settings,
        Deadline deadline) {
    Transaction over(Connection connection) {
        connection.endAt(deadline);
        return new Transaction(connection, this);
    }

    /** Returns the end of a unit for which there is no connection. */
    Ended unavailable(Reason reason, String why) {
        return new Ended.Lost(forAll(Outcome.of(reason, why)), why);
    }

    /**
     * Tells whether the unit may go in clear after a failed handshake. A message in the form of opened mail may not,
     * whoever is at the other end.
     */
    boolean mayBePlain() {
        return !(unit instanceof Sendable.Opened);
    }

    List<Outcome> forAll(Outcome outcome) {
        return Collections.nCopies(envelope.recipients().size(), outcome);
    }
}
