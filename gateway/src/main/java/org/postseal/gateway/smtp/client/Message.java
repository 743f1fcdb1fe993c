package org.postseal.gateway.smtp.client;

import java.util.Collections;
import java.util.List;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.ClientSettings.Timeouts;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.smtp.client.Transaction.Ended;
import org.postseal.policy.Reason;

/** One unit that is to be sent, over whichever connection takes it. */
record Message(Sendable unit, OutgoingEnvelope envelope, Content content, boolean allOrNothing, Timeouts timeouts) {
    Transaction over(Connection connection) {
        return new Transaction(connection, unit, envelope, content, allOrNothing, timeouts);
    }

    /** There is no connection to send it over. */
    Ended unavailable(String why) {
        return new Ended.Lost(forAll(Outcome.of(Reason.NEXT_HOP_UNAVAILABLE, why)), why);
    }

    List<Outcome> forAll(Outcome outcome) {
        return Collections.nCopies(envelope.recipients().size(), outcome);
    }
}
