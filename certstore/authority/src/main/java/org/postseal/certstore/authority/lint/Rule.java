package org.postseal.certstore.authority.lint;

import java.util.Optional;
import java.util.function.Function;

/**
 * A rule of the lint.
 *
 * @param id the id, which never changes
 * @param isBaseline whether the rule holds only for certificates that claim the Baseline Requirements by one of their
 *     policies
 * @param check says what is wrong; empty if nothing is
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
