package org.postseal.gateway.road.pipeline;

import java.util.Collections;
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
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one message from its last octet to the replies. Every copy is prepared, then every copy is sent, then the audit
 * log is written to disk, then the peer gets its replies.
 *
 * <p>Thread-safe: a reload makes another road, and the state of a message lives in objects made for that message.
 */
public final class Road implements MessageReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(Road.class);

    private final Preparer preparer;
    private final PolicyInForce policy;
    private final Delivery delivery;
    private final Records records;
    private final Timing timing;

    /** A road on which every message is treated by one policy. */
    public Road(Preparer preparer, PolicyInForce policy, Delivery delivery, Records records, Timing timing) {
        this.preparer = preparer;
        this.policy = policy;
        this.delivery = delivery;
        this.records = records;
        this.timing = timing;
    }

    /** The same road for a message that was held and that somebody has released. */
    Road releasing(HeldCopy copy) {
        return new Road(preparer, policy.releasing(copy), delivery, records, timing);
    }

    /** True if no decision of the policy is carried out. */
    boolean isObserved() {
        return policy.observation().isPresent();
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return receive(envelope, message, scope, _ -> () -> {});
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope, HangObserver observer) {
        Optional<List<Reply>> deferred = deferred(envelope, message);
        if (deferred.isPresent()) {
            return deferred.get();
        }
        Passage passage = passage(envelope, message.size());
        Preparation preparation = new Preparation(passage.clock());
        return onItsOwnThread(
                        passage,
                        message,
                        preparation,
                        outside -> preparer.prepare(new Arrival(passage, message, scope, preparation, outside)))
                .orElseGet(() -> {
                    preparation.whenBack(observer.hangs(preparation.isGuilty()));
                    return givenUp(passage, preparation);
                });
    }

    @Override
    public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        Optional<List<Reply>> deferred = deferred(envelope, message);
        if (deferred.isPresent()) {
            return deferred.get();
        }
        Passage passage = passage(envelope, message.size());
        if (mayRedirect) {
            // An earlier attempt may have delivered to a recipient before it ended the process. That recipient gets a
            // 250, and no redirected copy.
            Preparation preparation = new Preparation(passage.clock());
            Optional<List<Reply>> replies = onItsOwnThread(
                    passage,
                    message,
                    preparation,
                    outside -> preparer.unread().redirected(passage, message, reason, outside));
            if (replies.isPresent()) {
                return replies.get();
            }
            if (!preparation.isGuilty()) {
                return givenUp(passage, preparation);
            }
        }
        return unasked(Prepared.refused(passage.afresh(), reason, reason.auditText()));
    }

    /**
     * Defers the message if nothing may be decided about it now: another policy may count by now, or this gateway takes
     * no mail. What such a gateway knows of certificates may be wrong, so it must refuse nobody for good.
     */
    private Optional<List<Reply>> deferred(Envelope envelope, RawMessage message) {
        Optional<String> whyOver = policy.term().whyOver();
        if (whyOver.isPresent()) {
            return Optional.of(deferred(envelope, message, Reason.POLICY_OUTDATED, whyOver.get()));
        }
        try {
            delivery.requireReady();
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(deferred(envelope, message, Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage())));
        }
    }

    private List<Reply> deferred(Envelope envelope, RawMessage message, Reason reason, String detail) {
        LOG.warn("{}: message deferred, {}", envelope.queueId(), detail);
        return refuse(envelope, message.size(), reason, detail);
    }

    /** Refuses the message for every recipient, without looking into it or sending anything. */
    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return unasked(Prepared.refused(passage(envelope, octets), reason, detail));
    }

    private Passage passage(Envelope envelope, long octets) {
        return new Passage(envelope, octets, policy, timing.clock(envelope, octets));
    }

    /**
     * Prepares the message on a thread of its own, which {@link PreparationWatch} starts, and finishes it on this one.
     * Returns empty if the message was given up.
     */
    private Optional<List<Reply>> onItsOwnThread(
            Passage passage, RawMessage message, Preparation preparation, Function<Outside, Prepared> work) {
        Envelope envelope = passage.envelope();
        try (Beginning beginning = new Beginning(() -> delivery.attempt(envelope, message))) {
            Outside outside = new WatchedOutside(delivery, envelope, beginning, preparation);
            return timing.watch()
                    .prepare(
                            preparation,
                            timing.stepLimit(passage.octets()),
                            envelope.queueId().text(),
                            () -> work.apply(outside))
                    .map(prepared -> finish(prepared, beginning));
        } catch (NoThreadException e) {
            // Nobody has looked into the message, so it is not blamed.
            LOG.error("{}: message deferred, {}", envelope.queueId(), e.getMessage());
            return Optional.of(
                    refuse(envelope, passage.octets(), Reason.INTERNAL_ERROR, String.valueOf(e.getMessage())));
        }
    }

    private List<Reply> givenUp(Passage passage, Preparation preparation) {
        return unasked(Prepared.refused(passage.afresh(), Reason.PREPARATION_GIVEN_UP, preparation.whereItHung()));
    }

    /** Answers every recipient without asking the journal, because making its keys takes a look into the message. */
    private List<Reply> unasked(Prepared refused) {
        try (Beginning beginning = new Beginning(() -> Attempt.first(delivery))) {
            return finish(refused, beginning);
        }
    }

    private List<Reply> finish(Prepared prepared, Beginning beginning) {
        if (!records.areOpen(prepared.passage())) {
            return unrecorded(prepared);
        }
        prepared.shadow().ifPresent(Shadow::start);
        Delivered delivered;
        try (StageClock.Running _ = prepared.passage().clock().begin(Stage.DELIVER)) {
            delivered = Dispatch.deliver(prepared, beginning, preparer.challenges());
        }
        prepared.shadow().ifPresent(Shadow::finish);
        if (!records.keep(delivered, timing.clock())) {
            return unrecorded(prepared);
        }
        records.tellSender(delivered, this::refusal, timing.clock());
        return WordedReplies.of(delivered);
    }

    /** The replies to a message that is not on record, which is never answered with 250. */
    private static List<Reply> unrecorded(Prepared prepared) {
        return Collections.nCopies(prepared.plans().size(), Reply.of(Reason.AUDIT_UNAVAILABLE));
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return preparer.classes()
                .areAlike(peer, sender, one, other, policy, timing.clock().instant());
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return preparer.admission().refusal(recipient, policy.rules());
    }

    @Override
    public void told(QueueId queueId) {
        delivery.told(queueId);
    }
}
