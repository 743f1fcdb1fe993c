package org.postseal.certstore.authority.lint;

/**
 * A rule that a certificate breaks.
 *
 * @param rule id of the rule
 * @param section where the rule stands: {@code BR 7.1.2.3 e}, {@code RFC 8550 §3}
 * @param text what is wrong, for a person
 */
public record Finding(String rule, String section, Severity severity, String text) {
    /** How much a rule weighs. */
    public enum Severity {
        /** Something must be otherwise (SHALL). */
        ERROR,
        /** Something should be otherwise (SHOULD). */
        WARNING,
        /** Good to know. */
        NOTICE
    }
}
