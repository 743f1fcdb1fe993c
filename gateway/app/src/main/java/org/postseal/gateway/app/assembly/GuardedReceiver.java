package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards a receiver: before anything looks into a message, it is written down that the message is on its way.
 * Thread-safe.
 */
final class GuardedReceiver implements MessageReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedReceiver.class);

    private final Suspects suspects;
    private final MessageReceiver road;

    GuardedReceiver(Suspects suspects, MessageReceiver road) {
        this.suspects = suspects;
        this.road = road;
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        StageRecording guard = StageRecording.begin("guard");
        SuspectKey key;
        try {
            key = SuspectKey.of(envelope, message);
        } catch (IOException e) {
            LOG.error("{}: the message cannot be read, answered with 451", envelope.queueId(), e);
            return Collections.nCopies(envelope.recipients().size(), Reply.of(Reason.INTERNAL_ERROR));
        }
        Suspects.Answer answer = suspects.enter(key);
        guard.end(envelope.queueId().text(), envelope.recipients().size(), message.size());
        return switch (answer) {
            case Suspects.Late(String cause) -> {
                LOG.warn("{}: deferred, {}", envelope.queueId(), cause);
                yield road.receiveUnread(envelope, message, Reason.TURN_AWAITED, false);
            }
            case Suspects.Refused() -> poison(envelope, message, key, false);
            case Suspects.Turn turn -> {
                try (turn) {
                    List<Reply> replies = turn.isPoison()
                            ? poison(envelope, message, key, true)
                            : road.receive(envelope, message, scope, turn::hangs);
                    turn.survived();
                    yield replies;
                }
            }
        };
    }

    private List<Reply> poison(Envelope envelope, RawMessage message, SuspectKey key, boolean mayRedirect) {
        LOG.error(
                "{}: message {} has ended the process, or hung, {} times and is not looked into",
                envelope.queueId(),
                key.hex(),
                Suspects.MOST_DEATHS);
        return road.receiveUnread(envelope, message, Reason.POISON, mayRedirect);
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return road.refusal(recipient);
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return road.areAlike(peer, sender, one, other);
    }

    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return road.refuse(envelope, octets, reason, detail);
    }

    @Override
    public void told(QueueId queueId) {
        road.told(queueId);
    }
}
