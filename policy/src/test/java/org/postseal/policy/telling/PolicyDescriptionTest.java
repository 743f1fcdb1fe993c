package org.postseal.policy.telling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.settings.Setting;

class PolicyDescriptionTest {
    private static final RuleSet LEVELS = Policies.load("""
            version: 1
            internal: [example.com, "*.example.com"]
            quarantine: hold@example.com
            groups:
              clerks: [clerk@example.com, both@example.com]
              far: { ldap: "cn=far,dc=example", server: corp }
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true, RequireSignedSMIMEAlgorithm: SHA384 }
              clerks: { appliesTo: [group:clerks, both@example.com, example.com], RequireEncryptedSMIMEMessages: true }
              chief: { extends: clerks, appliesTo: [cfo@example.com], RSASignaturePadding: PSS }
            smime: { OWAClearSign: false }
            rules:
              - { id: last, when: always, then: mailboxPolicy }
            """);

    @Test
    void eachLevelSaysWhatCountsAndWhoGaveIt() {
        PolicyDescription described = LEVELS.described();

        assertThat(described.internal()).isEqualTo("*.example.com, example.com");
        assertThat(described.undelivered().quarantine()).contains("hold@example.com");
        assertThat(described.organisation())
                .extracting(Setting::toString)
                .containsExactly(
                        "RequireSignedSMIMEMessages: true (organisation: mailbox policy default)",
                        "RequireSignedSMIMEAlgorithm: SHA384 (organisation: mailbox policy default)");
        assertThat(described.groups())
                .containsExactly(
                        new PolicyDescription.Group("clerks", "both@example.com, clerk@example.com"),
                        new PolicyDescription.Group(
                                "far", "as the directory server corp knows them: cn=far,dc=example"));
        assertThat(described.smime()).extracting(Setting::toString).containsExactly("OWAClearSign: false (smime)");
        PolicyDescription.Mailbox clerks = described.mailboxPolicies().getFirst();
        assertThat(clerks.levels())
                .containsExactly(
                        new PolicyDescription.Assigned("domain", "example.com"),
                        new PolicyDescription.Assigned("group", "clerks"),
                        new PolicyDescription.Assigned("user", "both@example.com"));
        assertThat(clerks.settings())
                .extracting(Setting::toString)
                .contains(
                        "RequireSignedSMIMEMessages: true (organisation: mailbox policy default)",
                        "RequireEncryptedSMIMEMessages: true (domain: mailbox policy clerks)");
        PolicyDescription.Mailbox chief = described.mailboxPolicies().getLast();
        assertThat(chief.extending()).contains("clerks");
        assertThat(chief.settings())
                .extracting(Setting::toString)
                .contains(
                        "RequireEncryptedSMIMEMessages: true (user: mailbox policy clerks)",
                        "RSASignaturePadding: PSS (user: mailbox policy chief)");
    }

    @Test
    void aPartnerIsDescribedAsAMailboxPolicyIs() {
        PolicyDescription.Outside outside = Policies.load("""
                version: 1
                internal: [example.com]
                trustedAuthservIds: [mx.example.com, mx2.example.com]
                partners:
                  bank: { appliesTo: [bank.example, cfo@pay.example], RSASignaturePadding: PSS, openHeaderless: true }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """).described().outside();

        assertThat(outside.trusted()).containsExactly("mx.example.com", "mx2.example.com");
        assertThat(outside.partners())
                .containsExactly(new PolicyDescription.Mailbox(
                        "bank",
                        java.util.Optional.empty(),
                        java.util.Optional.empty(),
                        java.util.List.of(
                                new PolicyDescription.Assigned("domain", "bank.example"),
                                new PolicyDescription.Assigned("user", "cfo@pay.example")),
                        java.util.List.of(
                                new Setting("RSASignaturePadding", "PSS", "partner bank"),
                                new Setting("openHeaderless", "true", "partner bank")),
                        java.util.List.of()));
        assertThat(LEVELS.described().outside().partners()).isEmpty();
    }

    @Test
    void whatPeopleAreToldIsSaid() {
        assertThat(Policies.load("""
                version: 1
                internal: [example.com]
                words:
                  contact: postmaster@example.com
                  utf8Replies: true
                  default: [en, de]
                  languages:
                    de: { senders: [alice@example.com, de.example], recipientDomains: [bank.example] }
                    fr: { recipientDomains: [banque.example] }
                  reasons:
                    NO_RECIPIENT_CERTIFICATE: { en: "{recipient} has no certificate" }
                  texts:
                    bank: { en: "use the portal" }
                  notice:
                    en: { subject: "held back", body: "{recipients}" }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """).described().undelivered().words())
                .containsExactly(
                        "whom to ask: postmaster@example.com",
                        "de: for alice@example.com or anybody of de.example, and in answers to mail for bank.example",
                        "fr: in answers to mail for banque.example",
                        "en, de: for everybody else",
                        "a text of its own for NO_RECIPIENT_CERTIFICATE",
                        "a text for rules: bank",
                        "a notice of its own: en",
                        "replies have letters beyond ASCII for clients that take them");
        assertThat(LEVELS.described().undelivered().words()).isEmpty();
    }

    @Test
    void theSettingsOfASenderAreThoseOfHisDecisions() {
        assertThat(LEVELS.settingsOf(MailAddress.parse("cfo@example.com").orElseThrow()))
                .contains(new Setting("RSASignaturePadding", "PSS", "user: mailbox policy chief"))
                .contains(new Setting("OWAClearSign", "false", "smime"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            direction: [outbound, internal]                | mail is outbound or internal
            sender: [group:staff]                          | the sender is alice@example.com, b.b@example.com
            senderDomain: [example.com]                    | the sender's domain is example.com
            recipient: [x@y.example]                       | the recipient is x@y.example
            recipientDomain: ["*.bank.example", b.example] | the recipient's domain is *.bank.example, b.example
            kind: [nullSender]                             | its kind is nullSender
            trait: [calendar]                              | it is or has calendar
            content: [encrypted]                           | it comes encrypted
            signature: [invalid]                           | its signature is invalid
            signedBy: [c@y.example, y.example]             | it is validly signed by c@y.example or anybody of y.example
            signedWith: [SHA1]                             | it is signed with SHA1
            encryptedWith: [TripleDES]                     | it is encrypted with TripleDES
            suspicious: true                               | it is not opened, or looks changed
            size: { over: 1000 }                           | its size is over 1000 octets
            contentType: [image/*]                         | its media type is image/*
            peer: [192.0.2.0/24, 192.0.2.7]                | it comes from 192.0.2.0/24, 192.0.2.7
            peer: ["2001:db8::/32"]                        | it comes from 2001:db8:0:0:0:0:0:0/32
            visible: false                                 | neither To nor Cc names the recipient
            subject: { contains: "[secure]" }              | field subject contains “[secure]”
            """)
    void aConditionIsAClause(String condition, String words) {
        assertThat(Policies.when("{ " + condition + " }")
                        .described()
                        .rules()
                        .getFirst()
                        .when())
                .containsExactly(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reject | is refused
            { reject: { text: "not now" } } | is refused: “not now”
            { redirect: hold@example.com, notify: sender } \
            | goes to hold@example.com in place of the recipient; the sender is told of a redirection
            mailboxPolicy | as the sender's mailbox policy says; what comes in is opened and verified
            { sign: ifPossible, encrypt: required, onMissingCertificate: reject, RSASignaturePadding: PSS } \
            | is signed if possible; must be encrypted; without a certificate of the recipient, it is refused; \
            RSASignaturePadding: PSS
            """)
    void whatIsDoneIsSaid(String then, String words) {
        RuleSet rules = Policies.rules("{ id: hit, when: { direction: outbound }, then: " + then + " }");
        assertThat(String.join("; ", rules.described().rules().getFirst().then()))
                .isEqualTo(words);
    }

    @Test
    void aRuleWithoutConditionsHasNone() {
        assertThat(LEVELS.described().rules())
                .containsExactly(new PolicyDescription.RuleText(
                        "last",
                        java.util.List.of(),
                        java.util.List.of(),
                        java.util.List.of(
                                "as the sender's mailbox policy says; what comes in is opened and verified")));
    }
}
