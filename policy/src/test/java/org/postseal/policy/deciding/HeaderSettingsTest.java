package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.protection.HeaderSettings;

/** Tests that the levels, and above them the rule, decide about header fields. */
class HeaderSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-                        | -                                               | true  | false | true",
                "hideSubject: true        | -                                               | true  | true  | true",
                "-                        | hideSubject: true                               | true  | true  | true",
                "-                        | 'hideSubject: true, legacyDisplay: false'       | true  | true  | false",
                "hideSubject: true        | hideSubject: false                              | true  | false | true",
                "-                        | headerProtection: false                         | false | false | true",
                "headerProtection: false  | headerProtection: true                          | true  | false | true",
                "headerProtection: false  | hideSubject: true                               | false | true  | true"
            })
    void aRuleStandsOverTheMailboxPolicy(
            String mailboxPolicy, String rule, boolean isProtected, boolean hideSubject, boolean legacyDisplay) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true%s }
                rules:
                  - { id: bank, when: { recipientDomain: bank.example }, then: { encrypt: required%s } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(and(mailboxPolicy), and(rule)));
        HeaderSettings wanted = new HeaderSettings(isProtected, hideSubject, legacyDisplay);
        assertThat(decided(policy, "bob@bank.example")).isEqualTo(wanted);
        HeaderSettings ofOthers = new HeaderSettings(
                !mailboxPolicy.startsWith("headerProtection"), mailboxPolicy.startsWith("hideSubject"), true);
        assertThat(decided(policy, "carol@shop.example")).isEqualTo(ofOthers);
    }

    private static String and(String setting) {
        return setting.equals("-") ? "" : ", " + setting;
    }

    private static HeaderSettings decided(RuleSet policy, String recipient) {
        Decision decision = policy.decide(
                        Mail.ours("alice@example.com", recipient).facts(), new FakeDirectory(YES, YES))
                .decision();
        assertThat(decision).isInstanceOf(Decision.Deliver.class);
        return ((Decision.Deliver) decision).changes().protectedHeader();
    }
}
