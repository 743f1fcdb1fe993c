package org.postseal.policy.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.analysis.Analysed.policy;
import static org.postseal.policy.analysis.Analysed.problems;
import static org.postseal.policy.analysis.Analysed.told;
import static org.postseal.policy.analysis.Analysed.warnings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.deciding.RuleSet;

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
