package org.postseal.gateway.road.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smtp.client.NextHop.Outcome;

/**
 * Makes one attempt to deliver one message. Positions are those of the incoming envelope. It is confined to one thread,
 * and closed when the outcomes are known.
 */
public interface Attempt extends AutoCloseable {
    /**
     * Returns the outcome of an earlier attempt for a recipient who must not get the message again. The result is empty
     * for a recipient to whom it is still to be sent.
     */
    Optional<Outcome> settled(int position);

    /**
     * Sends every unit, in order, to the recipients who are not settled.
     *
     * @param allOrNothing as for {@link Delivery#deliver}
     * @return the outcome of each recipient of the units, without the settled ones
     * @throws JournalException if nothing was sent because the journal cannot be written
     */
    Map<Integer, Outcome> deliver(List<DeliveryUnit> units, boolean allOrNothing) throws JournalException;

    /**
     * Returns the recipients who may get the message a second time by this attempt, because nobody knows how an earlier
     * attempt ended.
     */
    Set<Integer> sentAgain();

    @Override
    void close();

    /** Returns an attempt without a journal, which takes every message for a new one. */
    static Attempt first(Delivery delivery) {
        return new Attempt() {
            @Override
            public Optional<Outcome> settled(int position) {
                return Optional.empty();
            }

            @Override
            public Map<Integer, Outcome> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
                return byPosition(units, delivery.deliver(units, allOrNothing));
            }

            @Override
            public Set<Integer> sentAgain() {
                return Set.of();
            }

            @Override
            public void close() {}
        };
    }

    /** Returns the outcomes of the units by the positions of their recipients. */
    static Map<Integer, Outcome> byPosition(List<DeliveryUnit> units, List<List<Outcome>> outcomes) {
        Map<Integer, Outcome> byPosition = new HashMap<>();
        for (int u = 0; u < units.size(); u++) {
            List<Integer> positions = units.get(u).positions();
            List<Outcome> ofUnit = outcomes.get(u);
            for (int i = 0; i < positions.size(); i++) {
                // A redirected copy has one recipient, the quarantine, in place of all those it was redirected for.
                byPosition.put(positions.get(i), ofUnit.get(Math.min(i, ofUnit.size() - 1)));
            }
        }
        return byPosition;
    }
}
