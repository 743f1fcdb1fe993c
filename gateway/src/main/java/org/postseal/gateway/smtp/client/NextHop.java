package org.postseal.gateway.smtp.client;

import java.util.List;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;

/** Where units are sent to. Blocking, thread-safe; never throws for what a peer or a network does. */
public interface NextHop extends AutoCloseable {
    /**
     * Sends one unit in one transaction.
     *
     * @param allOrNothing true: when RCPT is refused for one recipient nothing is sent and every other one gets {@code NOT_SENT_WITH_OTHERS}
     * @return one outcome per recipient of the envelope, in its order
     */
    List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing);

    @Override
    void close();

    /**
     * @param reply what our upstream is to be told: the next hop's own reply where it gave one, else the reply of our reason
     * @param inDoubt the connection was lost after the final dot was sent and before a reply: the next hop may have accepted it
     */
    record Outcome(Reply reply, boolean inDoubt) {}
}
