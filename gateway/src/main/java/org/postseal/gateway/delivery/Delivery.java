package org.postseal.gateway.delivery;

import java.util.List;
import org.postseal.gateway.smtp.client.NextHop;

/** Where prepared units go: the next hop, or a directory when a message is tried offline. */
public interface Delivery {
    /**
     * Sends every unit, in order; the outcomes of each, in the order of its recipients.
     *
     * @param allOrNothing one reply goes upstream for all recipients (SMTP), so the first unit that fails for anybody stops the rest
     */
    List<List<NextHop.Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing);
}
