package org.postseal.gateway.metrics;

import java.util.List;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;

/** The road, with a look at the clock before and behind. */
record MeteredReceiver(MessageReceiver receiver, RoadMetrics metrics) implements MessageReceiver {
    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        long start = System.nanoTime();
        metrics.received(envelope.peer(), message.size());
        try {
            return receiver.receive(envelope, message, scope);
        } finally {
            metrics.answered(System.nanoTime() - start);
        }
    }

    @Override
    public void told(QueueId queueId) {
        receiver.told(queueId);
    }
}
