package org.postseal.certstore.authority.lint;

import java.util.Optional;
import java.util.function.Function;

/**
 * One rule.
 *
 * @param id never changes
 * @param isBaseline whether it counts only for who claims the Baseline Requirements by a policy of theirs
 * @param check what is wrong; empty when nothing is
 */
record Rule(
        String id,
        String section,
        Finding.Severity severity,
        boolean isBaseline,
        Function<LintedCertificate, Optional<String>> check) {
    static Rule baseline(
            String id, String section, Finding.Severity severity, Function<LintedCertificate, Optional<String>> check) {
        return new Rule(id, "BR " + section, severity, true, check);
    }

    static Rule own(
            String id, String section, Finding.Severity severity, Function<LintedCertificate, Optional<String>> check) {
        return new Rule(id, section, severity, false, check);
    }

    static Optional<String> when(boolean isWrong, String text) {
        return isWrong ? Optional.of(text) : Optional.empty();
    }
}
