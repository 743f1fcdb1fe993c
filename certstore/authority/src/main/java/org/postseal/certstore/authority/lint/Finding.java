package org.postseal.certstore.authority.lint;

/**
 * A rule that a certificate breaks.
 *
 * @param rule the id of the rule
 * @param section the section that states the rule: {@code BR 7.1.2.3 e}, {@code RFC 8550 §3}
 * @param text what is wrong, in words for people
 */
public record Finding(String rule, String section, Severity severity, String text) {
    /** Says how severe a broken rule is. */
    public enum Severity {
        /** Something must be different (SHALL). */
        ERROR,
        /** Something should be different (SHOULD). */
        WARNING,
        /** The finding is good to know. */
        NOTICE
    }
}
