package org.postseal.policy;

/**
 * A kind of condition in the policy language. The reader, the schema and the table in the documentation are made from
 * these.
 *
 * @param key the word in a policy
 * @param meaning one sentence, which editors show
 * @param holdsFor the values and their meaning, for the documentation
 */
record ConditionType(String key, Condition.Needs needs, String meaning, String holdsFor, ConditionForm form) {
    /** Returns the row of the table in the documentation. */
    String row() {
        return "| `" + key + "` | " + holdsFor + " |";
    }
}
