package org.postseal.policy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.cases.Comparison.Logged;
import org.postseal.policy.cases.Comparison.Result;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.record.DirectoryLog;
import org.postseal.policy.record.DirectoryWords;
import org.postseal.policy.record.LoggedDirectory;

class ComparisonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The columns are: the condition and the action of rule one, both in the new policy, the rule in the
                // log, and the result.
                "subject: a | reject | subject: a | reject | one | same",
                "subject: a | reject | subject: a | defer | one | different",
                "subject: a | reject | subject: a | defer | rest | same",
                "subject: a | reject | subject: A | defer | one | different",
                "subject: a | reject | subject: b | reject | one | rule one looks at header subject",
                "subject: a | reject | subject: b | reject | rest | rule one looks at header subject",
                "subject: a | reject | subject: { matches: '[ab]' } | reject | rest | rule one looks at header subject",
                "subject: { matches: '[ab]' } | reject | subject: { matches: '[ab]' } | defer | one | different",
                "subject: { wildcard: 'a*' } | reject | subject: { wildcard: 'a?' }"
                        + " | defer | rest | rule one looks at header subject",
                "header: { name: X-A } | reject | header: { name: X-B } | reject | one | rule one looks at header x-b",
                "subject: a | reject | direction: outbound | reject | one | same",
                "subject: a | reject | direction: outbound | defer | rest | different",
                "direction: outbound | reject | subject: a | reject | one | rule one looks at header subject",
                // The new condition does not matter if the rest of the rule does not fit.
                "direction: outbound | reject | { subject: a, direction: inbound } | reject | one | different",
                // The facts of the record never lead to this rule.
                "direction: inbound | reject | direction: inbound | reject | one"
                        + " | the record names rule one, which does not fit its facts",
            })
    void whatTheRecordLeavesOpenIsNotGuessed(
            String oldCondition, String oldAction, String newCondition, String newAction, String rule, String told) {
        RuleSet before = policy(oldCondition, oldAction);
        RuleSet after = policy(newCondition, newAction);
        Result result = new Comparison(before, after).of(new Logged(facts(), List.of(), before.sha256(), rule));
        assertThat(word(result)).isEqualTo(told);
    }

    @Test
    void aRecordOfAnotherPolicySaysNothingOfHeaders() {
        RuleSet before = policy("subject: a", "reject");
        RuleSet after = policy("subject: a", "defer");
        assertThat(word(new Comparison(before, after).of(new Logged(facts(), List.of(), "00ff", "one"))))
                .isEqualTo("rule one looks at header subject");
        // Under every answer, both do the same.
        assertThat(word(new Comparison(
                                before, load(HEAD + "  - { id: other, when: { subject: a }, then: reject }\n" + LAST))
                        .of(new Logged(facts(), List.of(), "00ff", "one"))))
                .isEqualTo("same");
        // The record may be one of the new policy, as after a change.
        assertThat(word(new Comparison(before, after).of(new Logged(facts(), List.of(), after.sha256(), "rest"))))
                .isEqualTo("same");
    }

    @Test
    void manyConditionsTakeNoLongTime() {
        String rules = IntStream.range(0, 60)
                .mapToObj(i -> "  - { id: r%d, when: { subject: s%d }, then: reject }\n".formatted(i, i))
                .collect(Collectors.joining());
        RuleSet before = load(HEAD + rules + LAST);
        RuleSet after = load(HEAD + rules.replace("then: reject", "then: defer") + LAST);
        Logged logged = new Logged(facts(), List.of(), before.sha256(), "rest");
        assertThat(word(new Comparison(before, after).of(logged))).isEqualTo("same");
        RuleSet other = load(HEAD + rules.replace("subject: s", "subject: t") + LAST);
        assertThat(word(new Comparison(before, other).of(new Logged(facts(), List.of(), "00ff", "rest"))))
                .isEqualTo("too many conditions look at what the record does not keep");
    }

    @ParameterizedTest
    @CsvSource({
        "'certificate=usable', usable",
        "'certificate=expired', expired",
        "'', the recipient's certificate",
        "'key=usable', the recipient's certificate",
        "'certificate=of another version', the recipient's certificate"
    })
    void theDirectoryAnswersAsItDidThen(String answers, String expected) {
        LoggedDirectory directory = new LoggedDirectory(List.of(answers));
        DirectoryFacts.Fact answer = directory.recipientCertificate();
        assertThat(directory.unknown().orElseGet(() -> DirectoryWords.word(answer)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "key=missing, missing",
        "key=usable, the sender's signing key",
        "key=lookupFailed, lookupFailed",
        "hardwareKey=usable, usable",
        "certificate=usable, the sender's signing key"
    })
    void whoHasNoKeyHasNoneInHardware(String answers, String expected) {
        LoggedDirectory directory = new LoggedDirectory(List.of(answers));
        DirectoryFacts.Fact answer = directory.signingKey(KeyPlace.HARDWARE);
        assertThat(directory.unknown().orElseGet(() -> DirectoryWords.word(answer)))
                .isEqualTo(expected);
    }

    @Test
    void groupsAreRemembered() {
        PolicyCase known = only(
                "from: alice@example.com",
                "{ groups: { staff: [alice@example.com, \"*.sub.example.com\"], down: lookupFailed } }");
        DirectoryLog log = new DirectoryLog(known.directory(facts()));
        log.member(MailAddress.of("Alice@example.com"), "staff");
        log.member(MailAddress.of("bob@a.sub.example.com"), "staff");
        log.member(MailAddress.of("eve@example.com"), "staff");
        log.member(MailAddress.of("eve@example.com"), "down");
        assertThat(log.answers())
                .containsExactly(
                        "member:staff:alice@example.com=member",
                        "member:staff:bob@a.sub.example.com=member",
                        "member:staff:eve@example.com=notMember",
                        "member:down:eve@example.com=lookupFailed");
        LoggedDirectory again = new LoggedDirectory(log.answers());
        assertThat(again.member(MailAddress.of("alice@EXAMPLE.com"), "staff"))
                .isEqualTo(new DirectoryFacts.Membership.Member());
        assertThat(again.unknown()).isEmpty();
        again.member(MailAddress.of("dan@example.com"), "staff");
        assertThat(again.unknown()).contains("whether dan@example.com is in group staff");
    }

    private static String word(Result result) {
        return switch (result) {
            case Result.Same _ -> "same";
            case Result.Different _ -> "different";
            case Result.NotTold(String why) -> why;
        };
    }

    private static RuleSet policy(String condition, String action) {
        String when = condition.startsWith("{") ? condition : "{ " + condition + " }";
        return load(HEAD + "  - { id: one, when: " + when + ", then: " + action + " }\n" + LAST);
    }

    private static RuleSet load(String yaml) {
        RuleSet.Reading reading = RuleSet.read("policy.yaml", yaml);
        assertThat(reading).as(() -> reading.problems().toString()).isInstanceOf(RuleSet.Loaded.class);
        return ((RuleSet.Loaded) reading).ruleSet();
    }

    private static Facts facts() {
        return only("from: alice@example.com", "{}").facts(load(HEAD + LAST), MailAddress.of("bob@out.example"));
    }

    private static PolicyCase only(String message, String directory) {
        CaseFile.Reading reading = CaseFile.read("cases.yaml", """
                version: 1
                cases:
                  - { name: x, message: { %s }, directory: %s, to: bob@out.example, expect: { decision: deliver } }
                """.formatted(message, directory), MessageFiles.none());
        assertThat(reading).isInstanceOf(CaseFile.Reading.Loaded.class);
        return ((CaseFile.Reading.Loaded) reading).file().cases().getFirst();
    }

    private static final String HEAD = "version: 1\ninternal: [example.com]\nrules:\n";
    private static final String LAST = "  - { id: rest, when: always, then: mailboxPolicy }\n";
}
