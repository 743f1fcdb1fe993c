package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
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
    private static final long LEAST_OCTETS_PER_MILLISECOND = 500;

    private final Preparer preparer;
    private final PolicyInForce policy;
    private final Delivery delivery;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Notices notices;
    private final PreparationWatch watch;
    private final Duration stepLimit;

    /**
     * @param stepLimit the longest that one step of preparing a message may take, plus one second for each 500,000
     * octets of the message; a message whose step takes longer is given up
     */
    public Road(
            Preparer preparer,
            PolicyInForce policy,
            Delivery delivery,
            AuditLog audit,
            InstantSource clock,
            Notices notices,
            PreparationWatch watch,
            Duration stepLimit) {
        this.notices = notices;
        this.watch = watch;
        this.stepLimit = stepLimit;
        this.preparer = preparer;
        this.policy = policy;
        this.delivery = delivery;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
        return receive(envelope, message, scope, _ -> () -> {});
    }

    @Override
    public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope, HangObserver observer) {
        Preparation preparation = new Preparation(preparer.clock(envelope, message.size()));
        try (Beginning beginning = new Beginning(() -> delivery.attempt(envelope, message))) {
            Preparer.Outside outside = new WatchedOutside(delivery, envelope, beginning, preparation);
            Optional<Prepared> prepared = watch.prepare(
                    preparation,
                    stepLimit(message),
                    envelope.queueId().text(),
                    () -> preparer.prepare(envelope, message, scope, policy, preparation, outside));
            if (prepared.isPresent()) {
                return finish(envelope, message.size(), prepared.get(), beginning, preparation.clock());
            }
        } catch (NoThreadException e) {
            return notBegun(envelope, message, e);
        }
        preparation.whenBack(observer.hangs(preparation.isGuilty()));
        return unasked(
                envelope,
                message.size(),
                Unread.refused(envelope, Reason.PREPARATION_GIVEN_UP, preparation.whereItHung()),
                preparation.clock().afresh());
    }

    @Override
    public List<Reply> receiveUnread(Envelope envelope, RawMessage message, Reason reason, boolean mayRedirect) {
        StageClock taken = preparer.clock(envelope, message.size());
        if (mayRedirect) {
            // A recipient who has the message from an attempt that ended the process afterwards gets a 250, and no
            // redirected copy.
            Preparation preparation = new Preparation(taken);
            try (Beginning beginning = new Beginning(() -> delivery.attempt(envelope, message))) {
                Optional<Prepared> prepared = watch.prepare(
                        preparation,
                        stepLimit(message),
                        envelope.queueId().text(),
                        () -> redirected(envelope, message, reason, beginning, preparation));
                if (prepared.isPresent()) {
                    return finish(envelope, message.size(), prepared.get(), beginning, preparation.clock());
                }
            } catch (NoThreadException e) {
                return notBegun(envelope, message, e);
            }
            if (!preparation.isGuilty()) {
                return unasked(
                        envelope,
                        message.size(),
                        Unread.refused(envelope, Reason.PREPARATION_GIVEN_UP, preparation.whereItHung()),
                        taken.afresh());
            }
        }
        return unasked(envelope, message.size(), Unread.refused(envelope, reason, reason.auditText()), taken.afresh());
    }

    /** Defers a message that got no thread. Nobody has looked into it, so it is not blamed. */
    private List<Reply> notBegun(Envelope envelope, RawMessage message, NoThreadException e) {
        LOG.error("{}: message deferred, {}", envelope.queueId(), e.getMessage());
        return refuse(envelope, message.size(), Reason.INTERNAL_ERROR, String.valueOf(e.getMessage()));
    }

    /** A step takes longer with a larger message. */
    private Duration stepLimit(RawMessage message) {
        return stepLimit.plusMillis(message.size() / LEAST_OCTETS_PER_MILLISECOND);
    }

    private Prepared redirected(
            Envelope envelope, RawMessage message, Reason reason, Beginning beginning, Preparation preparation) {
        try {
            // Apart from the question to the journal, this is the only look into the message: it computes the journal
            // keys.
            // A hang here is therefore the message's own fault.
            List<JournalKey> _ = JournalKey.all(envelope, message);
            Set<Integer> served = new WatchedOutside(delivery, envelope, beginning, preparation).served();
            return preparer.unread().redirected(envelope, message, reason, policy, served);
        } catch (IOException e) {
            LOG.error(
                    "{}: it is not known which recipients have the message, deferred: {}",
                    envelope.queueId(),
                    e.getMessage());
            return Unread.refused(envelope, Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean areAlike(Peer peer, ReversePath sender, MailAddress one, MailAddress other) {
        return preparer.classes().areAlike(peer, sender, one, other, policy, clock.instant());
    }

    @Override
    public Optional<Reason> refusal(MailAddress recipient) {
        return preparer.admission().refusal(recipient, policy.rules());
    }

    /** Refuses the message for every recipient, without looking into it or sending anything. */
    @Override
    public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
        return unasked(envelope, octets, Unread.refused(envelope, reason, detail), preparer.clock(envelope, octets));
    }

    /** Answers every recipient without asking the journal, because making its keys takes a look into the message. */
    private List<Reply> unasked(Envelope envelope, long octets, Prepared refused, StageClock clock) {
        try (Beginning beginning = new Beginning(() -> Attempt.first(delivery))) {
            return finish(envelope, octets, refused, beginning, clock);
        }
    }

    private List<Reply> finish(
            Envelope envelope, long octets, Prepared prepared, Beginning beginning, StageClock clock) {
        try {
            audit.requireWritable();
        } catch (IOException e) {
            LOG.error("{}: the audit log cannot be written, nothing is sent, message deferred", envelope.queueId(), e);
            return Collections.nCopies(prepared.plans().size(), Reply.of(Reason.AUDIT_UNAVAILABLE));
        }
        prepared.shadow().ifPresent(Shadow::start);
        boolean oneReplyForAll = envelope.peer().protocol() == Peer.Protocol.SMTP;
        Delivered delivered;
        try (StageClock.Running _ = clock.begin(Stage.DELIVER)) {
            delivered = deliver(envelope, prepared, oneReplyForAll, beginning);
        }
        List<NextHop.Outcome> outcomes = delivered.outcomes();
        List<Reply> replies = oneReplyForAll ? same(outcomes) : each(outcomes);
        prepared.shadow().ifPresent(Shadow::finish);
        try (StageClock.Part _ = clock.part("audit")) {
            audit.append(new AuditTrail(
                            envelope,
                            octets,
                            policy.rules().sha256(),
                            policy.observation().isPresent(),
                            clock.times())
                    .events(prepared, delivered, replies, this.clock.instant()));
        } catch (IOException | RuntimeException e) {
            // Whatever kept the record out of the log: a message that is not on record is not answered with 250.
            LOG.error("{}: the audit log cannot be written, message deferred", envelope.queueId(), e);
            return Collections.nCopies(replies.size(), Reply.of(Reason.AUDIT_UNAVAILABLE));
        }
        // The sender is told nothing of a decision that is only observed.
        if (policy.observation().isEmpty()) {
            tellSender(envelope, prepared, replies);
        }
        return replies;
    }

    private void tellSender(Envelope envelope, Prepared prepared, List<Reply> replies) {
        try {
            List<AuditEvent> told = notices.tell(envelope, prepared, replies, this::refusal, delivery, clock.instant());
            if (!told.isEmpty()) {
                audit.append(told);
            }
        } catch (IOException | RuntimeException e) {
            // The message is delivered and on record, so its replies stay, and a notice that was sent stays sent.
            LOG.error("{}: a notice cannot be sent or recorded", envelope.queueId(), e);
        }
    }

    /**
     * Sends every unit and returns the outcome of each recipient, in the order of the envelope. A recipient for whom
     * nothing was sent has the reason as its outcome.
     */
    private Delivered deliver(Envelope envelope, Prepared prepared, boolean oneReplyForAll, Beginning beginning) {
        List<RecipientPlan> plans = prepared.plans();
        try (beginning) {
            Attempt attempt = beginning.attempt();
            List<Optional<NextHop.Outcome>> settled =
                    plans.stream().map(plan -> attempt.settled(plan.position())).toList();
            List<NextHop.Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                RecipientPlan plan = plans.get(i);
                outcomes.add(settled.get(i).orElseGet(() -> unsent(plan)));
            }
            // Recipients above the copy limit are retried on their own, so they do not hold the others up.
            boolean isRefusal = plans.stream()
                    .anyMatch(plan -> plan.failure().isPresent()
                            && !plan.failure().equals(Optional.of(Reason.TOO_MANY_COPIES))
                            && settled.get(plan.position()).isEmpty());
            // The peer gets one reply for all: if one recipient is refused, nothing may be sent for the others.
            if (!(oneReplyForAll && isRefusal)) {
                attempt.deliver(prepared.units(), oneReplyForAll).forEach(outcomes::set);
            }
            return new Delivered(
                    outcomes,
                    plans.stream()
                            .map(RecipientPlan::position)
                            .filter(position -> settled.get(position).isPresent())
                            .collect(Collectors.toSet()),
                    attempt.sentAgain());
        } catch (JournalException e) {
            LOG.error("{}: nothing is sent, message deferred: {}", envelope.queueId(), e.getMessage());
            return failed(plans, NextHop.Outcome.of(Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // If this exception went on, the peer would get 451 as well, but the audit log would not have a record.
            LOG.error("{}: delivery failed unexpectedly, message deferred", envelope.queueId(), e);
            return failed(
                    plans,
                    NextHop.Outcome.of(Reason.INTERNAL_ERROR, e.getClass().getName()));
        }
    }

    private static Delivered failed(List<RecipientPlan> plans, NextHop.Outcome fault) {
        return new Delivered(
                plans.stream()
                        .map(plan -> plan.failure().isPresent() ? unsent(plan) : fault)
                        .toList(),
                Set.of(),
                Set.of());
    }

    private static NextHop.Outcome unsent(RecipientPlan plan) {
        return plan.failure()
                .map(reason -> new NextHop.Outcome(
                        plan.reply(reason),
                        false,
                        Optional.of(reason),
                        Optional.of(plan.detail().orElseGet(reason::auditText))))
                .orElseGet(
                        () -> NextHop.Outcome.of(Reason.NOT_SENT_WITH_OTHERS, Reason.NOT_SENT_WITH_OTHERS.auditText()));
    }

    @Override
    public void told(QueueId queueId) {
        delivery.told(queueId);
    }

    private static List<Reply> each(List<NextHop.Outcome> outcomes) {
        return outcomes.stream().map(NextHop.Outcome::reply).toList();
    }

    /**
     * Returns the one reply that speaks for all recipients. A temporary failure comes first, then a permanent one: "try
     * again" must never turn into a bounce, nor a refusal into silence.
     *
     * <p>Recipients who were only held back with others are left out. Recipients above the copy limit count only if no
     * other recipient has failed: otherwise a refusal that is repeated at each attempt would put the others off until
     * the upstream gives up.
     */
    private static List<Reply> same(List<NextHop.Outcome> outcomes) {
        List<Reply> spoken = outcomes.stream()
                .filter(outcome -> !outcome.reason().equals(Optional.of(Reason.NOT_SENT_WITH_OTHERS)))
                .map(NextHop.Outcome::reply)
                .toList();
        Reply surplus = Reply.of(Reason.TOO_MANY_COPIES);
        Reply worst = spoken.stream()
                .filter(reply -> reply.isTemporary() && !reply.equals(surplus))
                .findFirst()
                .or(() -> spoken.stream().filter(Reply::isPermanent).findFirst())
                .or(() -> spoken.stream().filter(Reply::isTemporary).findFirst())
                .or(() -> spoken.stream().findFirst())
                .orElseGet(() -> Reply.of(Reason.INTERNAL_ERROR));
        return Collections.nCopies(outcomes.size(), worst);
    }
}
