package org.postseal.policy.condition;

import java.util.Optional;

/** {@code suspicious}: tells whether opened content looks as if somebody had changed it. */
record SuspiciousCondition(boolean wanted) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "suspicious",
            Needs.INSIDE,
            "Whether opened mail looks changed on its way.",
            "`true`: the message was opened, nothing proves that it is unchanged, and it looks changed on its"
                    + " way: control characters in a text part, an address in HTML that takes up the text behind it,"
                    + " or no header section (`openHeaderless`)",
            ConditionForm.bool(SuspiciousCondition::new));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(asked.inside().suspicion().isPresent() == wanted);
    }

    @Override
    public String words() {
        return wanted ? "what was opened looks changed" : "what was opened does not look changed";
    }

    @Override
    public Optional<Consequence> consequence() {
        return wanted ? Optional.of(WordCondition.encrypted(TYPE.key())) : Optional.empty();
    }
}
