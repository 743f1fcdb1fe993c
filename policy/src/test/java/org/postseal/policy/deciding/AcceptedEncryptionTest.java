package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.send;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts.Match;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;

/** Tests which encryption of a sender's meets a demand to encrypt. */
class AcceptedEncryptionTest {
    private static final Match NOT_KNOWN = new Match.NotKnown(new CertificateStatus.Missing());
    private static final Match OTHERS = new Match.ByNone();
    private static final Match CERTIFICATE = new Match.ByCertificate();
    private static final Match KEY = new Match.ByKey();
    private static final Match DOWN = new Match.LookupFailed("no answer");
    private static final MailAddress HOLD = MailAddress.of("hold@example.com");

    static Stream<Arguments> ofOurOwn() {
        String required = "{ encrypt: required }";
        return Stream.of(
                Arguments.of(required, CERTIFICATE, send(KEPT)),
                Arguments.of(required, OTHERS, reject(Reason.ENCRYPTED_FOR_OTHERS)),
                // The recipient's old certificate may be revoked.
                Arguments.of(required, KEY, reject(Reason.ENCRYPTED_FOR_OTHERS)),
                Arguments.of(required, NOT_KNOWN, reject(Reason.NO_RECIPIENT_CERTIFICATE)),
                Arguments.of(required, DOWN, new Decision.Defer(Reason.CERTIFICATE_LOOKUP_FAILED, Optional.empty())),
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: defer }",
                        NOT_KNOWN,
                        new Decision.Defer(Reason.RECIPIENT_CERTIFICATE_AWAITED, Optional.empty())),
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: redirect }",
                        NOT_KNOWN,
                        new Decision.Redirect(HOLD, Reason.NO_RECIPIENT_CERTIFICATE)),
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: rejectAll }",
                        NOT_KNOWN,
                        new Decision.Reject(Reason.NO_RECIPIENT_CERTIFICATE, Optional.empty(), true)),
                // A ciphertext cannot be signed, and nobody knows that the recipient can read it.
                Arguments.of(
                        "{ encrypt: required, onMissingCertificate: sendSigned }",
                        NOT_KNOWN,
                        reject(Reason.NO_RECIPIENT_CERTIFICATE)),
                Arguments.of(
                        "{ encrypt: required, onLookupFailure: redirect }",
                        DOWN,
                        new Decision.Redirect(HOLD, Reason.CERTIFICATE_LOOKUP_FAILED)),
                Arguments.of(
                        "{ encrypt: required, onWeakProtection: redirect }",
                        OTHERS,
                        new Decision.Redirect(HOLD, Reason.ENCRYPTED_FOR_OTHERS)),
                // If the message were delivered all the same, there would be no demand.
                Arguments.of(
                        "{ encrypt: required, onWeakProtection: deliver }",
                        OTHERS,
                        reject(Reason.ENCRYPTED_FOR_OTHERS)),
                Arguments.of("{ encrypt: required, acceptSenderEncryption: structure }", OTHERS, send(KEPT)),
                Arguments.of("{ encrypt: required, acceptSenderEncryption: structure }", NOT_KNOWN, send(KEPT)),
                Arguments.of(
                        "{ encrypt: required, acceptSenderEncryption: never }",
                        CERTIFICATE,
                        reject(Reason.SENDER_ENCRYPTION_REFUSED)),
                Arguments.of("{ encrypt: ifPossible, acceptSenderEncryption: never }", OTHERS, send(KEPT)),
                Arguments.of("{ encrypt: ifPossible }", OTHERS, send(KEPT)));
    }

    @ParameterizedTest
    @MethodSource("ofOurOwn")
    void mailOfOurOwn(String then, Match match, Decision decision) {
        assertThat(decide(then, ours().encrypted(), match).decision()).isEqualTo(decision);
    }

    @ParameterizedTest
    @EnumSource
    void aDoubtfulOneIsRefusedWhateverThePolicySays(EncryptionDoubt doubt) {
        Reason reason =
                doubt == EncryptionDoubt.CIPHER_UNKNOWN ? Reason.ALGORITHM_NOT_ALLOWED : Reason.ENCRYPTION_DOUBTFUL;
        for (String accept : List.of("structure", "forRecipient", "never")) {
            Ruling ruling = decide(
                    "{ encrypt: required, onWeakProtection: deliver, acceptSenderEncryption: " + accept + " }",
                    ours().doubtful(doubt),
                    CERTIFICATE);
            assertThat(ruling.decision()).isEqualTo(reject(reason));
            assertThat(ruling.explanation().steps()).anyMatch(step -> step.contains(doubt.text()));
        }
        Ruling optional = decide("{ encrypt: ifPossible }", ours().doubtful(doubt), OTHERS);
        assertThat(optional.decision()).isEqualTo(send(KEPT));
        assertThat(optional.explanation().steps()).anyMatch(step -> step.contains(doubt.text()));
    }

    @ParameterizedTest
    @CsvSource({
        "requireEncrypted: true, ByCertificate, true",
        "requireEncrypted: true, ByKey, true",
        "requireEncrypted: true, ByNone, false",
        "requireEncrypted: true, NotKnown, false",
        "'requireEncrypted: true, acceptSenderEncryption: structure', NotKnown, true",
        "'requireEncrypted: true, acceptSenderEncryption: structure', ByNone, true",
        "'requireEncrypted: true, acceptSenderEncryption: never', ByKey, true"
    })
    void incomingMailMeetsTheDemand(String then, String match, boolean isMet) {
        Ruling ruling = decide(
                "{ " + then + " }",
                Mail.theirs("x@out.example", "bob@example.com").encrypted(),
                Stream.of(CERTIFICATE, KEY, OTHERS, NOT_KNOWN)
                        .filter(each -> each.getClass().getSimpleName().equals(match))
                        .findFirst()
                        .orElseThrow());
        assertThat(ruling.decision() instanceof Decision.Deliver).isEqualTo(isMet);
        if (!isMet) {
            assertThat(ruling.decision()).isEqualTo(reject(Reason.ENCRYPTION_REQUIRED));
        }
    }

    @Test
    void aDoubtfulOneDoesNotMeetTheDemandOfIncomingMail() {
        Mail mail = Mail.theirs("x@out.example", "bob@example.com").doubtful(EncryptionDoubt.CONTENT_READABLE);
        assertThat(decide("{ requireEncrypted: true, acceptSenderEncryption: structure }", mail, CERTIFICATE)
                        .decision())
                .isEqualTo(reject(Reason.ENCRYPTION_REQUIRED));
        assertThat(decide("{ requireEncrypted: true, onUnencrypted: deliver }", mail, CERTIFICATE)
                        .decision())
                .isInstanceOf(Decision.Deliver.class);
    }

    @Test
    void whereNobodyCanSayItIncomingMailWaits() {
        Mail mail = Mail.theirs("x@out.example", "bob@example.com").encrypted();
        assertThat(decide("{ requireEncrypted: true }", mail, DOWN).decision())
                .isEqualTo(new Decision.Defer(Reason.CERTIFICATE_LOOKUP_FAILED, Optional.empty()));
    }

    @Test
    void aLaterLevelCannotAskForLess() {
        RuleSet levels = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireEncryptedSMIMEMessages: true, acceptSenderEncryption: never }
                rules:
                  - { id: rest, when: always, then: { acceptSenderEncryption: structure } }
                """);
        assertThat(levels.decide(ours().encrypted().facts(), directory(CERTIFICATE))
                        .decision())
                .isEqualTo(reject(Reason.SENDER_ENCRYPTION_REFUSED));
    }

    private static Mail ours() {
        return Mail.ours("alice@example.com", "x@out.example");
    }

    private static Ruling decide(String then, Mail mail, Match match) {
        RuleSet rules = Policies.load("""
                version: 1
                internal: [example.com]
                quarantine: hold@example.com
                rules: [{ id: rest, when: always, then: %s }]
                """.formatted(then));
        return rules.decide(mail.facts(), directory(match));
    }

    private static FakeDirectory directory(Match match) {
        return new FakeDirectory(FakeDirectory.NO, FakeDirectory.NO).match(match);
    }

    private static Decision reject(Reason reason) {
        return new Decision.Reject(reason, Optional.empty(), false);
    }
}
