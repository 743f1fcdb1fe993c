package org.postseal.certstore.authority.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;

/**
 * Applies all rules to one certificate. The rules of the Baseline Requirements hold only for certificates that claim
 * them by a policy of the CA/Browser Forum.
 */
public final class CertificateLint {
    private CertificateLint() {}

    /**
     * A rule, for listings.
     *
     * @param isBaseline whether the rule holds only for certificates that claim the Baseline Requirements
     */
    public record Description(String id, String section, Finding.Severity severity, boolean isBaseline) {}

    /**
     * Returns what is wrong with a certificate, the most severe findings first. For a certificate of an authority, only
     * our own rules hold.
     */
    public static List<Finding> check(MailCertificate certificate) {
        List<Finding> findings = new ArrayList<>();
        LintedCertificate linted;
        boolean claims;
        try {
            linted = new LintedCertificate(certificate);
            claims = linted.claimsBaseline() && linted.reserved().stream().allMatch(KeyRules::isKnownPolicy);
        } catch (RuntimeException malformed) {
            return List.of(unreadable("a policy or a constraint of it"));
        }
        for (Rule rule : RULES) {
            if (claims || !rule.isBaseline()) {
                try {
                    Optional<String> text = rule.check().apply(linted);
                    text.ifPresent(
                            found -> findings.add(new Finding(rule.id(), rule.section(), rule.severity(), found)));
                } catch (RuntimeException malformed) {
                    // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds.
                    findings.add(unreadable("what rule " + rule.id() + " is about"));
                }
            }
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(findings);
    }

    public static List<Description> rules() {
        return RULES.stream()
                .map(each -> new Description(each.id(), each.section(), each.severity(), each.isBaseline()))
                .toList();
    }

    private static Finding unreadable(String what) {
        return new Finding(MALFORMED, "RFC 5280 §4.2", Finding.Severity.ERROR, what + " cannot be read");
    }

    /** The rule id of a finding about something that a rule cannot read. */
    public static final String MALFORMED = "malformed";

    private static final List<Rule> RULES = Stream.of(
                    OwnRules.rules(), KeyRules.rules(), UsageRules.rules(), ExtensionRules.rules(), NameRules.rules())
            .flatMap(List::stream)
            .toList();
}
