package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.rule.Policy;

/** Policies for tests. */
public final class Policies {
    private Policies() {}

    /** One that must load. */
    public static RuleSet load(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return ((RuleSet.Loaded) reading).ruleSet();
    }

    /** What was read. */
    public static Policy policy(RuleSet ruleSet) {
        return ruleSet.policy();
    }

    /** What one says of mail of ours from him to {@code bob@out.example}, when there are all keys and certificates. */
    public static Ruling decide(String yaml, String sender) {
        return load(yaml)
                .decide(
                        Mail.ours(sender, "bob@out.example").facts(),
                        new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES));
    }

    /** One with these rules in flow style, and one that leaves the rest to the mailbox policies. */
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
     * One that has these conditions in rule {@code hit} and rejects there; everything else is by mailbox policy. The
     * conditions must say that they look inside an encryption if they do.
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
            Asked asked = new Asked(facts, Direction.OUTBOUND, new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO));
            condition.holds(asked);
            assertThat(asked.lookedInside())
                    .as(condition.key())
                    .isEqualTo(condition.type().needs() == Condition.Needs.INSIDE);
        }
        return policy;
    }
}
