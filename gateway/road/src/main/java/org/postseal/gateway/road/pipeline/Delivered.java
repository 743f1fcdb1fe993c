package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.outcome.Reason;

/**
 * A message that has been sent, or refused, for each of its recipients.
 *
 * @param outcomes one per recipient, in the order of the envelope
 * @param suppressed positions of recipients who already had the message from an earlier attempt
 * @param sentAgain positions of recipients who may now have the message twice
 * @param replies what the peer hears, one reply per recipient, in the order of the envelope
 */
record Delivered(
        Prepared prepared,
        List<NextHop.Outcome> outcomes,
        Set<Integer> suppressed,
        Set<Integer> sentAgain,
        List<Reply> replies) {
    /** The message with the replies that follow from the outcomes. */
    Delivered(Prepared prepared, List<NextHop.Outcome> outcomes, Set<Integer> suppressed, Set<Integer> sentAgain) {
        this(
                prepared,
                outcomes,
                suppressed,
                sentAgain,
                prepared.passage().hasOneReply() ? same(prepared, outcomes) : each(prepared, outcomes, suppressed));
    }

    /** The journal words of the audit record for one recipient. */
    List<String> journal(int position) {
        List<String> words = new ArrayList<>();
        if (suppressed.contains(position)) {
            words.add("suppressed");
        }
        if (sentAgain.contains(position)) {
            words.add("sent_again");
        }
        if (outcomes.get(position).inDoubt()) {
            words.add("in_doubt");
        }
        return words;
    }

    private static List<Reply> each(Prepared prepared, List<NextHop.Outcome> outcomes, Set<Integer> suppressed) {
        boolean isRelease = prepared.passage().envelope().release().isPresent();
        return prepared.plans().stream()
                .map(plan -> isRelease && suppressed.contains(plan.position())
                        ? Releases.RELEASED_BEFORE
                        : reply(prepared, plan, outcomes))
                .toList();
    }

    /**
     * Whatever a next hop replies, its code and words show which server it was and what it objects to. For mail that a
     * key of ours might open, they would tell whether it was opened, left closed or sent to the quarantine. While the
     * policy is only observed, all mail leaves as it came.
     */
    private static Reply reply(Prepared prepared, RecipientPlan plan, List<NextHop.Outcome> outcomes) {
        NextHop.Outcome outcome = outcomes.get(plan.position());
        boolean wouldTell = plan.mayBeOpened() && !prepared.passage().isObserved() && outcome.isFromNextHop();
        return wouldTell ? outcome.reason().map(Reply::of).orElse(ACCEPTED) : outcome.reply();
    }

    /**
     * Returns the one reply that speaks for all recipients. A temporary failure comes first, then a permanent one: "try
     * again" must never turn into a bounce, nor a refusal into silence.
     *
     * <p>Recipients who were only held back or refused with others are left out: their reply names no cause. Recipients
     * above the copy limit count only if no other recipient has failed: otherwise a refusal that is repeated at each
     * attempt would put the others off until the upstream gives up.
     */
    private static List<Reply> same(Prepared prepared, List<NextHop.Outcome> outcomes) {
        List<Reply> spoken = prepared.plans().stream()
                .filter(plan -> outcomes.get(plan.position())
                        .reason()
                        .filter(WITH_OTHERS::contains)
                        .isEmpty())
                .map(plan -> reply(prepared, plan, outcomes))
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

    private static final Set<Reason> WITH_OTHERS = Set.of(Reason.NOT_SENT_WITH_OTHERS, Reason.REFUSED_WITH_OTHERS);

    /** What the peer hears of mail that a key of ours might open, once the next hop has it. */
    static final Reply ACCEPTED = Reply.of(250, "2.0.0", "Accepted by the next hop");
}
