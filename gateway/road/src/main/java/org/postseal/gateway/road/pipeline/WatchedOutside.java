package org.postseal.gateway.road.pipeline;

import java.util.Set;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.postseal.gateway.smtp.client.OpenedPassage;

/**
 * The next hops and the journal, as one message that is being prepared asks them. The watch then knows that its thread
 * is asking.
 */
record WatchedOutside(Delivery delivery, Envelope envelope, Beginning beginning, Preparation preparation)
        implements Outside {
    @Override
    public OpenedPassage forOpened(Way way) {
        try (Preparation.Stay _ = preparation.at(Phase.ASKING)) {
            return delivery.forOpened(way, envelope.parameters().smtpUtf8());
        }
    }

    @Override
    public Set<Integer> served() throws JournalException {
        try (Preparation.Stay _ = preparation.at(Phase.ASKING)) {
            return beginning.served(envelope);
        }
    }
}
