package org.postseal.certstore.authority.lint;

import java.util.List;

/**
 * What the lint says of one certificate.
 *
 * @param findings the rules that it breaks, the most severe first
 * @param notApplied the rules that do not hold for it
 */
public record LintReport(List<Finding> findings, List<NotApplied> notApplied) {
    public LintReport {
        findings = List.copyOf(findings);
        notApplied = List.copyOf(notApplied);
    }

    /**
     * Rules that were not applied for one reason.
     *
     * @param rules their ids, or {@code br-*} for all rules of the Baseline Requirements
     */
    public record NotApplied(List<String> rules, String reason) {
        public NotApplied {
            rules = List.copyOf(rules);
        }
    }
}
