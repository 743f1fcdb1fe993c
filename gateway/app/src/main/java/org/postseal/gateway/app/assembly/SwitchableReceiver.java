package org.postseal.gateway.app.assembly;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

/**
 * Passes messages to the receiver in force. If the receiver is replaced while a message is on its way, the message ends
 * in the receiver in which it began. Thread-safe.
 */
final class SwitchableReceiver implements MessageReceiver {
    private volatile Laid current;

    SwitchableReceiver(MessageReceiver first, HopsInUse hops) {
        current = new Laid(first, hops);
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return receive(envelope, message, scope, _ -> () -> {});
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope, HangObserver observer) {
        return through(road -> road.receive(envelope, message, scope, observer));
    }

    @Override
    public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        return through(road -> road.receiveUnread(envelope, message, reason, mayRedirect));
    }

    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return through(road -> road.refuse(envelope, octets, reason, detail));
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return current.road().refusal(recipient);
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return current.road().areAlike(peer, sender, one, other);
    }

    @Override
    public void told(QueueId queueId) {
        current.road().told(queueId);
    }

    /** Puts another receiver in force for the messages that come after this call. */
    void replace(MessageReceiver next, HopsInUse hops) {
        current = new Laid(next, hops);
    }

    private List<Reply> through(Function<MessageReceiver, List<Reply>> message) {
        Laid laid = enter();
        try {
            return message.apply(laid.road());
        } finally {
            laid.hops().leave();
        }
    }

    private Laid enter() {
        Laid laid = current;
        while (!laid.hops().enter()) {
            if (laid.equals(current)) {
                throw new IllegalStateException("the gateway is closed");
            }
            // The next hops were closed after they were read here, so another receiver is in force by now.
            laid = current;
        }
        return laid;
    }

    private record Laid(MessageReceiver road, HopsInUse hops) {}
}
