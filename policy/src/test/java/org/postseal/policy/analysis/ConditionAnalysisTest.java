package org.postseal.policy.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.analysis.Analysed.told;
import static org.postseal.policy.analysis.Analysed.warnings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what is said about conditions that no message meets, and about names that nothing uses. */
@Tag("thorough")
class ConditionAnalysisTest {
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
}
