package org.postseal.policy.rule;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.condition.WordCondition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;

/**
 * One of the ordered {@code rules}.
 *
 * @param conditions {@code when}: all must hold; an empty list is {@code always}
 * @param unless not all of these may hold; an empty list is no exception
 * @param notice whether the sender gets a notice if the message is redirected
 */
public record Rule(String id, List<Condition> conditions, List<Condition> unless, Action action, boolean notice) {
    /** Returns the same rule with another action. */
    public Rule with(Action other) {
        return new Rule(id, conditions, unless, other, notice);
    }

    public Truth matches(Asked asked) {
        if (leftAlone(asked).isPresent()) {
            return Truth.of(false);
        }
        Truth truth = Truth.of(true);
        for (Condition.Rank rank : RANKS) {
            // Content that a key of ours opened must not decide whether the peer hears of a failed look-up.
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

    /** Returns true if the rule may come to a condition on what is under an encryption. */
    boolean mayLookInside(Asked asked) {
        return asked.isEncrypted()
                && looksInside()
                && leftAlone(asked).isEmpty()
                && !(all(conditions, Condition.Rank.AT_HAND, asked) instanceof Truth.No);
    }

    /** Returns true if the rule has a condition on what is under an encryption. */
    public boolean looksInside() {
        return hasInside(conditions) || hasInside(unless);
    }

    /** Asks for every group that the rule could need, but looks neither under an encryption nor at the header. */
    void askGroups(Asked asked) {
        if (leftAlone(asked).isEmpty() && !(all(conditions, Condition.Rank.AT_HAND, asked) instanceof Truth.No)) {
            conditions.forEach(condition -> condition.askGroups(asked));
            unless.forEach(condition -> condition.askGroups(asked));
        }
    }

    /** Returns false if no message can meet both rules. */
    public boolean mayMeet(Rule other) {
        return conditions.stream().allMatch(mine -> other.conditions.stream().allMatch(theirs -> mine.mayMeet(theirs)));
    }

    private static boolean hasInside(List<Condition> any) {
        for (Condition condition : any) {
            if (condition.rank(true) == Condition.Rank.INSIDE) {
                return true;
            }
        }
        return false;
    }

    /** Returns the values of a fact that the rule names in {@code when}; empty if it says nothing about the fact. */
    <E extends Enum<E>> Optional<Set<E>> named(WordCondition.Fact<E> fact) {
        return WordCondition.named(fact, conditions);
    }

    /** Returns the kinds that the rule names in {@code when}; none if it says nothing about the kind. */
    public Set<Facts.Kind> namedKinds() {
        return named(WordCondition.KIND).orElse(Set.of());
    }

    /** Returns true unless {@code when} names directions of which none leads to our own users. */
    boolean mayReachOurs() {
        return named(WordCondition.DIRECTION)
                .map(any -> any.contains(Direction.INBOUND) || any.contains(Direction.INTERNAL))
                .orElse(true);
    }

    /** Returns true unless {@code when} names directions of which none leads from our own users. */
    public boolean mayComeFromOurs() {
        return named(WordCondition.DIRECTION)
                .map(any -> any.contains(Direction.OUTBOUND) || any.contains(Direction.INTERNAL))
                .orElse(true);
    }

    public boolean meansRightsProtected() {
        return named(WordCondition.TRAIT)
                .filter(any -> any.contains(Facts.Trait.RIGHTS_PROTECTED))
                .isPresent();
    }

    public boolean isAlways() {
        return conditions.isEmpty() && unless.isEmpty();
    }

    /**
     * Tells why the rule may not touch a message; empty if it may. Nobody hears of the refusal of a message with the
     * null reverse path (RFC 5321 §4.5.5), and the clients of a rights management service read what it has encrypted
     * only if it is unchanged. So only a rule that names such mail may touch it, except for a demand to encrypt.
     */
    public Optional<String> leftAlone(Asked asked) {
        if (!asked.mustBeNamed()) {
            return Optional.empty();
        }
        boolean isAutomatic = asked.message().kind() != Facts.Kind.ORDINARY;
        if (isAutomatic && named(WordCondition.KIND).isEmpty()) {
            return Optional.of("kind is not named");
        }
        return isRightsProtected(asked) && !meansRightsProtected()
                ? Optional.of("trait rightsProtected is not named")
                : Optional.empty();
    }

    /**
     * Returns true only for mail from our own users that did not come encrypted with S/MIME: such mail from outside
     * comes in like any other, and no client of a rights management service reads what stands in a ciphertext.
     */
    private static boolean isRightsProtected(Asked asked) {
        return asked.message().traits().contains(Facts.Trait.RIGHTS_PROTECTED)
                && !asked.isEncrypted()
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
                boolean isHidden = rank == Condition.Rank.INSIDE && asked.isFromOutside();
                truth = truth.and(isHidden ? UNDER_ENCRYPTION : condition.holds(asked));
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

    /**
     * The answer of a rule that depends on what is under an encryption, if the rule must not look there ({@link
     * Asked#fromOutside}).
     */
    static final Truth UNDER_ENCRYPTION = new Truth.NotKnown("what is under the encryption");

    private static final List<Condition.Rank> RANKS = List.of(Condition.Rank.values());
}
