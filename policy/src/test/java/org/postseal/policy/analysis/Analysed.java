package org.postseal.policy.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.postseal.policy.deciding.RuleSet;

/** Returns what is said about the rules of a policy. */
final class Analysed {
    private Analysed() {}

    static List<String> told(String first, String second) {
        return warnings(policy(first, second));
    }

    static String policy(String first, String second) {
        return """
                version: 1
                internal:
                  - example.com
                  - "*.example.com"
                groups:
                  board: [chair@example.com, cfo@example.com]
                  far: { ldap: far@example.com, server: corp }
                mailboxPolicies: { board: { appliesTo: [group:board, group:far] } }
                rules:
                  - id: first
                    when: %s
                    then: reject
                  - id: second
                    when: %s
                    then: reject
                  - { id: last, when: always, then: mailboxPolicy }
                """.formatted(written(first), written(second));
    }

    // An exception follows its conditions on a line of its own.
    private static String written(String rule) {
        return rule.replace("}, unless:", "}\n    unless:");
    }

    static List<String> problems(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).isInstanceOf(RuleSet.Broken.class);
        return reading.problems().stream()
                .map(problem -> problem.toString().substring("policy.yaml:".length()))
                .toList();
    }

    static List<String> warnings(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return reading.problems().stream()
                .map(problem -> problem.toString().substring("policy.yaml:".length()))
                .toList();
    }
}
