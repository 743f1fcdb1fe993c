package org.postseal.policy.condition;

/**
 * A kind of condition as the policy language has it. The reader, the schema and the table in the documentation are made
 * of these.
 *
 * @param key the word that a policy writes
 * @param meaning one sentence, which editors show
 * @param holdsFor the values and what they mean, for the documentation
 */
public record ConditionType(String key, Condition.Needs needs, String meaning, String holdsFor, ConditionForm form) {
    /** Its row in the documentation. */
    public String row() {
        return "| `" + key + "` | " + holdsFor + " |";
    }
}
