package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.settings.GatewayWishes.BccForking;

/**
 * Splits the recipients of a message into groups that may share one copy. Recipients are in different groups if their
 * decisions differ, if they have different rights to open and the copy is looked into, or if one reads by ML-KEM and
 * the other does not. RecipientInfos name every reader (RFC 5652 §6.2), so a Bcc recipient of an encrypted copy stands
 * alone unless the policy says otherwise (OWABCCEncryptedEmailForking). The order is that of the envelope.
 */
final class Splitter {
    private final Predicate<MailAddress> visible;
    private final BccForking forking;
    private final int maxForks;
    private final Predicate<RecipientPlan> byMlKem;

    /**
     * @param visible whether To or Cc names a recipient, also by another address of theirs or by a list that they are
     * on; asked only if it matters
     * @param maxForks the most separate copies for single blind recipients that one message may have
     * @param byMlKem whether a recipient's copy is encrypted to an ML-KEM key of theirs
     */
    Splitter(Predicate<MailAddress> visible, BccForking forking, int maxForks, Predicate<RecipientPlan> byMlKem) {
        this.visible = visible;
        this.forking = forking;
        this.maxForks = maxForks;
        this.byMlKem = byMlKem;
    }

    /** True if the message needs more separate copies for single blind recipients than it may have. */
    boolean isOverLimit(List<RecipientPlan> plans) {
        return limited(plans, Set.of()).stream()
                .anyMatch(plan -> plan.failure().equals(Optional.of(Reason.TOO_MANY_COPIES)));
    }

    /**
     * Fails the blind recipients above the limit. The upstream MTA tries them again.
     *
     * @param served positions of recipients who have the message; they get no copy, so they do not count against the
     * limit
     */
    List<RecipientPlan> limited(List<RecipientPlan> plans, Set<Integer> served) {
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

    List<Group> split(List<RecipientPlan> plans) {
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
                decision, isLookedInto(decision) ? plan.view() : Optional.empty(), audience(plan), byMlKem.test(plan));
    }

    private Audience audience(RecipientPlan plan) {
        MailAddress recipient = plan.recipient().address();
        Decision decision = plan.ruling().orElseThrow().decision();
        if (Readership.encryption(decision).isEmpty()) {
            return new Audience.Everybody();
        }
        return switch (forking) {
            case EACH -> visible.test(recipient) ? new Audience.Everybody() : new Audience.Alone(recipient);
            case TOGETHER -> visible.test(recipient) ? new Audience.Everybody() : new Audience.Blind();
            case NONE -> new Audience.Everybody();
        };
    }

    private static boolean isLookedInto(Decision decision) {
        return switch (decision) {
            case Decision.Deliver(Decision.Incoming incoming, var _, var _) ->
                switch (incoming) {
                    case VERIFY, OPEN -> true;
                    case AS_RECEIVED -> false;
                };
            case Decision.Redirect _, Decision.Reject _, Decision.Defer _ -> false;
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
