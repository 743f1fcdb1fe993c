package org.postseal.policy.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.analysis.Analysed.warnings;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;

/** Tests the analysis on rules that a seeded generator makes, and on very many rules. */
@Tag("thorough")
class RuleAnalysisPropertiesTest {
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
        yaml.append("- { id: twice, when: { recipient: x@d7.example },"
                + " then: reject }\n- { id: last, when: always, then: mailboxPolicy }\n");

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
}
