package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.settings.GatewayWishes;
import org.postseal.policy.settings.GatewayWishes.BccForking;

/**
 * Splits the recipients of a message into groups that may share one copy. Recipients are in different groups if their
 * decisions differ, if they have different rights to open and the copy is looked into, or if one reads by ML-KEM and
 * the other does not. RecipientInfos name every reader (RFC 5652 §6.2), so a Bcc recipient of an encrypted copy stands
 * alone unless the policy says otherwise (OWABCCEncryptedEmailForking). The order is that of the envelope.
 */
final class Splitter {
    private final Decided decided;
    private final Readership readership;
    private final BccForking forking;
    private final int maxForks;

    private Splitter(Decided decided, Readership readership) {
        GatewayWishes wishes = decided.arrival().policy().rules().wishes();
        this.decided = decided;
        this.readership = readership;
        this.forking = wishes.forking();
        this.maxForks = wishes.maxForks();
    }

    /**
     * Splits the message.
     *
     * @throws JournalException if there are more copies than {@code maxForks}, and the journal cannot say who has the
     *     message already
     */
    static Split split(Decided decided) throws JournalException {
        Arrival arrival = decided.arrival();
        Readership readership = new Readership(decided.directory());
        List<RecipientPlan> plans = new ArrayList<>(decided.plans());
        try (StageClock.Running _ = arrival.clock().begin(Stage.FACTS)) {
            plans.replaceAll(readership::lookedUp);
        }
        try (StageClock.Running _ = arrival.clock().begin(Stage.SPLIT)) {
            Splitter splitter = new Splitter(decided, readership);
            // With one reply for all, the peer sends the same message again. Recipients who already have it need no
            // copy then, which makes room for the next ones.
            Set<Integer> done = arrival.passage().hasOneReply() && splitter.isOverLimit(plans)
                    ? arrival.outside().served()
                    : Set.of();
            List<RecipientPlan> limited = splitter.limited(plans, done);
            return new Split(
                    decided,
                    readership,
                    limited,
                    splitter.groups(limited.stream()
                            .filter(plan -> !done.contains(plan.position()))
                            .toList()));
        }
    }

    /** True if To or Cc names a recipient, also by another address of theirs or by a list that they are on. */
    private boolean isVisible(MailAddress recipient) {
        Set<MailAddress> visible = decided.inspection().visible();
        return visible.contains(recipient) || decided.directory().isListed(recipient, visible);
    }

    /** True if the message needs more separate copies for single blind recipients than it may have. */
    private boolean isOverLimit(List<RecipientPlan> plans) {
        return limited(plans, Set.of()).stream()
                .anyMatch(plan -> plan.failure().equals(Optional.of(Reason.TOO_MANY_COPIES)));
    }

    /**
     * Fails the blind recipients above the limit. The upstream MTA tries them again.
     *
     * @param served positions of recipients who have the message; they get no copy, so they do not count against the
     * limit
     */
    private List<RecipientPlan> limited(List<RecipientPlan> plans, Set<Integer> served) {
        Set<MailAddress> alone = new HashSet<>();
        List<RecipientPlan> limited = new ArrayList<>();
        for (RecipientPlan plan : plans) {
            boolean isServed = served.contains(plan.position());
            boolean isSurplus = !isServed
                    && plan.failure().isEmpty()
                    && audience(plan) instanceof Audience.Alone(MailAddress reader)
                    && !alone.contains(reader)
                    && alone.size() == maxForks;
            if (plan.failure().isEmpty()
                    && !isServed
                    && !isSurplus
                    && audience(plan) instanceof Audience.Alone(MailAddress reader)) {
                alone.add(reader);
            }
            limited.add(
                    isSurplus
                            ? plan.withFailure(
                                    Reason.TOO_MANY_COPIES, "more than " + maxForks + " blind recipients (maxForks)")
                            : plan);
        }
        return limited;
    }

    private List<Group> groups(List<RecipientPlan> plans) {
        Map<Key, List<RecipientPlan>> groups = new LinkedHashMap<>();
        for (RecipientPlan plan : plans) {
            if (plan.failure().isPresent()) {
                continue;
            }
            groups.computeIfAbsent(keyOf(plan), _ -> new ArrayList<>()).add(plan);
        }
        return groups.entrySet().stream()
                .map(entry -> new Group(
                        entry.getKey().decision(),
                        entry.getValue().getFirst().view().orElseThrow(),
                        entry.getValue()))
                .toList();
    }

    private Key keyOf(RecipientPlan plan) {
        Decision decision = plan.ruling().orElseThrow().decision();
        return new Key(
                decision,
                isLookedInto(decision) ? plan.view() : Optional.empty(),
                audience(plan),
                readership.isByMlKem(plan));
    }

    private Audience audience(RecipientPlan plan) {
        MailAddress recipient = plan.recipient().address();
        Decision decision = plan.ruling().orElseThrow().decision();
        if (Readership.encryption(decision).isEmpty()) {
            return new Audience.Everybody();
        }
        return switch (forking) {
            case EACH -> isVisible(recipient) ? new Audience.Everybody() : new Audience.Alone(recipient);
            case TOGETHER -> isVisible(recipient) ? new Audience.Everybody() : new Audience.Blind();
            case NONE -> new Audience.Everybody();
        };
    }

    private static boolean isLookedInto(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(Decision.Incoming incoming, var _, var _) ->
                switch (incoming) {
                    case VERIFY, OPEN, KEEP_CLOSED -> true;
                    case AS_RECEIVED -> false;
                };
            case Decision.Redirect _, Decision.Answer _, Decision.Reject _, Decision.Defer _ -> false;
        };
    }

    // A view is compared by identity through its OpenedMessage and by value otherwise: two recipients with the same
    // right share the object. If the copy leaves as it came, the right to open makes no difference, and the view is
    // empty. A blind recipient who is given twice is still one reader.
    private record Key(Decision decision, Optional<ContentView> view, Audience audience, boolean byMlKem) {}

    /** Which readers may see each other. */
    private sealed interface Audience {
        record Everybody() implements Audience {}

        /** All Bcc recipients of one decision. */
        record Blind() implements Audience {}

        record Alone(MailAddress reader) implements Audience {}
    }
}
