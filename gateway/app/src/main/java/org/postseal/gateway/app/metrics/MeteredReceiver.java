package org.postseal.gateway.app.metrics;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;

/** Counts the messages of a receiver and measures how long each takes. */
record MeteredReceiver(MessageReceiver receiver, RoadMetrics metrics) implements MessageReceiver {
    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return timed(envelope, message.size(), () -> receiver.receive(envelope, message, scope));
    }

    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return timed(envelope, octets, () -> receiver.refuse(envelope, octets, reason, detail));
    }

    private List<Reply> timed(Envelope envelope, long octets, Supplier<List<Reply>> answer) {
        long start = System.nanoTime();
        metrics.received(envelope.peer(), octets);
        try {
            return answer.get();
        } finally {
            metrics.answered(System.nanoTime() - start);
        }
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return receiver.refusal(recipient);
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return receiver.areAlike(peer, sender, one, other);
    }

    @Override
    public void told(QueueId queueId) {
        receiver.told(queueId);
    }
}
