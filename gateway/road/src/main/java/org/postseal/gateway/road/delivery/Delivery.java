package org.postseal.gateway.road.delivery;

import java.util.List;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/** Sends prepared units to the next hop, or to a folder when a message is tried offline. */
public interface Delivery {
    /**
     * Sends every unit, in order, and returns the outcomes of each unit in the order of its recipients.
     *
     * @param allOrNothing true if one reply goes upstream for all recipients (SMTP), so that the first unit that fails
     * for any recipient stops the rest
     */
    List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing);

    /**
     * Sends one unit.
     *
     * @param acceptance may hear of a recipient before this returns, as
     * {@link NextHop#send(Sendable, OutgoingEnvelope, boolean, NextHop.Acceptance)} says
     */
    default List<NextHop.Outcome> deliver(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
        return deliver(List.of(unit), allOrNothing).getFirst();
    }

    /**
     * Requires that a message may be taken now. It never waits.
     *
     * @throws JournalException if every message is to be deferred
     */
    default void requireReady() throws JournalException {}

    /**
     * Begins an attempt for a message whose peer may have sent it before.
     *
     * @param message the message as received
     * @throws JournalException if the journal cannot say whether the peer has sent it before, so that nothing may be
     * sent
     */
    default Attempt attempt(Envelope envelope, RawMessage message) throws JournalException {
        return Attempt.first(this);
    }

    /** Tells whether a message that we have opened may go this way, as {@link NextHop#forOpened} says. */
    OpenedPassage forOpened(Way way, boolean needsSmtpUtf8);

    /** Reports that the peer is known to have our 2xx. */
    default void told(QueueId queueId) {}
}
