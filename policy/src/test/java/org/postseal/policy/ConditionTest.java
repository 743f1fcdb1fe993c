package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.FakeDirectory.NO;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.Facts.Content;
import org.postseal.policy.Facts.Kind;
import org.postseal.policy.Facts.Signature;

/** Each condition, where it holds and where it does not. */
class ConditionTest {
    private static final Mail OUT = Mail.ours("alice@example.com", "bob@sub.bank.example");

    static Stream<Arguments> conditions() {
        Mail subject = OUT.header("Subject", "Please [Encrypt] this");
        Mail encoded = OUT.header("Subject", "=?utf-8?q?=5Bencrypt=5D_gr=C3=BC=C3=9Fe?=");
        Mail noFrom = Mail.ours("", "bob@bank.example").envelopeSender("alice@example.com");
        Mail signed = OUT.content(Content.SIGNED, Signature.VALID);
        return Stream.of(
                Arguments.of("always", OUT, true),
                Arguments.of("{ direction: outbound }", OUT, true),
                Arguments.of("{ direction: [inbound, internal] }", OUT, false),
                Arguments.of("{ direction: internal }", Mail.ours("a@example.com", "b@example.com"), true),
                Arguments.of("{ direction: inbound }", Mail.theirs("a@x.example", "b@example.com"), true),
                Arguments.of("{ direction: inbound }", Mail.ours("a@x.example", "b@example.com"), true),
                Arguments.of("{ direction: outbound }", Mail.ours("a@x.example", "b@y.example"), true),
                Arguments.of("{ direction: forwarded }", Mail.theirs("a@x.example", "b@y.example"), true),
                Arguments.of("{ sender: alice@example.com }", OUT, true),
                Arguments.of("{ sender: ALICE@EXAMPLE.COM }", OUT, true),
                Arguments.of("{ sender: bob@example.com }", OUT, false),
                Arguments.of("{ sender: 'group:staff' }", OUT, true),
                Arguments.of("{ sender: ['group:staff', x@y.example] }", Mail.ours("x@y.example", "b@z.example"), true),
                Arguments.of("{ sender: alice@example.com }", OUT.envelopeSender("other@example.com"), true),
                Arguments.of("{ sender: other@example.com }", OUT.envelopeSender("other@example.com"), false),
                Arguments.of("{ sender: alice@example.com }", noFrom, true),
                Arguments.of("{ sender: alice@example.com }", noFrom.envelopeSender(""), false),
                Arguments.of("{ senderDomain: example.com }", OUT, true),
                Arguments.of("{ senderDomain: '*.com' }", OUT, true),
                Arguments.of("{ senderDomain: '*.example.com' }", OUT, false),
                Arguments.of("{ recipient: bob@sub.bank.example }", OUT, true),
                Arguments.of("{ recipient: bob@bank.example }", OUT, false),
                Arguments.of("{ recipientDomain: bank.example }", OUT, false),
                Arguments.of("{ recipientDomain: '*.bank.example' }", OUT, true),
                Arguments.of("{ recipientDomain: [x.example, '*.example'] }", OUT, true),
                Arguments.of(
                        "{ recipientDomain: münchen.example }",
                        Mail.ours("a@example.com", "b@xn--mnchen-3ya.example"),
                        true),
                Arguments.of("{ subject: '[encrypt]' }", subject, true),
                Arguments.of("{ subject: '[encrypt]' }", encoded, true),
                Arguments.of("{ subject: GRÜSSE }", encoded, false),
                Arguments.of("{ subject: 'GRÜßE' }", encoded, true),
                Arguments.of("{ subject: [x, this] }", subject, true),
                Arguments.of("{ subject: x }", OUT, false),
                Arguments.of("{ subject: { equals: 'please [encrypt] THIS' } }", subject, true),
                Arguments.of("{ subject: { equals: 'please' } }", subject, false),
                Arguments.of("{ subject: { wildcard: 'please*this' } }", subject, true),
                Arguments.of("{ subject: { matches: 'encrypt. this$' } }", subject, true),
                Arguments.of("{ header: { name: X-Class } }", OUT.header("X-Class", ""), true),
                Arguments.of("{ header: { name: x-CLASS } }", OUT.header("X-Class", "a"), true),
                Arguments.of("{ header: { name: X-Class } }", OUT, false),
                Arguments.of("{ header: { name: X-Class, equals: [a, b] } }", OUT.header("X-Class", "c", " B "), true),
                Arguments.of("{ header: { name: X-Class, equals: [a, b] } }", OUT.header("X-Class", "ab"), false),
                Arguments.of("{ header: [{ name: X-A }, { name: X-B, contains: z }] }", OUT.header("X-B", "xyz"), true),
                Arguments.of("{ kind: ordinary }", OUT, true),
                Arguments.of("{ kind: autoReply }", OUT.kind(Kind.AUTO_REPLY), true),
                Arguments.of("{ kind: nullSender }", OUT.kind(Kind.AUTO_REPLY), false),
                Arguments.of("{ direction: outbound }", OUT.kind(Kind.AUTO_REPLY), false),
                Arguments.of("{ content: signed }", signed, true),
                Arguments.of("{ content: [clear, otherCms] }", signed, false),
                Arguments.of("{ signature: valid }", signed, true),
                Arguments.of("{ signature: [invalid, unverifiable, unsigned] }", signed, false),
                Arguments.of("{ direction: outbound, sender: alice@example.com, content: signed }", signed, true),
                Arguments.of("{ direction: outbound, sender: alice@example.com, content: clear }", signed, false));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void holds(String when, Mail mail, boolean holds) {
        RuleSet ruleSet = when.equals("always")
                ? Policies.load(
                        "version: 1\ninternal: [example.com]\nrules: [{ id: hit, when: always, then: reject }]\n")
                : Policies.when(when);
        Ruling ruling = ruleSet.decide(mail.facts(), new FakeDirectory(NO, NO));
        assertThat(ruling.explanation().rule().equals("hit")).isEqualTo(holds);
    }
}
