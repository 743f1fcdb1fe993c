package org.postseal.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;

/** Tests that the index finds the rule that trying every rule in turn finds. */
@Tag("thorough")
class RuleIndexTest {
    private static final List<String> DOMAINS = List.of(
            "in.example", "a.in.example", "b.a.in.example", "out.example", "a.out.example", "bank.example", "example");

    private final Random random = new Random(7);

    @Test
    void theFirstOfTheFileMatches() {
        int found = 0;
        for (int round = 0; round < 300; round++) {
            RuleSet ruleSet = Policies.load(policy());
            for (int i = 0; i < 200; i++) {
                Mail mail = random.nextBoolean()
                        ? Mail.ours(realAddress(), realAddress())
                        : Mail.theirs(realAddress(), realAddress());
                Facts facts = random.nextInt(4) == 0
                        ? mail.kind(Facts.Kind.AUTO_REPLY).facts()
                        : mail.facts();
                Policy policy = Policies.policy(ruleSet);
                Optional<RuleIndex.Match> oneByOne = policy.rules().stream()
                        .map(rule -> new RuleIndex.Match(rule, rule.matches(asked(facts, policy))))
                        .filter(match -> !(match.truth() instanceof Truth.No))
                        .findFirst();
                assertThat(policy.firstMatch(asked(facts, policy), () -> {})).isEqualTo(oneByOne);
                found += oneByOne.filter(match -> !match.rule().isAlways()).isPresent() ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(20_000);
    }

    @Test
    void aRuleIsFoundUnderEachOfItsValues() {
        RuleSet ruleSet = Policies.load("""
                version: 1
                internal: [in.example]
                rules:
                  - id: several
                    when: { recipientDomain: [out.example, "*.out.example", "*.a.out.example", bank.example] }
                    then: reject
                  - { id: last, when: always, then: mailboxPolicy }
                """);

        assertThat(List.of("x@out.example", "x@b.a.out.example", "x@bank.example", "x@a.bank.example"))
                .map(recipient -> Policies.policy(ruleSet)
                        .firstMatch(
                                asked(Mail.ours("u@in.example", recipient).facts(), Policies.policy(ruleSet)), () -> {})
                        .orElseThrow()
                        .rule()
                        .id())
                .containsExactly("several", "several", "several", "last");
    }

    @ParameterizedTest
    @EnumSource(Facts.Signature.class)
    void beforeItLooksInsideItAsksForEveryGroupThatCouldMatter(Facts.Signature signature) {
        RuleSet ruleSet = Policies.load(
                """
                version: 1
                internal: [in.example]
                groups:
                  ours: { ldap: cn=ours, server: corp }
                  signers: { ldap: cn=signers, server: corp }
                  except: { ldap: cn=except, server: corp }
                  elsewhere: { ldap: cn=elsewhere, server: corp }
                  policy: { ldap: cn=policy, server: corp }
                mailboxPolicies:
                  one: { appliesTo: group:policy, RequireSignedSMIMEMessages: true }
                rules:
                  - { id: known, when: { direction: [outbound, inbound], signature: valid, signedBy: group:signers },
                      then: reject }
                  - { id: other, when: { sender: group:elsewhere, direction: internal }, then: reject }
                  - { id: two, when: { recipient: group:ours }, unless: { sender: group:except, signature: invalid },
                      then: redirect }
                  - { id: last, when: always, then: mailboxPolicy }
                """.replace("internal: [in.example]", "internal: [in.example]\nquarantine: q@in.example"));
        Facts facts = Mail.ours("u@in.example", "x@out.example")
                .content(Facts.Content.ENCRYPTED, signature)
                .signer("CN=CA", "u@in.example")
                .facts();
        FakeDirectory directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES);
        ruleSet.decide(facts, directory);
        assertThat(directory.groupsAsked()).containsExactlyInAnyOrder("ours", "signers", "except", "policy");
    }

    @Test
    void ofMailThatIsNotEncryptedOnlyWhatMattersIsAskedFor() {
        RuleSet ruleSet = Policies.load("""
                version: 1
                internal: [in.example]
                groups: { ours: { ldap: cn=ours, server: corp } }
                rules:
                  - { id: bad, when: { signature: invalid }, then: reject }
                  - { id: two, when: { sender: group:ours }, then: reject }
                  - { id: last, when: always, then: mailboxPolicy }
                """);
        FakeDirectory directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES);
        ruleSet.decide(
                Mail.ours("u@in.example", "x@out.example")
                        .signed(Facts.Signature.INVALID)
                        .facts(),
                directory);
        assertThat(directory.groupsAsked()).isEmpty();
    }

    /** Asks with a directory server that either knows somebody as a member of group far, or cannot tell. */
    private static Asked asked(Facts facts, Policy policy) {
        return new Asked(
                facts,
                policy.internal(),
                new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO)
                        .with("u0@in.example", "far", new DirectoryFacts.Membership.Member())
                        .with("u1@in.example", "far", new DirectoryFacts.Membership.LookupFailed("down")));
    }

    private String policy() {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                internal: [in.example, '*.in.example']
                groups: { far: { ldap: CN=far, server: corp } }
                rules:
                """);
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            List<String> conditions = new ArrayList<>();
            add(conditions, "sender", this::address);
            add(conditions, "senderDomain", this::domain);
            add(conditions, "recipient", this::address);
            add(conditions, "recipientDomain", this::domain);
            if (conditions.isEmpty() || random.nextInt(4) == 0) {
                conditions.add("direction: "
                        + List.of("outbound", "inbound", "internal", "forwarded")
                                .get(random.nextInt(4)));
            }
            if (random.nextInt(4) == 0) {
                conditions.add("kind: [ordinary, autoReply]");
            }
            yaml.append("  - id: r")
                    .append(i)
                    .append("\n    when: { ")
                    .append(String.join(", ", conditions))
                    .append(" }\n    then: reject\n");
        }
        return yaml.append("  - { id: last, when: always, then: mailboxPolicy }\n")
                .toString();
    }

    private void add(List<String> conditions, String key, java.util.function.Supplier<String> value) {
        if (random.nextInt(3) == 0) {
            conditions.add(key + ": ["
                    + String.join(
                            ", ",
                            IntStream.rangeClosed(0, random.nextInt(3))
                                    .mapToObj(_ -> "'" + value.get() + "'")
                                    .toList())
                    + "]");
        }
    }

    private String address() {
        if (random.nextInt(10) == 0) {
            return "group:far";
        }
        return realAddress();
    }

    private String realAddress() {
        return "u" + random.nextInt(3) + "@" + DOMAINS.get(random.nextInt(DOMAINS.size() - 1));
    }

    private String domain() {
        String domain = DOMAINS.get(random.nextInt(DOMAINS.size()));
        return random.nextBoolean() || domain.equals("example") ? "*." + domain : domain;
    }
}
