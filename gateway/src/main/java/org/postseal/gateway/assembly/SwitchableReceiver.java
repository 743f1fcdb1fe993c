package org.postseal.gateway.assembly;

import java.util.List;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.Reason;

/** The road in force: a message that is on its way when another one is put in its place ends on the one it began on. Thread-safe. */
final class SwitchableReceiver implements MessageReceiver {
    private volatile MessageReceiver current;

    SwitchableReceiver(MessageReceiver first) {
        current = first;
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return current.receive(envelope, message, scope);
    }

    @Override
    public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        return current.receiveUnread(envelope, message, reason, mayRedirect);
    }

    @Override
    public void told(QueueId queueId) {
        current.told(queueId);
    }

    void replace(MessageReceiver next) {
        current = next;
    }
}
