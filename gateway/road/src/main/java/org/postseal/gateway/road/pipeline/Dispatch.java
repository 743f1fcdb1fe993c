package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.acme.Challenge;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends every copy of a message, to the recipients who do not have it yet. */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private Dispatch() {}

    /**
     * Sends every unit and returns the outcome of each recipient. A recipient for whom nothing was sent has the reason
     * as its outcome. Never throws: a fault of ours becomes a temporary failure.
     */
    static Delivered deliver(Prepared prepared, Beginning beginning, Challenges challenges) {
        QueueId queueId = prepared.passage().envelope().queueId();
        try (beginning) {
            return deliver(prepared, beginning.attempt(), challenges);
        } catch (JournalException e) {
            LOG.error("{}: nothing is sent, message deferred: {}", queueId, e.getMessage());
            return failed(prepared, NextHop.Outcome.of(Reason.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // If this exception went on, the peer would get 451 as well, but the audit log would not have a record.
            LOG.error("{}: delivery failed unexpectedly, message deferred", queueId, e);
            return failed(
                    prepared,
                    NextHop.Outcome.of(Reason.INTERNAL_ERROR, e.getClass().getName()));
        }
    }

    private static Delivered deliver(Prepared prepared, Attempt attempt, Challenges challenges)
            throws JournalException {
        boolean hasOneReply = prepared.passage().hasOneReply();
        List<RecipientPlan> plans = prepared.plans();
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
        if (!(hasOneReply && isRefusal)) {
            attempt.deliver(prepared.units(), hasOneReply).forEach(outcomes::set);
        }
        if (challenges.areExpected() && !prepared.passage().isObserved()) {
            plans.forEach(
                    plan -> outcomes.set(plan.position(), answered(plan, outcomes.get(plan.position()), challenges)));
        }
        return new Delivered(
                prepared,
                outcomes,
                plans.stream()
                        .map(RecipientPlan::position)
                        .filter(position -> settled.get(position).isPresent())
                        .collect(Collectors.toSet()),
                attempt.sentAgain());
    }

    /**
     * Returns the outcome for the challenge of an authority, or that of any other mail as it is. A challenge stays with
     * its upstream until our answer is on its way and the order says so, whatever the next hop objects to: a bounce
     * would end the order.
     */
    private static NextHop.Outcome answered(RecipientPlan plan, NextHop.Outcome outcome, Challenges challenges) {
        Optional<Challenge> challenge = plan.basis().flatMap(Basis::challenge);
        if (challenge.isEmpty()) {
            return outcome;
        }
        if (!outcome.isAccepted()) {
            boolean isRefused = outcome.isFromNextHop() || outcome.reply().isPermanent();
            return isRefused
                    ? NextHop.Outcome.of(
                            Reason.CHALLENGE_NOT_ANSWERED,
                            "the answer was refused: " + outcome.reply()
                                    + outcome.detail().map(text -> ", " + text).orElse(""))
                    : outcome;
        }
        try {
            challenges.answered(
                    challenge.get().expected(), challenge.get().mail().token());
            return outcome;
        } catch (StoreUnavailableException e) {
            return NextHop.Outcome.of(
                    Reason.STORE_UNAVAILABLE,
                    "the answer was sent, and the order does not say so yet: " + e.getMessage());
        }
    }

    private static Delivered failed(Prepared prepared, NextHop.Outcome fault) {
        return new Delivered(
                prepared,
                prepared.plans().stream()
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
}
