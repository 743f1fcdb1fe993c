package org.postseal.gateway.road.pipeline;

import java.util.Set;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smtp.client.OpenedPassage;

/** The questions that only other parts of the gateway can answer. */
interface Outside {
    /** Tells whether the next hop announces what opened mail needs. */
    OpenedPassage forOpened(Way way);

    /**
     * The positions of the recipients who have the message already from an earlier attempt. This is asked only if it
     * matters before any copy is made.
     *
     * @throws JournalException if the journal cannot say
     */
    Set<Integer> served() throws JournalException;

    /** For a message that is only planned: every next hop takes opened mail, and nobody has the message. */
    static Outside none() {
        return new Outside() {
            @Override
            public OpenedPassage forOpened(Way way) {
                return OpenedPassage.Open.ANY;
            }

            @Override
            public Set<Integer> served() {
                return Set.of();
            }
        };
    }
}
