package org.postseal.gateway.road.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smtp.client.NextHop.Outcome;

/** One attempt to deliver one message. Positions are those of the incoming envelope. For one thread; closed when the outcomes are known. */
public interface Attempt extends AutoCloseable {
    /** What an earlier attempt came to, for a recipient who must not get the message again; empty for one who is still to be sent to. */
    Optional<Outcome> settled(int position);

    /**
     * Sends every unit, in order, to those who are still to be sent to.
     *
     * @param allOrNothing as for {@link Delivery#deliver}
     * @return what became of each recipient of the units, the settled ones not among them
     * @throws JournalException when nothing was sent because the journal cannot be written
     */
    Map<Integer, Outcome> deliver(List<DeliveryUnit> units, boolean allOrNothing) throws JournalException;

    /** The recipients who may get the message a second time by this attempt: an earlier one ended, and nobody knows how. */
    Set<Integer> sentAgain();

    @Override
    void close();

    /** One of which nothing is remembered. */
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

    /** The outcomes of units by their recipients' positions. */
    static Map<Integer, Outcome> byPosition(List<DeliveryUnit> units, List<List<Outcome>> outcomes) {
        Map<Integer, Outcome> byPosition = new HashMap<>();
        for (int u = 0; u < units.size(); u++) {
            List<Integer> positions = units.get(u).positions();
            List<Outcome> ofUnit = outcomes.get(u);
            for (int i = 0; i < positions.size(); i++) {
                // A redirected copy has one recipient, the quarantine, in the place of all it was redirected for
                byPosition.put(positions.get(i), ofUnit.get(Math.min(i, ofUnit.size() - 1)));
            }
        }
        return byPosition;
    }
}
