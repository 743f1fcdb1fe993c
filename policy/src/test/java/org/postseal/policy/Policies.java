package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;

/** Policies for tests. */
final class Policies {
    private Policies() {}

    /** One that must load. */
    static RuleSet load(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return ((RuleSet.Loaded) reading).ruleSet();
    }

    /** One that has these conditions in rule {@code hit} and rejects there; everything else is by mailbox policy. */
    static RuleSet when(String conditions) {
        return load("""
                version: 1
                internal: [example.com]
                groups: { staff: [alice@example.com, "b.b@example.com"] }
                rules:
                  - id: hit
                    when: %s
                    then: reject
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(conditions));
    }
}
