package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.OpenQuestion;
import org.postseal.policy.rule.Policy;

/** Loads policies for tests. */
public final class Policies {
    private Policies() {}

    /** Loads a policy that must load. */
    public static RuleSet load(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return ((RuleSet.Loaded) reading).ruleSet();
    }

    public static Policy policy(RuleSet ruleSet) {
        return ruleSet.policy();
    }

    /** Returns the ruling on a sender's mail to {@code bob@out.example}, if all keys and certificates are there. */
    public static Ruling decide(String yaml, String sender) {
        return load(yaml)
                .decide(
                        Mail.ours(sender, "bob@out.example").facts(),
                        new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES));
    }

    /** Loads a policy with these rules in flow style, and one that leaves the rest to the mailbox policies. */
    public static RuleSet rules(String... rules) {
        return load("""
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                groups: { far: { ldap: "cn=far,dc=example", server: corp } }
                rules:
                """
                + String.join(
                        "",
                        List.of(rules).stream()
                                .map(rule -> "  - " + rule + "\n")
                                .toList())
                + "  - { id: rest, when: always, then: mailboxPolicy }\n");
    }

    /**
     * Loads a policy with these conditions in rule {@code hit}, which rejects; everything else is by mailbox policy.
     * The conditions must declare it if they look inside an encryption, or at what the audit log does not keep.
     */
    public static RuleSet when(String conditions) {
        RuleSet policy = load("""
            version: 1
            internal: [example.com]
            groups: { staff: [alice@example.com, "b.b@example.com"] }
            rules:
              - id: hit
                when: %s
                then: reject
              - { id: rest, when: always, then: mailboxPolicy }
            """.formatted(conditions));
        for (Condition condition : policy.policy().rules().getFirst().conditions()) {
            Facts facts = Mail.ours("alice@example.com", "bob@out.example")
                    .encrypted()
                    .facts();
            Set<OpenQuestion> questions = new HashSet<>();
            Asked asked = new Asked(
                    facts,
                    policy.policy().internal(),
                    new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO),
                    question -> {
                        questions.add(question);
                        return Optional.empty();
                    });
            condition.holds(asked);
            assertThat(questions.isEmpty())
                    .as(condition.key())
                    .isNotEqualTo(condition.type().needs() == Condition.Needs.NOT_RECORDED);
            assertThat(asked.lookedInside())
                    .as(condition.key())
                    .isEqualTo(condition.type().needs() == Condition.Needs.INSIDE);
        }
        return policy;
    }
}
