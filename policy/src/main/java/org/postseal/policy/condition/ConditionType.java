package org.postseal.policy.condition;

/**
 * A kind of condition in the policy language. The reader, the schema and the table in the documentation are made from
 * these.
 *
 * @param key the word in a policy
 * @param meaning one sentence, which editors show
 * @param holdsFor the values and their meaning, for the documentation
 */
public record ConditionType(String key, Condition.Needs needs, String meaning, String holdsFor, ConditionForm form) {
    /** Returns the row of the table in the documentation. */
    public String row() {
        return "| `" + key + "` | " + holdsFor + " |";
    }
}
