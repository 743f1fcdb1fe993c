package org.postseal.policy;

import java.util.List;
import java.util.Optional;

/**
 * One of the ordered {@code rules}.
 *
 * @param conditions {@code when}: all must hold; none is {@code always}
 * @param unless not all of these may hold; none is no exception
 * @param notice whether the sender is told when the message is refused or redirected
 */
record Rule(String id, List<Condition> conditions, List<Condition> unless, Action action, boolean notice) {
    Truth matches(Asked asked) {
        if (leftAlone(asked).isPresent()) {
            return Truth.of(false);
        }
        Truth truth = Truth.of(true);
        for (Condition.Rank rank : RANKS) {
            // What a key of ours opened must not decide whether a failed look-up is told to the peer
            if (rank == Condition.Rank.INSIDE && truth instanceof Truth.NotKnown) {
                return truth;
            }
            truth = truth.and(all(conditions, rank, asked));
            if (truth instanceof Truth.No) {
                return truth;
            }
            if (!unless.isEmpty() && highest(unless, asked) == rank) {
                truth = truth.and(all(unless, asked).not());
                if (truth instanceof Truth.No) {
                    return truth;
                }
            }
        }
        return truth;
    }

    /** Whether it can come to a condition on what stands under an encryption. */
    boolean mayLookInside(Asked asked) {
        return asked.isEncrypted()
                && (hasInside(conditions) || hasInside(unless))
                && leftAlone(asked).isEmpty()
                && !(all(conditions, Condition.Rank.AT_HAND, asked) instanceof Truth.No);
    }

    /** Asks for every group that it could ask for, without looking inside or at the header. */
    void askGroups(Asked asked) {
        if (leftAlone(asked).isEmpty() && !(all(conditions, Condition.Rank.AT_HAND, asked) instanceof Truth.No)) {
            conditions.forEach(condition -> condition.askGroups(asked));
            unless.forEach(condition -> condition.askGroups(asked));
        }
    }

    private static boolean hasInside(List<Condition> any) {
        for (Condition condition : any) {
            if (condition.rank(true) == Condition.Rank.INSIDE) {
                return true;
            }
        }
        return false;
    }

    boolean isAlways() {
        return conditions.isEmpty() && unless.isEmpty();
    }

    /**
     * Nobody is told when a message with the null reverse path is refused (RFC 5321 §4.5.5), and what a rights management service has encrypted is read by its own
     * clients only as it is; so only a rule that means such mail may touch it, but for a demand to encrypt. Why this
     * one may not; empty when it may.
     */
    Optional<String> leftAlone(Asked asked) {
        if (!asked.mustBeNamed()) {
            return Optional.empty();
        }
        boolean isAutomatic = asked.facts().kind() != Facts.Kind.ORDINARY;
        if (isAutomatic && conditions.stream().noneMatch(condition -> condition instanceof Condition.OfKind)) {
            return Optional.of("kind is not named");
        }
        return isRightsProtected(asked)
                        && conditions.stream()
                                .noneMatch(condition -> condition instanceof Condition.WithTrait(var any)
                                        && any.contains(Facts.Trait.RIGHTS_PROTECTED))
                ? Optional.of("trait rightsProtected is not named")
                : Optional.empty();
    }

    /** Only on its way out: from outside, it comes in as any other mail. */
    static boolean isRightsProtected(Asked asked) {
        return asked.facts().message().traits().contains(Facts.Trait.RIGHTS_PROTECTED)
                && (asked.direction() == Direction.OUTBOUND || asked.direction() == Direction.INTERNAL);
    }

    private static Truth all(List<Condition> conditions, Asked asked) {
        Truth truth = Truth.of(true);
        for (Condition.Rank rank : RANKS) {
            truth = truth.and(all(conditions, rank, asked));
            if (truth instanceof Truth.No) {
                return truth;
            }
        }
        return truth;
    }

    private static Truth all(List<Condition> conditions, Condition.Rank rank, Asked asked) {
        Truth truth = Truth.of(true);
        for (Condition condition : conditions) {
            if (condition.rank(asked.isEncrypted()) == rank) {
                truth = truth.and(condition.holds(asked));
                if (truth instanceof Truth.No) {
                    return truth;
                }
            }
        }
        return truth;
    }

    private static Condition.Rank highest(List<Condition> conditions, Asked asked) {
        Condition.Rank highest = Condition.Rank.AT_HAND;
        for (Condition condition : conditions) {
            Condition.Rank rank = condition.rank(asked.isEncrypted());
            highest = rank.compareTo(highest) > 0 ? rank : highest;
        }
        return highest;
    }

    private static final List<Condition.Rank> RANKS = List.of(Condition.Rank.values());
}
