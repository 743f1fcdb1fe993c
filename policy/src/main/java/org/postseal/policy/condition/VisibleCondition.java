package org.postseal.policy.condition;

/** {@code visible}: tells whether To or Cc names the recipient. */
record VisibleCondition(boolean wanted) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "visible",
            Needs.MESSAGE,
            "Whether To or Cc names the recipient.",
            "`true`: To or Cc names the recipient, or the list or alias that was expanded to them"
                    + " (ORCPT); `false`: Bcc",
            ConditionForm.bool(VisibleCondition::new));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(asked.isVisible() == wanted);
    }

    @Override
    public String words() {
        return wanted ? "To or Cc names the recipient" : "neither To nor Cc names the recipient";
    }
}
