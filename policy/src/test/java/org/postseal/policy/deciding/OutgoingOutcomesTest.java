package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.ENCRYPTED;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.SIGNED;
import static org.postseal.policy.deciding.DecisionTable.alice;
import static org.postseal.policy.deciding.DecisionTable.redirect;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;
import static org.postseal.policy.facts.Facts.Signature.INVALID;
import static org.postseal.policy.facts.Facts.Signature.VALID;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.facts.Facts.Trait;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/** Tests outgoing mail: missing certificates, protection of the sender's own, groups and notices. */
class OutgoingOutcomesTest {
    static Stream<Arguments> missingCertificates() {
        String signed = "{ encrypt: required, onMissingCertificate: sendSigned }";
        String either = "{ encrypt: ifPossible, sign: ifPossible, onMissingCertificate: sendSigned }";
        Decision none = reject(Reason.NO_RECIPIENT_CERTIFICATE);
        return Stream.of(
                Arguments.of(signed, alice(), YES, NO, send(ENCRYPTED)),
                Arguments.of(signed, alice(), NO, YES, send(SIGNED)),
                Arguments.of(signed, alice(), NO, NO, reject(Reason.NO_SIGNING_KEY)),
                Arguments.of(signed, alice().signed(VALID), NO, NO, send(KEPT)),
                Arguments.of(signed, alice().signed(INVALID), NO, YES, none),
                Arguments.of(signed, alice(), DOWN, YES, DecisionTable.defer(Reason.CERTIFICATE_LOOKUP_FAILED)),
                Arguments.of(either, alice(), NO, YES, send(SIGNED)),
                Arguments.of(either, alice(), NO, NO, none),
                Arguments.of("{ encrypt: ifPossible, onMissingCertificate: sendClear }", alice(), NO, NO, send(CLEAR)),
                Arguments.of("{ encrypt: ifPossible }", alice(), NO, NO, send(CLEAR)),
                Arguments.of("{ encrypt: ifPossible, onMissingCertificate: reject }", alice(), NO, NO, none),
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: rejectAll }",
                        alice(),
                        NO,
                        NO,
                        new Decision.Reject(Reason.NO_RECIPIENT_CERTIFICATE, Optional.empty(), true)));
    }

    /** The recipient has a certificate and reads nothing that the rule allows. */
    static Stream<Arguments> noCommonAlgorithm() {
        String only = ", RequireEncryptionSMIMEAlgorithm: AES256-GCM"
                + ", AllowSMIMEEncryptionAlgorithmNegotiation: BlockNegotiation }";
        Decision none = reject(Reason.ALGORITHM_NOT_ALLOWED);
        return Stream.of(
                Arguments.of("{ encrypt: ifPossible" + only, alice(), YES, NO, send(CLEAR)),
                Arguments.of("{ encrypt: ifPossible, onMissingCertificate: reject" + only, alice(), YES, NO, none),
                Arguments.of(
                        "{ encrypt: ifPossible, onMissingCertificate: sendSigned" + only,
                        alice(),
                        YES,
                        YES,
                        send(SIGNED)),
                Arguments.of("{ encrypt: required" + only, alice(), YES, NO, none),
                Arguments.of("{ encrypt: required, onMissingCertificate: sendSigned" + only, alice(), YES, YES, none),
                Arguments.of("{ encrypt: required, onMissingCertificate: defer" + only, alice(), YES, NO, none),
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: rejectAll" + only,
                        alice(),
                        YES,
                        NO,
                        new Decision.Reject(Reason.ALGORITHM_NOT_ALLOWED, Optional.empty(), true)));
    }

    static Stream<Arguments> protections() {
        String gcm = "{ encrypt: required, RequireEncryptionSMIMEAlgorithm: AES256-GCM";
        String sha = "{ sign: required, RequireSignedSMIMEAlgorithm: SHA384";
        Decision weak = reject(Reason.SENDER_PROTECTION_WEAK);
        Mail old = alice().encrypted().cipher(EncryptionAlgorithm.TRIPLE_DES);
        return Stream.of(
                Arguments.of("{ encrypt: required }", alice().encrypted(), NO, NO, send(KEPT)),
                Arguments.of("{ encrypt: required }", old, NO, NO, weak),
                Arguments.of("{ encrypt: ifPossible }", old, NO, NO, send(KEPT)),
                Arguments.of("mailboxPolicy", old, NO, NO, send(KEPT)),
                Arguments.of(gcm + " }", alice().encrypted(), NO, NO, weak),
                Arguments.of(gcm + ", onWeakProtection: deliver }", alice().encrypted(), NO, NO, send(KEPT)),
                Arguments.of(
                        gcm + ", onWeakProtection: redirect }",
                        alice().encrypted(),
                        NO,
                        NO,
                        redirect(Reason.SENDER_PROTECTION_WEAK)),
                Arguments.of(
                        "{ encrypt: required }",
                        alice().content(Facts.Content.ENCRYPTED, Facts.Signature.UNSIGNED),
                        NO,
                        NO,
                        weak),
                Arguments.of(sha + " }", alice().signed(VALID), NO, YES, weak),
                Arguments.of(sha + " }", alice().signed(VALID).digest(SignedAlgorithm.SHA512), NO, NO, send(KEPT)),
                Arguments.of("{ sign: required }", alice().signed(VALID).digest(SignedAlgorithm.SHA1), NO, NO, weak),
                Arguments.of(
                        "{ sign: ifPossible }",
                        alice().signed(VALID).digest(SignedAlgorithm.SHA1),
                        NO,
                        NO,
                        send(KEPT)));
    }

    static Stream<Arguments> traits() {
        Protection clearSigned = new Protection.Signed(
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, true));
        Mail rights = alice().trait(Trait.RIGHTS_PROTECTED);
        return Stream.of(
                Arguments.of("{ sign: required }", alice().trait(Trait.CALENDAR), NO, YES, send(clearSigned)),
                Arguments.of("{ sign: required }", alice().trait(Trait.TNEF), NO, YES, send(SIGNED)),
                Arguments.of("{ sign: required, encrypt: required }", rights, NO, NO, reject(Reason.NO_SIGNING_KEY)),
                Arguments.of("{ sign: required, encrypt: ifPossible }", rights, YES, YES, send(CLEAR)),
                Arguments.of("{ sign: ifPossible }", alice().trait(Trait.REPLY), NO, YES, send(SIGNED)));
    }

    @ParameterizedTest
    @MethodSource({"missingCertificates", "noCommonAlgorithm", "protections", "traits"})
    void decides(String then, Mail mail, Fact certificate, Fact key, Decision decision) {
        RuleSet rules = Policies.rules("{ id: out, when: { direction: outbound }, then: " + then + " }");

        assertThat(rules.decide(mail.facts(), new FakeDirectory(certificate, key))
                        .decision())
                .isEqualTo(decision);
    }

    @Test
    void aLevelThatRequiresEncryptionIsNeverMetBySigning() {
        RuleSet rules = Policies.load("""
            version: 1
            internal: [example.com]
            smime: { OWAClearSign: false, NoSignOnReply: true }
            mailboxPolicies:
              default: { RequireEncryptedSMIMEMessages: true, RequireEncryptionSMIMEAlgorithm: AES256-GCM }
            rules:
              - { id: calendar, when: { trait: calendar }, then: { sign: required } }
              - { id: reply, when: { trait: reply, recipient: r@out.example }, then: { sign: ifPossible } }
              - { id: rest, when: always, then: { onMissingCertificate: sendSigned, onWeakProtection: deliver } }
            """);

        assertThat(rules.decide(alice().facts(), new FakeDirectory(NO, YES)).decision())
                .isEqualTo(reject(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(rules.decide(alice().encrypted().facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(reject(Reason.SENDER_PROTECTION_WEAK));
        assertThat(signing(rules, alice().trait(Trait.CALENDAR))).isEqualTo(Optional.of(true));
        assertThat(signing(rules, alice("r@out.example").trait(Trait.REPLY))).isEmpty();
        assertThat(signing(rules, alice("r@out.example").trait(Trait.REPLY).trait(Trait.CALENDAR)))
                .isEqualTo(Optional.of(true));
    }

    @Test
    void aMarkAsRightsProtectedDoesNotStandForTheEncryptionOfALevel() {
        String policy = """
            version: 1
            internal: [example.com]
            mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true%s } }
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;
        Facts facts = alice().trait(Trait.RIGHTS_PROTECTED).facts();
        RuleSet bound = Policies.load(policy.formatted(""));
        RuleSet weaker = Policies.load(policy.formatted(", mayWeaken: [RequireEncryptedSMIMEMessages]"));
        RuleSet free = Policies.load(policy.formatted(", mayWeaken: [RequireEncryptedSMIMEMessages]")
                .replace("mailboxPolicy }", "{ encrypt: never } }"));

        assertThat(bound.decide(facts, new FakeDirectory(NO, NO)).decision())
                .isEqualTo(reject(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(bound.decide(facts, new FakeDirectory(YES, NO)).decision()).isEqualTo(send(ENCRYPTED));
        assertThat(weaker.decide(facts, new FakeDirectory(YES, NO)).decision()).isEqualTo(send(ENCRYPTED));
        assertThat(free.decide(facts, new FakeDirectory(NO, NO)).decision()).isEqualTo(send(CLEAR));
    }

    /** Tells whether the signature is clear; empty if there is none. */
    private static Optional<Boolean> signing(RuleSet rules, Mail mail) {
        Decision decision =
                rules.decide(mail.facts(), new FakeDirectory(YES, YES)).decision();
        return decision instanceof Decision.Deliver(var _, Protection.SignedAndEncrypted(var signing, var _), var _)
                ? Optional.of(signing.clear())
                : Optional.empty();
    }

    @Test
    void groupsAreAskedOnlyWhereItMatters() {
        RuleSet rules = Policies.rules(
                "{ id: far, when: { direction: outbound, sender: [ceo@example.com, 'group:far'] }, then: reject }");

        assertThat(asked(rules, alice(), new Membership.Member()))
                .containsExactly("far", "Reject[reason=POLICY_REFUSED, text=Optional.empty, forAll=false]", "g");
        assertThat(asked(rules, alice(), new Membership.LookupFailed("down")))
                .containsExactly("far", "Defer[reason=GROUP_LOOKUP_FAILED, text=Optional.empty]", "g");
        assertThat(asked(rules, alice(), new Membership.NotMember())).element(0).isEqualTo("rest");
        assertThat(asked(rules, Mail.ours("ceo@example.com", "x@out.example"), new Membership.LookupFailed("down")))
                .containsExactly("far", "Reject[reason=POLICY_REFUSED, text=Optional.empty, forAll=false]", "-");
        assertThat(asked(rules, DecisionTable.bob("alice@example.com"), new Membership.LookupFailed("down")))
                .element(2)
                .isEqualTo("-");
    }

    @Test
    void groupsGiveMailboxPoliciesAndDeferWhenNobodyCanSay() {
        RuleSet rules = Policies.load("""
            version: 1
            internal: [example.com]
            groups: { far: { ldap: far@example.com, server: corp } }
            mailboxPolicies: { strict: { appliesTo: ["group:far"], RequireEncryptedSMIMEMessages: true } }
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """);

        assertThat(asked(rules, alice(), new Membership.Member()))
                .element(1)
                .asString()
                .contains("NO_RECIPIENT");
        assertThat(asked(rules, alice(), new Membership.NotMember()))
                .element(1)
                .asString()
                .startsWith("Deliver");
        assertThat(asked(rules, alice(), new Membership.LookupFailed("down")))
                .containsExactly("rest", "Defer[reason=GROUP_LOOKUP_FAILED, text=Optional.empty]", "g");
        assertThat(rules.directoryGroups()).containsOnlyKeys("far");
    }

    private static List<String> asked(RuleSet rules, Mail mail, Membership membership) {
        FakeDirectory directory = new FakeDirectory(NO, NO).with("alice@example.com", "far", membership);
        Ruling ruling = rules.decide(mail.facts(), directory);
        String asked = directory.asked();
        return List.of(ruling.explanation().rule(), ruling.decision().toString(), asked.startsWith("g") ? "g" : "-");
    }

    @Test
    void noticesGoToOurOwnPersonsOnly() {
        RuleSet rules = Policies.rules(
                "{ id: no, when: { recipientDomain: no.example },"
                        + " then: { reject: { text: 'Ask first' }, notify: sender } }",
                "{ id: away, when: { recipientDomain: away.example },"
                        + " then: { redirect: hold@example.com, notify: sender } }",
                "{ id: late, when: { recipientDomain: late.example },"
                        + " then: { defer: { text: Not now }, notify: sender } }",
                "{ id: auto, when: { kind: autoReply }, then: { reject: {}, notify: sender } }");

        // The reply tells the peer, and the peer tells Alice.
        assertThat(notice(rules, alice("x@no.example"))).isEmpty();
        assertThat(notice(rules, alice("x@away.example"))).contains("alice@example.com");
        assertThat(notice(rules, alice("x@late.example"))).isEmpty();
        assertThat(notice(rules, alice("x@ok.example"))).isEmpty();
        assertThat(notice(rules, alice("x@away.example").envelopeSender("bounces@list.example")))
                .isEmpty();
        assertThat(notice(rules, alice("x@away.example").envelopeSender(""))).isEmpty();
        assertThat(notice(rules, alice("x@away.example").trait(Trait.MAILING_LIST)))
                .isEmpty();
        assertThat(notice(rules, Mail.theirs("alice@example.com", "x@away.example")))
                .isEmpty();
        assertThat(notice(rules, alice("x@ok.example").kind(Facts.Kind.AUTO_REPLY)))
                .isEmpty();
        assertThat(rules.decide(alice("x@no.example").facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(
                        new Decision.Reject(Reason.POLICY_REFUSED, Optional.of(RefusalText.line("Ask first")), false));
        assertThat(rules.decide(alice("x@late.example").facts(), new FakeDirectory(NO, NO))
                        .decision())
                .isEqualTo(new Decision.Defer(Reason.POLICY_DEFERRED, Optional.of(RefusalText.line("Not now"))));
    }

    @Test
    void noNoticeTellsWhatOnlyOurKeyOpened() {
        RuleSet byAction = Policies.rules("{ id: in, when: { direction: internal },"
                + " then: { onInvalidSignature: { redirect: hold@example.com }, notify: sender } }");
        RuleSet byCondition = Policies.rules(
                "{ id: in, when: { signature: invalid }, then: { redirect: hold@example.com, notify: sender } }");
        Mail mail = Mail.ours("alice@example.com", "adam@example.com");

        for (RuleSet rules : List.of(byAction, byCondition)) {
            assertThat(notice(rules, mail.signed(INVALID))).contains("alice@example.com");
            assertThat(notice(rules, mail.encrypted().content(Facts.Content.ENCRYPTED, INVALID)))
                    .isEmpty();
        }
    }

    private static Optional<String> notice(RuleSet rules, Mail mail) {
        Ruling ruling = rules.decide(mail.facts(), new FakeDirectory(NO, NO));
        assertThat(ruling.noticePermit().isPresent()).isEqualTo(ruling.notice().isPresent());
        return ruling.notice().map(MailAddress::toString);
    }
}
