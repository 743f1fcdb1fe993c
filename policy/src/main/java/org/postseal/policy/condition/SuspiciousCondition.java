package org.postseal.policy.condition;

import java.util.Optional;

/** {@code suspicious}: tells whether opened content looks as if somebody had changed it. */
record SuspiciousCondition(boolean wanted) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "suspicious",
            Needs.INSIDE,
            "Whether mail looks changed on its way, or a key does not open it.",
            "`true`: a key of the recipient does not open the message; or it opens it, nothing proves that it is"
                    + " unchanged, and it looks changed on its way: octets that are not UTF-8, control characters, an"
                    + " address in HTML that takes up the text behind it, a header section that may be cut, or none"
                    + " (`openHeaderless`)",
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
        return wanted
                ? "it is not opened, or looks changed"
                : "no key failed to open it, and nothing in it looks changed";
    }

    @Override
    public Optional<Consequence> consequence() {
        return wanted ? Optional.of(WordCondition.encrypted(TYPE.key())) : Optional.empty();
    }
}
