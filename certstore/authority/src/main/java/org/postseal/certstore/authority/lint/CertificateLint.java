package org.postseal.certstore.authority.lint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.lint.LintReport.NotApplied;

/** Applies all rules to one certificate, and says which of them do not hold for it. */
public final class CertificateLint {
    /** The version of the Baseline Requirements whose text the rules were read from. */
    public static final String BASELINE_VERSION = "1.0.12";

    private CertificateLint() {}

    /** A rule, for listings. */
    public record Description(String id, String section, Finding.Severity severity) {}

    /** Returns what is wrong with a certificate, the most severe findings first. */
    public static List<Finding> check(MailCertificate certificate) {
        return report(LintedCertificate.of(certificate)).findings();
    }

    /** Reports on the octets of a certificate, whether or not the gateway can use it. */
    public static LintReport report(byte[] der) {
        try {
            return report(LintedCertificate.of(der));
        } catch (IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed structures by unchecked exceptions of many kinds.
            return new LintReport(
                    List.of(malformed("the octets are no certificate: " + malformed.getMessage())),
                    List.of(new NotApplied(List.of("*"), "it cannot be read")));
        }
    }

    public static List<Description> rules() {
        return RULES.stream()
                .map(each -> new Description(each.id(), each.section(), each.severity()))
                .toList();
    }

    private static LintReport report(LintedCertificate linted) {
        List<Finding> findings = new ArrayList<>();
        DECIDING.forEach((name, part) -> {
            try {
                part.accept(linted);
            } catch (RuntimeException malformed) {
                findings.add(malformed(name + " cannot be read"));
            }
        });
        Map<String, List<String>> skipped = new LinkedHashMap<>();
        for (Rule rule : RULES) {
            Optional<String> obstacle = rule.obstacle(linted);
            if (obstacle.isPresent()) {
                skipped.computeIfAbsent(obstacle.get(), _ -> new ArrayList<>()).add(rule.id());
                continue;
            }
            try {
                rule.check()
                        .apply(linted)
                        .ifPresent(
                                found -> findings.add(new Finding(rule.id(), rule.section(), rule.severity(), found)));
            } catch (RuntimeException malformed) {
                findings.add(malformed("what rule " + rule.id() + " is about cannot be read"));
            }
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return new LintReport(
                findings,
                skipped.entrySet().stream()
                        .map(each -> new NotApplied(shortened(each.getValue()), each.getKey()))
                        .toList());
    }

    private static List<String> shortened(List<String> rules) {
        return rules.containsAll(BASELINE)
                ? Stream.concat(rules.stream().filter(each -> !BASELINE.contains(each)), Stream.of("br-*"))
                        .toList()
                : rules;
    }

    private static Finding malformed(String text) {
        return new Finding(MALFORMED, "RFC 5280 §4", Finding.Severity.ERROR, text);
    }

    /** The rule id of a finding about something that a rule cannot read. */
    public static final String MALFORMED = "malformed";

    /** The parts that decide which rules hold. */
    private static final Map<String, Consumer<LintedCertificate>> DECIDING = new TreeMap<>(Map.of(
            "basicConstraints", LintedCertificate::isAuthority,
            "certificatePolicies", LintedCertificate::reserved,
            "the validity", LintedCertificate::notBefore));

    private static final List<Rule> RULES = Stream.of(
                    OwnRules.rules(),
                    KeyRules.rules(),
                    UsageRules.rules(),
                    ExtensionRules.rules(),
                    NameRules.rules(),
                    OrganizationRules.rules())
            .flatMap(List::stream)
            .toList();
    private static final List<String> BASELINE =
            RULES.stream().map(Rule::id).filter(each -> each.startsWith("br-")).toList();
}
