package org.postseal.certstore.authority.lint;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A rule of the lint.
 *
 * @param id the id, which never changes
 * @param conditions what must hold for the rule to apply, the first one first
 * @param check says what is wrong; empty if nothing is
 */
record Rule(
        String id,
        String section,
        Finding.Severity severity,
        List<Condition> conditions,
        Function<LintedCertificate, Optional<String>> check) {
    /** Makes a rule for certificates that claim the Baseline Requirements by one of their policies. */
    static Rule baseline(
            String id,
            String section,
            Finding.Severity severity,
            Function<LintedCertificate, Optional<String>> check,
            Condition... conditions) {
        List<Condition> all =
                Stream.concat(BASELINE.stream(), Stream.of(conditions)).toList();
        return new Rule(id, "BR " + CertificateLint.BASELINE_VERSION + " §" + section, severity, all, check);
    }

    static Rule own(
            String id,
            String section,
            Finding.Severity severity,
            Function<LintedCertificate, Optional<String>> check,
            Condition... conditions) {
        return new Rule(id, section, severity, List.of(conditions), check);
    }

    static Optional<String> when(boolean isWrong, String text) {
        return isWrong ? Optional.of(text) : Optional.empty();
    }

    /** Returns why the rule is not applied to a certificate; empty if it is. */
    Optional<String> obstacle(LintedCertificate certificate) {
        for (Condition each : conditions) {
            try {
                if (!each.holds(certificate)) {
                    return Optional.of(each.otherwise());
                }
            } catch (RuntimeException malformed) {
                // CertificateLint reports the part itself.
                return Optional.of("the part that decides about it cannot be read");
            }
        }
        return Optional.empty();
    }

    private static final List<Condition> BASELINE =
            List.of(Condition.END_ENTITY, Condition.CLAIMED, Condition.DEFINED, Condition.IN_FORCE);
}
