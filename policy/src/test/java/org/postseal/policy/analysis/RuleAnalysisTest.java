package org.postseal.policy.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;

/** Tests that rules that silently do nothing are reported, and that rules that do something never are. */
@Tag("thorough")
class RuleAnalysisTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: outbound } | { direction: outbound, recipientDomain: a.example }",
                "{ direction: [outbound, internal] } | { direction: internal, subject: x }",
                "{ direction: [outbound, inbound, internal, forwarded] } | { recipientDomain: a.example }",
                "{ recipientDomain: ['*.a.example', b.example] } | { recipientDomain: [x.a.example, b.example] }",
                "{ recipientDomain: '*.a.example' } | { recipientDomain: '*.b.a.example' }",
                "{ recipientDomain: '*.a.example' } | { recipientDomain: '*.a.example', sender: boss@example.com }",
                "{ recipientDomain: a.example } | { recipient: x@a.example }",
                "{ recipient: [x@a.example, y@a.example] } | { recipient: y@a.example }",
                "{ senderDomain: example.com } | { sender: [x@example.com, group:board] }",
                "{ senderDomain: ['*.com', com.example] } | { senderDomain: example.com }",
                "{ sender: group:board } | { sender: chair@example.com }",
                "{ subject: secret } | { subject: '[secret]' }",
                "{ subject: [a, b] } | { subject: [bb, aa] }",
                "{ header: { name: X-A } } | { header: { name: x-a, equals: b } }",
                "{ header: { name: X-A, equals: [b, c] } } | { header: { name: x-a, equals: B } }",
                "{ header: { name: subject, contains: a } } | { subject: a }",
                "{ kind: [ordinary, autoReply] } | { subject: x }",
                "{ kind: [ordinary, autoReply, nullSender], direction: outbound }"
                        + " | { kind: nullSender, direction: outbound }",
                "{ content: [clear, signed] } | { content: signed, signature: valid }",
                "{ content: [clear, signed, encrypted, otherCms] } | { signature: invalid }",
                "{ signature: [unsigned, valid, invalid, unverifiable] } | { signature: invalid }",
                "{ signature: [valid, invalid] } | { signature: [invalid, valid] }",
                "{ sender: [group:far, x@example.com] } | { sender: group:far, subject: x }",
                "{ trait: [calendar, reply] } | { trait: reply }",
                "{ trait: rightsProtected } | { trait: rightsProtected, direction: outbound }",
                "{ signedBy: [bank.example, group:far, x@a.example] } | { signedBy: [y@bank.example, group:far] }",
                "{ signedBy: '*.bank.example' } | { signedBy: [a.bank.example, '*.b.bank.example'] }",
                "{ signerIssuer: Bank } | { signerIssuer: [my bank, bank inc] }",
                "{ signedWith: [SHA256, SHA384] } | { signedWith: SHA384 }",
                "{ encryptedWith: [AES256, AES256-GCM] } | { encryptedWith: AES256 }",
                "{ size: { over: 1K } } | { size: { over: 1024, under: 1M } }",
                "{ size: { over: 1K, under: 1G } } | { size: { over: 2K, under: 1M } }",
                "{ contentType: 'image/*' } | { contentType: [image/png, 'image/*'] }",
                "{ tls: any } | { tls: verified }",
                "{ tls: { least: TLSv1.2, verified: true } } | { tls: { least: TLSv1.3, verified: true } }",
                "{ tls: none } | { tls: none, subject: x }",
                "{ authenticated: true } | { authenticated: [CN=a, CN=b] }",
                "{ authenticated: [cn=a, cn=b] } | { authenticated: CN=B }",
                "{ authenticated: false } | { authenticated: false, subject: x }",
                "{ time: [{ zone: UTC, from: '08:00' }, { zone: UTC, to: '06:00' }] }"
                        + " | { time: { zone: UTC, to: '06:00' } }",
                "{ visible: false } | { visible: false, direction: outbound }",
                "{ direction: outbound }, unless: { subject: x, kind: ordinary }"
                        + " | { direction: outbound }, unless: { subject: [x, y] }"
            })
    void aRuleThatAnEarlierOneTakesEverythingFromIsNeverReached(String earlier, String later) {
        int line = earlier.contains("unless") ? 14 : 13;
        assertThat(told(earlier, later))
                .containsExactly(
                        line + ": rules[1]: is never reached: rule first before it matches everything that it matches");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: outbound, recipientDomain: a.example } | { direction: outbound }",
                "{ direction: outbound } | { recipientDomain: a.example }",
                "{ recipientDomain: '*.a.example' } | { recipientDomain: a.example }",
                "{ recipientDomain: x.a.example } | { recipientDomain: '*.a.example' }",
                "{ recipientDomain: [a.example] } | { recipientDomain: [a.example, b.example] }",
                "{ recipient: x@a.example } | { recipientDomain: a.example }",
                "{ recipient: x@a.example } | { sender: x@a.example }",
                "{ senderDomain: a.example } | { recipientDomain: a.example }",
                "{ sender: chair@example.com } | { sender: group:board }",
                "{ subject: '[secret]' } | { subject: secret }",
                "{ subject: a } | { subject: [ab, b] }",
                "{ header: { name: X-A, equals: b } } | { header: { name: x-a } }",
                "{ header: { name: X-A, contains: b } } | { header: { name: x-a, equals: b } }",
                "{ header: { name: X-A } } | { header: { name: X-B } }",
                "{ subject: x } | { kind: [ordinary, autoReply], subject: x }",
                "{ direction: outbound } | { direction: outbound, kind: nullSender }",
                "{ kind: autoReply } | { subject: x }",
                "{ content: signed } | { content: [clear, signed] }",
                "{ signature: valid } | { content: signed }",
                "{ senderDomain: example.com } | { sender: group:far }",
                "{ sender: x@example.com } | { sender: [x@example.com, group:far] }",
                "{ trait: reply } | { trait: [calendar, reply] }",
                "{ direction: outbound } | { direction: outbound, trait: rightsProtected }",
                "{ signedBy: x@a.example } | { signedBy: a.example }",
                "{ signedBy: a.example } | { signature: valid }",
                "{ size: { over: 2K } } | { size: { over: 1K } }",
                "{ size: { over: 1K, under: 1M } } | { size: { over: 2K } }",
                "{ contentType: image/png } | { contentType: 'image/*' }",
                "{ tls: verified } | { tls: any }",
                "{ tls: { least: TLSv1.3 } } | { tls: { least: TLSv1.2, verified: true } }",
                "{ tls: any } | { tls: none }",
                "{ authenticated: CN=a } | { authenticated: true }",
                "{ authenticated: true } | { authenticated: false }",
                "{ peer: 192.0.2.1 } | { peer: 192.0.2.0/24 }",
                "{ time: { zone: UTC, from: '08:00' } } | { time: { zone: UTC, from: '07:00' } }",
                "{ visible: true } | { visible: false }",
                "{ direction: outbound }, unless: { subject: x } | { direction: outbound }",
                "{ direction: outbound }, unless: { subject: x }"
                        + " | { direction: outbound }, unless: { subject: x, visible: true }"
            })
    void aRuleThatMayMatchIsLeftInPeace(String earlier, String later) {
        assertThat(told(earlier, later)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: outbound, recipientDomain: example.com }"
                        + " | every domain of recipientDomain is internal, the direction is not",
                "{ direction: [outbound, forwarded], recipientDomain: ['*.example.com'] }"
                        + " | every domain of recipientDomain is internal, the direction is not",
                "{ direction: inbound, recipientDomain: a.example }"
                        + " | no domain of recipientDomain is internal, the direction is",
                "{ direction: [inbound, internal], recipientDomain: ['*.a.example', b.example] }"
                        + " | no domain of recipientDomain is internal, the direction is",
                "{ recipient: x@example.com, direction: outbound }"
                        + " | every address of recipient is internal, the direction is not",
                "{ recipient: x@a.example, direction: inbound }"
                        + " | no address of recipient is internal, the direction is",
                "{ direction: internal, sender: x@a.example }"
                        + " | no address of sender is internal, direction: internal is",
                "{ direction: internal, senderDomain: a.example }"
                        + " | no domain of senderDomain is internal, direction: internal is",
                "{ recipient: x@a.example, recipientDomain: b.example }"
                        + " | no address of recipient has a domain of recipientDomain",
                "{ sender: x@a.example, senderDomain: '*.a.example' }"
                        + " | no address of sender has a domain of senderDomain",
                "{ content: clear, signature: [valid, invalid] } | content: clear is always signature: unsigned",
                "{ signature: [invalid, unsigned], signedBy: a.example } | signedBy holds for valid signatures only",
                "{ signature: unverifiable, signerIssuer: x } | signerIssuer holds for valid signatures only",
                "{ content: [clear, signed], suspicious: true } | suspicious holds for content: encrypted only",
                "{ content: [clear, signed], encryptedWith: AES256 } | encryptedWith holds for content: encrypted only",
                "{ recipientDomain: x.a.example }, unless: { recipientDomain: '*.a.example' }"
                        + " | unless holds for everything that when holds for"
            })
    void conditionsThatNoMessageMeetsAreTold(String when, String why) {
        assertThat(told(when, "{ subject: other }")).containsExactly("11: rules[0].when: never holds: " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: [outbound, internal], recipientDomain: example.com }",
                "{ direction: outbound, recipientDomain: '*.com' }",
                "{ direction: inbound, recipientDomain: '*.com' }",
                "{ direction: [inbound, outbound], recipient: x@a.example }",
                "{ direction: outbound, recipient: [x@example.com, x@a.example] }",
                "{ direction: inbound, sender: x@example.com }",
                "{ direction: inbound, senderDomain: example.com }",
                "{ direction: outbound, sender: x@a.example }",
                "{ direction: [internal, inbound], sender: x@a.example }",
                "{ recipient: [x@a.example, x@b.example], recipientDomain: b.example }",
                "{ content: [clear, signed], signature: valid }",
                "{ content: encrypted, signature: valid }",
                "{ content: [clear, encrypted], encryptedWith: AES256 }",
                "{ content: [clear, signed], suspicious: false }",
                "{ content: [clear, encrypted], suspicious: true }",
                "{ direction: internal, sender: group:far }",
                "{ sender: group:far, senderDomain: a.example }",
                "{ recipientDomain: a.example }, unless: { recipientDomain: a.example, subject: x }",
                "{ recipientDomain: '*.a.example' }, unless: { recipientDomain: x.a.example }"
            })
    void conditionsThatSomeMessageMeetsAreNot(String when) {
        assertThat(told(when, "{ subject: other }")).isEmpty();
    }

    @Test
    void aGroupThatIsNamedNowhereIsTold() {
        assertThat(warnings("""
                        version: 1
                        internal: [example.com]
                        groups:
                          used: [a@example.com]
                          policy: [b@example.com]
                          idle: [c@example.com]
                        mailboxPolicies: { some: { appliesTo: [group:policy] } }
                        rules:
                          - { id: first, when: { sender: [x@example.com, group:used] }, then: reject }
                          - { id: last, when: always, then: mailboxPolicy }
                        """)).containsExactly("6: groups.idle: is not used anywhere");
    }

    @Test
    void aDefaultPolicyThatExtendsAnotherIsTold() {
        assertThat(warnings("""
                        version: 1
                        internal: [example.com]
                        mailboxPolicies:
                          default: { extends: base }
                          base: { AllowSMIMESoftCerts: false }
                        rules:
                          - { id: last, when: always, then: mailboxPolicy }
                        """))
                .containsExactly("4: mailboxPolicies.default.extends: has no effect:"
                        + " the default policy comes before all others");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: outbound } | { direction: internal }"
                        + " | { direction: [outbound, internal], subject: x } | a, b",
                "{ recipientDomain: a.example } | { recipientDomain: '*.b.example' }"
                        + " | { recipientDomain: [a.example, x.b.example] } | a, b",
                "{ recipient: x@a.example } | { recipientDomain: b.example }"
                        + " | { recipient: [x@a.example, y@b.example] } | a, b",
                "{ sender: group:far } | { senderDomain: example.com } | { sender: [group:far, group:board] } | a, b",
                "{ direction: [outbound, internal] } | { direction: [inbound, forwarded] } | { subject: x } | a, b",
                "{ content: [clear, signed] } | { content: [encrypted, otherCms] }"
                        + " | { recipientDomain: a.example } | a, b",
                "{ signature: [valid, invalid] } | { signature: [unsigned, unverifiable] }"
                        + " | { recipientDomain: a.example } | a, b",
                "{ kind: ordinary } | { kind: [autoReply, nullSender] }"
                        + " | { kind: [ordinary, nullSender], subject: x } | a, b",
                "{ trait: reply } | { trait: tnef } | { trait: [tnef, reply] } | a, b",
                "{ contentType: image/png } | { contentType: 'text/*' }"
                        + " | { contentType: [image/png, text/html] } | a, b",
                "{ recipientDomain: a.example, direction: [outbound, inbound] } | { recipientDomain: a.example,"
                        + " direction: [internal, forwarded] } | { recipientDomain: a.example } | a, b",
                "{ recipientDomain: a.example, direction: outbound }"
                        + " | { direction: [inbound, internal, forwarded] } | { recipientDomain: a.example } | a, b",
                "{ direction: outbound, content: [clear, signed] }"
                        + " | { direction: outbound, content: [encrypted, otherCms] } | { direction: outbound } | a, b"
            })
    void aRuleThatSeveralTogetherTakeEverythingFromIsNeverReached(String a, String b, String later, String together) {
        assertThat(warnings(three(a, b, later)))
                .containsExactly("12: rules[2]: is never reached: rules " + together
                        + " before it match everything that it matches");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ direction: outbound } | { direction: internal } | { direction: [outbound, internal, inbound] }",
                "{ direction: [outbound, internal] } | { direction: inbound } | { subject: x }",
                "{ recipientDomain: a.example } | { recipientDomain: b.example } | { recipientDomain: '*.example' }",
                "{ recipient: x@a.example } | { recipient: y@a.example } | { recipientDomain: a.example }",
                "{ direction: outbound, subject: x } | { direction: internal } | { direction: [outbound, internal] }",
                "{ kind: ordinary } | { kind: autoReply } | { kind: [ordinary, nullSender] }",
                "{ trait: reply } | { trait: tnef } | { subject: x }",
                "{ subject: a } | { subject: b } | { subject: [a, b], kind: nullSender }",
                "{ direction: outbound, content: [clear, signed] } | { direction: internal,"
                        + " content: [encrypted, otherCms] } | { direction: [outbound, internal] }",
                "{ sender: group:board } | { sender: x@example.com } | { sender: [x@example.com, group:far] }"
            })
    void whatSeveralLeaveAPartOfIsLeftInPeace(String a, String b, String later) {
        assertThat(warnings(three(a, b, later))).isEmpty();
    }

    private static String three(String a, String b, String later) {
        return """
                version: 1
                internal:
                  - example.com
                groups:
                  board: [chair@example.com, cfo@example.com]
                  far: { ldap: far@example.com, server: corp }
                mailboxPolicies: { board: { appliesTo: [group:board, group:far] } }
                # what is before, and what it leaves
                rules:
                  - { id: a, when: %s, then: reject }
                  - { id: b, when: %s, then: reject }
                  - { id: later, when: %s, then: reject }
                  - { id: last, when: always, then: mailboxPolicy }
                """.formatted(a, b, later);
    }

    @Test
    void aRuleWithAnErrorIsNotAnalysed() {
        assertThat(problems(policy("{ direction: outbond }", "{ direction: outbound }")))
                .containsExactly("11: rules[0].when.direction: unknown value 'outbond' (nearest: outbound)");
    }

    /**
     * A policy of large rules is read in seconds. When too many parts were compared, a rule that a single other rule
     * makes idle is still seen.
     */
    @Test
    void whatIsComparedInPartsIsBounded() {
        int side = 31;
        StringBuilder yaml = new StringBuilder("version: 1\ninternal: [example.com]\nrules:\n");
        for (int i = 0; i < side * side - 1; i++) {
            yaml.append("  - { id: cell%d, when: { contentType: a/t%d, recipient: r%d@a.example }, then: reject }%n"
                    .formatted(i, i / side, i % side));
        }
        String types = IntStream.range(0, side).mapToObj(i -> "a/t" + i).collect(Collectors.joining(", "));
        String recipients =
                IntStream.range(0, side).mapToObj(i -> "r" + i + "@a.example").collect(Collectors.joining(", "));
        String two = "  - { id: two%d, when: { contentType: [a/t0, a/t1], recipient: r0@a.example }, then: reject }%n";
        yaml.append(two.formatted(1));
        for (int i = 0; i < 40; i++) {
            yaml.append(
                    "  - { id: large%d, when: { contentType: [%s], recipient: [%s], subject: '[%d]' }, then: reject }%n"
                            .formatted(i, types, recipients, i));
        }
        yaml.append(two.formatted(2).replace("a/t1", "a/t2"));
        yaml.append("  - { id: one, when: { contentType: a/t0, recipient: r0@a.example }, then: reject }\n");
        assertThat(warnings(yaml + "  - { id: last, when: always, then: mailboxPolicy }\n"))
                .containsExactly(
                        "964: rules[960]: is never reached:"
                                + " rules cell0, cell31 before it match everything that it matches",
                        "1006: rules[1002]: is never reached: rule cell0 before it matches everything that it matches");
    }

    /** The conditions of a rule are known if the error is elsewhere, or in its action. */
    @Test
    void errorsElsewhereHideNoWarning() {
        String idle = "13: rules[1]: is never reached: rule first before it matches everything that it matches";
        String policy = policy("{ direction: outbound }", "{ direction: outbound, subject: x }");
        assertThat(problems(policy + "quarantin: x@example.com\n"))
                .contains(idle)
                .anySatisfy(problem -> assertThat(problem).contains("unknown key"));
        assertThat(problems(policy.replace("then: reject", "then: rejekt")))
                .contains(idle)
                .hasSize(3);
        assertThat(problems(policy + "smime: { OWAClearSign: perhaps }\n"))
                .contains(idle)
                .hasSize(2);
        // With a misspelled exception, or with unknown members or domains, the rule may match less than it seems.
        assertThat(problems(policy.replaceFirst("then: reject", "then: reject\n    unles: { subject: x }")))
                .hasSize(1);
        assertThat(problems(policy.replace("cfo@example.com", "cfo"))).hasSize(1);
        assertThat(problems(policy.replace("internal:", "interal:"))).doesNotContain(idle);
    }

    /** A rule that was called idle never decides about a message, whatever the rules are. */
    @Test
    void anIdleRuleDecidesNoMessage() {
        Random random = new Random(7);
        int idle = 0;
        int together = 0;
        for (int i = 0; i < 800; i++) {
            StringBuilder yaml = new StringBuilder("version: 1\ninternal: [example.com, '*.example.com']\nrules:\n");
            for (int rule = 0; rule < 8; rule++) {
                yaml.append("  - { id: r")
                        .append(rule)
                        .append(", when: { ")
                        .append(conditions(random))
                        .append(" }, then: reject }\n");
            }
            RuleSet.Reading reading =
                    RuleSet.read("policy.yaml", yaml + "  - { id: last, when: always, then: mailboxPolicy }\n");
            List<String> silent = reading.problems().stream()
                    .filter(problem -> problem.message().startsWith("is never reached")
                            || problem.message().startsWith("never holds"))
                    .map(problem -> "r" + problem.key().charAt("rules[".length()))
                    .toList();
            idle += silent.size();
            together += (int) reading.problems().stream()
                    .filter(problem -> problem.message().startsWith("is never reached: rules "))
                    .count();
            for (int message = 0; message < 200; message++) {
                Facts facts = facts(random);
                String decided = ((RuleSet.Loaded) reading)
                        .ruleSet()
                        .decide(facts, new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES))
                        .explanation()
                        .rule();
                assertThat(silent).as(() -> yaml + "\n" + facts).doesNotContain(decided);
            }
        }
        assertThat(idle).isGreaterThan(100);
        assertThat(together).isGreaterThan(20);
    }

    @Test
    void aHundredThousandRulesAreAnalysedWithoutComparingEachWithEach() {
        StringBuilder yaml = new StringBuilder("version: 1\ninternal: [example.com]\nrules:\n");
        for (int i = 0; i < 20_000; i++) {
            yaml.append("- { id: r")
                    .append(i)
                    .append(", when: { recipientDomain: d")
                    .append(i)
                    .append(".example }, then: reject }\n");
        }
        yaml.append("- { id: twice, when: { recipient: x@d7.example }, then: reject }\n"
                + "- { id: last, when: always, then: mailboxPolicy }\n");

        assertThat(warnings(yaml.toString()))
                .containsExactly(
                        "20004: rules[20000]: is never reached: rule r7 before it matches everything that it matches");
    }

    private static String conditions(Random random) {
        String[][] kinds = {
            {
                "direction: outbound",
                "direction: [outbound, internal]",
                "direction: [inbound, internal]",
                "direction: internal",
                "direction: [inbound, forwarded]",
                "direction: forwarded"
            },
            {"recipientDomain: a.example", "recipientDomain: [a.example, '*.example']", "recipientDomain: example.com"},
            {"recipient: x@a.example", "recipient: [x@a.example, x@example.com]"},
            {"senderDomain: example.com", "senderDomain: '*.example'"},
            {"sender: x@example.com", "sender: [x@example.com, x@a.example]"},
            {"subject: a", "subject: ab"},
            {"kind: nullSender", "kind: [ordinary, nullSender]"},
            {"content: clear", "content: [clear, signed]"},
            {"signature: valid", "signature: [valid, invalid]", "signature: unsigned"}
        };
        StringBuilder conditions = new StringBuilder();
        while (conditions.isEmpty()) {
            for (String[] kind : kinds) {
                if (random.nextInt(5) == 0) {
                    conditions.append(conditions.isEmpty() ? "" : ", ").append(kind[random.nextInt(kind.length)]);
                }
            }
        }
        return conditions.toString();
    }

    private static Facts facts(Random random) {
        String[] addresses = {"x@a.example", "x@example.com", "x@sub.example.com", "y@b.a.example"};
        String from = addresses[random.nextInt(addresses.length)];
        String to = addresses[random.nextInt(addresses.length)];
        Mail mail = random.nextBoolean() ? Mail.ours(from, to) : Mail.theirs(from, to);
        mail = random.nextBoolean() ? mail.header("Subject", "xabx") : mail;
        if (random.nextInt(4) == 0) {
            mail = mail.kind(Facts.Kind.NULL_SENDER);
        }
        return switch (random.nextInt(3)) {
            case 0 -> mail.signed(Facts.Signature.VALID).facts();
            case 1 -> mail.signed(Facts.Signature.INVALID).facts();
            default -> mail.facts();
        };
    }

    private static List<String> told(String first, String second) {
        return warnings(policy(first, second));
    }

    private static String policy(String first, String second) {
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

    private static List<String> problems(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).isInstanceOf(RuleSet.Broken.class);
        return reading.problems().stream()
                .map(problem -> problem.toString().substring("policy.yaml:".length()))
                .toList();
    }

    private static List<String> warnings(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return reading.problems().stream()
                .map(problem -> problem.toString().substring("policy.yaml:".length()))
                .toList();
    }

    /** Automatic mail reaches the demand, because a rule that does not name it cannot hold it back. */
    @ParameterizedTest
    @CsvSource({
        "redirect, '{ encrypt: required }', false",
        "reject, '{ encrypt: required }', false",
        "reject, '{ encrypt: ifPossible }', true",
        "mailboxPolicy, '{ encrypt: required }', true"
    })
    void aDemandIsReachedBehindARuleThatDoesNotDeliver(String first, String then, boolean isIdle) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", """
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                rules:
                  - { id: first, when: { recipientDomain: a.example }, then: %s }
                  - { id: second, when: { recipientDomain: a.example, direction: outbound }, then: %s }
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(first, then));
        assertThat(reading).isInstanceOf(RuleSet.Loaded.class);
        assertThat(reading.problems().stream()
                        .anyMatch(problem -> problem.toString().contains("is never reached")))
                .isEqualTo(isIdle);
    }
}
