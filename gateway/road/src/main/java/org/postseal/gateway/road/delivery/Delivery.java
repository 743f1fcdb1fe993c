package org.postseal.gateway.road.delivery;

import java.util.List;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/** Where prepared units go: the next hop, or a directory when a message is tried offline. */
public interface Delivery {
    /**
     * Sends every unit, in order; the outcomes of each, in the order of its recipients.
     *
     * @param allOrNothing one reply goes upstream for all recipients (SMTP), so the first unit that fails for anybody stops the rest
     */
    List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing);

    /**
     * The same with one unit.
     *
     * @param acceptance may hear of a recipient before this returns, as {@link NextHop#send(Sendable, OutgoingEnvelope, boolean, NextHop.Acceptance)} says
     */
    default List<NextHop.Outcome> deliver(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
        return deliver(List.of(unit), allOrNothing).getFirst();
    }

    /**
     * Begins with a message of a peer, who may have sent it before.
     *
     * @param message as received
     * @throws JournalException when nobody can say whether he has, so that nothing may be sent
     */
    default Attempt attempt(Envelope envelope, RawMessage message) throws JournalException {
        return Attempt.first(this);
    }

    /** Whether a message that we have opened may go that way, as {@link NextHop#mayTakeOpened(Way)} says. */
    default boolean mayTakeOpened(Way way) {
        return true;
    }

    /** The peer is known to have our 2xx. */
    default void told(QueueId queueId) {}
}
