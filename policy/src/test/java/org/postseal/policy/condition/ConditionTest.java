package org.postseal.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.facts.Facts.Content;
import org.postseal.policy.facts.Facts.Kind;
import org.postseal.policy.facts.Facts.Signature;
import org.postseal.policy.facts.Facts.TlsVersion;
import org.postseal.policy.facts.Facts.Trait;
import org.postseal.policy.protection.SignedAlgorithm;

/** Tests for each condition where it holds and where it does not. */
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
                // Our own user does not escape the rule by another From.
                Arguments.of("{ sender: other@example.com }", OUT.envelopeSender("other@example.com"), true),
                Arguments.of(
                        "{ sender: other@example.com }",
                        OUT.envelopeSender("other@example.com").answeredFor(),
                        false),
                Arguments.of("{ sender: other@bank.example }", OUT.envelopeSender("other@bank.example"), false),
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
                Arguments.of("{ subject: GRÜSSE }", encoded, true),
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

    static Stream<Arguments> circumstances() {
        String office = "{ time: { zone: Europe/Vienna, days: [monday, wednesday], from: '08:00', to: '18:00' } }";
        String night = "{ time: { zone: UTC, days: wednesday, from: '22:00', to: '06:00' } }";
        String year = "{ time: { zone: Europe/Vienna, after: 2026-01-01, before: 2027-01-01 } }";
        return Stream.of(
                Arguments.of("{ size: { over: 2000 } }", OUT, false),
                Arguments.of("{ size: { over: 1999, under: 2001 } }", OUT, true),
                Arguments.of("{ size: { under: 10M } }", OUT.size(10 << 20), false),
                Arguments.of("{ size: { over: 10M } }", OUT.size((10 << 20) + 1), true),
                Arguments.of("{ size: { under: 1G } }", OUT.size((1 << 30) - 1), true),
                Arguments.of("{ contentType: [application/PDF] }", OUT.mediaType("application/pdf"), true),
                Arguments.of("{ contentType: [image/*] }", OUT.mediaType("image/png"), true),
                Arguments.of("{ contentType: [image/*] }", OUT.mediaType("imageless/png"), false),
                Arguments.of("{ contentType: text/html }", OUT, false),
                Arguments.of("{ trait: [calendar, tnef] }", OUT.trait(Trait.TNEF), true),
                Arguments.of("{ trait: calendar }", OUT.trait(Trait.REPLY), false),
                Arguments.of("{ trait: labelled }", OUT, false),
                Arguments.of("{ tls: none }", OUT, true),
                Arguments.of("{ tls: none }", OUT.tls(TlsVersion.TLS_1_2, false), false),
                Arguments.of("{ tls: any }", OUT, false),
                Arguments.of("{ tls: any }", OUT.tls(TlsVersion.TLS_1_2, false), true),
                Arguments.of("{ tls: verified }", OUT.tls(TlsVersion.TLS_1_3, false), false),
                Arguments.of("{ tls: verified }", OUT.tls(TlsVersion.TLS_1_2, true), true),
                Arguments.of("{ tls: { least: TLSv1.3 } }", OUT.tls(TlsVersion.TLS_1_2, true), false),
                Arguments.of("{ tls: { least: TLSv1.3 } }", OUT.tls(TlsVersion.TLS_1_3, false), true),
                Arguments.of("{ tls: { least: TLSv1.3, verified: true } }", OUT.tls(TlsVersion.TLS_1_3, false), false),
                Arguments.of("{ authenticated: true }", OUT, false),
                Arguments.of("{ authenticated: false }", OUT, true),
                Arguments.of("{ authenticated: true }", OUT.authenticated("CN=mx"), true),
                Arguments.of("{ authenticated: [CN=other, cn=MX] }", OUT.authenticated("CN=mx"), true),
                Arguments.of("{ authenticated: CN=mx }", OUT, false),
                Arguments.of("{ peer: 192.0.2.0/25 }", OUT.peer("192.0.2.127"), true),
                Arguments.of("{ peer: 192.0.2.0/25 }", OUT.peer("192.0.2.128"), false),
                Arguments.of("{ peer: [10.0.0.1, '2001:db8::/32'] }", OUT.peer("2001:db8:1::1"), true),
                Arguments.of("{ peer: 0.0.0.0/0 }", OUT.peer("2001:db8::1"), false),
                Arguments.of("{ peer: 0.0.0.0/0 }", OUT, false),
                Arguments.of("{ visible: true }", OUT, true),
                Arguments.of("{ visible: true }", OUT.blind(), false),
                Arguments.of("{ visible: false }", OUT.blind(), true),
                // This is Wednesday, 11:00 in Vienna.
                Arguments.of(office, OUT, true),
                Arguments.of(office, OUT.received("2026-03-04T06:59:59Z"), false),
                Arguments.of(office, OUT.received("2026-03-04T07:00:00Z"), true),
                Arguments.of(office, OUT.received("2026-03-04T17:00:00Z"), false),
                Arguments.of(office, OUT.received("2026-03-05T10:00:00Z"), false),
                // In summer it is an hour earlier.
                Arguments.of(office, OUT.received("2026-07-01T06:00:00Z"), true),
                Arguments.of(night, OUT.received("2026-03-04T22:00:00Z"), true),
                Arguments.of(night, OUT.received("2026-03-05T05:59:00Z"), true),
                Arguments.of(night, OUT.received("2026-03-05T06:00:00Z"), false),
                Arguments.of(night, OUT.received("2026-03-04T05:00:00Z"), false),
                Arguments.of(year, OUT.received("2025-12-31T23:00:00Z"), true),
                Arguments.of(year, OUT.received("2025-12-31T22:59:59Z"), false),
                Arguments.of(year, OUT.received("2026-12-31T22:59:59Z"), true),
                Arguments.of(year, OUT.received("2026-12-31T23:00:00Z"), false));
    }

    static Stream<Arguments> protections() {
        Mail bank = OUT.signed(Signature.VALID).signer("CN=Bank CA,O=Bank", "bob@sub.bank.example");
        return Stream.of(
                Arguments.of("{ signedBy: bob@sub.bank.example }", bank, true),
                Arguments.of("{ signedBy: ['*.bank.example'] }", bank, true),
                Arguments.of("{ signedBy: [bank.example, 'group:staff'] }", bank, false),
                Arguments.of("{ signedBy: 'group:staff' }", bank.signer("CN=x", "alice@example.com"), true),
                Arguments.of("{ signedBy: bob@sub.bank.example }", bank.signed(Signature.INVALID), false),
                Arguments.of("{ signedBy: bob@sub.bank.example }", bank.signed(Signature.UNVERIFIABLE), false),
                Arguments.of("{ signerIssuer: bank ca }", bank, true),
                Arguments.of("{ signerIssuer: { equals: 'CN=Bank CA' } }", bank, false),
                Arguments.of("{ signerIssuer: { wildcard: 'CN=*,O=Bank' } }", bank, true),
                Arguments.of("{ signerIssuer: bank ca }", bank.signed(Signature.INVALID), false),
                Arguments.of("{ signedWith: [SHA256, SHA384] }", bank, true),
                Arguments.of("{ signedWith: SHA1 }", bank.digest(SignedAlgorithm.SHA1), true),
                Arguments.of("{ signedWith: SHA1 }", OUT, false),
                Arguments.of("{ encryptedWith: [AES256-GCM, AES256] }", OUT.encrypted(), true),
                Arguments.of("{ encryptedWith: TripleDES }", OUT.encrypted(), false),
                Arguments.of("{ suspicious: true }", OUT, false),
                Arguments.of("{ suspicious: false }", OUT, true));
    }

    static Stream<Arguments> exceptions() {
        return Stream.of(
                Arguments.of("{ recipient: bob@sub.bank.example }", OUT, false),
                Arguments.of("{ recipient: carl@bank.example }", OUT, true),
                Arguments.of("{ visible: true, size: { under: 2K } }", OUT, false),
                Arguments.of("{ visible: true, size: { under: 2K } }", OUT.size(4_000), true),
                Arguments.of("{ signature: valid }", OUT.signed(Signature.VALID), false),
                Arguments.of("{ kind: ordinary }", OUT, false));
    }

    @ParameterizedTest
    @MethodSource({"circumstances", "protections"})
    void holdsOfWhatIsKnown(String when, Mail mail, boolean holds) {
        holds(when, mail, holds);
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void doesNotMatchWhereTheWholeExceptionHolds(String unless, Mail mail, boolean matches) {
        holds("{ direction: outbound }\n    unless: " + unless, mail, matches);
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
