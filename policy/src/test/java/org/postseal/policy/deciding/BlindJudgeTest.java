package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.open;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.facts.Facts.Content.ENCRYPTED;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.facts.DirectoryFacts.Match;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionAlgorithm;

/**
 * Tests that a rule that looks under an encryption lifts no demand of the rules around it, in a policy without a
 * quarantine, and that the decision is the same whatever is inside.
 */
class BlindJudgeTest {
    private static final Match FOR_BOB = new Match.ByCertificate();
    private static final Match FOR_OTHERS = new Match.ByNone();
    private static final Mail OURS = Mail.ours("alice@example.com", "bob@out.example");
    private static final Mail INTERNAL = Mail.ours("alice@example.com", "bob@example.com");
    private static final Mail THEIRS = Mail.theirs("carol@out.example", "bob@example.com");
    private static final Mail SHOWN = OURS.encrypted().header("Subject", "plan");
    private static final String INSIDE = "{ id: inside, when: { signature: invalid }, then: reject }";
    private static final String ENCRYPT = "{ id: demand, when: { visible: true }, then: { encrypt: required } }";

    static Stream<Arguments> held() {
        Mail fake = OURS.doubtful(EncryptionDoubt.CONTENT_READABLE);
        Decision doubtful = reject(Reason.ENCRYPTION_DOUBTFUL);
        return Stream.of(
                Arguments.of(fake, FOR_BOB, doubtful, List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        INTERNAL.doubtful(EncryptionDoubt.SURROUNDED), FOR_BOB, doubtful, List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        OURS.encrypted(), FOR_OTHERS, reject(Reason.ENCRYPTED_FOR_OTHERS), List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        OURS.encrypted(),
                        new Match.LookupFailed("no answer"),
                        defer(Reason.CERTIFICATE_LOOKUP_FAILED),
                        List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        OURS.encrypted().cipher(EncryptionAlgorithm.TRIPLE_DES),
                        FOR_BOB,
                        reject(Reason.SENDER_PROTECTION_WEAK),
                        List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        SHOWN,
                        FOR_BOB,
                        reject(Reason.SUBJECT_SHOWN),
                        List.of(
                                INSIDE,
                                "{ id: demand, when: { visible: true },"
                                        + " then: { encrypt: required, hideSubject: true } }")),
                // The demand itself may look inside.
                Arguments.of(
                        fake,
                        FOR_BOB,
                        doubtful,
                        List.of("{ id: demand, when: { signature: unsigned }, then: { encrypt: required } }")),
                Arguments.of(
                        fake,
                        FOR_BOB,
                        doubtful,
                        List.of("{ id: demand, when: { visible: true },"
                                + " unless: { signedBy: [out.example] }, then: { encrypt: required } }")),
                Arguments.of(
                        THEIRS.encrypted(),
                        FOR_OTHERS,
                        reject(Reason.ENCRYPTION_REQUIRED),
                        List.of(INSIDE, "{ id: demand, when: { visible: true }, then: { requireEncrypted: true } }")),
                // Automatic mail is bound by demands that do not name it.
                Arguments.of(
                        fake.kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        reject(Reason.AUTOMATIC_NOT_ENCRYPTED),
                        List.of(INSIDE, ENCRYPT)),
                Arguments.of(
                        fake.kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        doubtful,
                        List.of(INSIDE, ENCRYPT, "{ id: auto, when: { kind: autoReply }, then: mailboxPolicy }")),
                Arguments.of(
                        fake.kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        doubtful,
                        List.of(
                                INSIDE,
                                "{ id: all, when: { visible: true }, then: mailboxPolicy }",
                                "{ id: auto, when: { kind: autoReply }, then: { encrypt: required } }")),
                Arguments.of(
                        SHOWN.kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        reject(Reason.SUBJECT_SHOWN),
                        List.of(
                                INSIDE,
                                ENCRYPT,
                                "{ id: auto, when: { kind: autoReply }, then: { hideSubject: true } }")),
                // What all rules hold back is held back.
                Arguments.of(
                        OURS.encrypted(),
                        FOR_BOB,
                        reject(Reason.POLICY_REFUSED),
                        List.of(INSIDE, "{ id: no, when: { recipientDomain: out.example }, then: reject }")),
                Arguments.of(
                        OURS.encrypted().trait(Facts.Trait.RIGHTS_PROTECTED),
                        FOR_BOB,
                        reject(Reason.POLICY_REFUSED),
                        List.of(INSIDE, "{ id: no, when: { recipientDomain: out.example }, then: reject }", ENCRYPT)),
                Arguments.of(
                        OURS.encrypted().kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        reject(Reason.POLICY_REFUSED),
                        List.of(INSIDE, "{ id: no, when: { kind: [ordinary, autoReply] }, then: reject }")),
                // The rule that looks inside may not touch this message.
                Arguments.of(
                        OURS.encrypted().kind(Facts.Kind.NULL_SENDER),
                        FOR_BOB,
                        defer(Reason.POLICY_DEFERRED),
                        List.of(
                                "{ id: look, when: { visible: true }, unless: { suspicious: true },"
                                        + " then: mailboxPolicy }",
                                "{ id: no, when: { kind: nullSender }, then: defer }")),
                Arguments.of(
                        OURS.encrypted(),
                        FOR_BOB,
                        defer(Reason.GROUP_LOOKUP_FAILED),
                        List.of(INSIDE, "{ id: far, when: { sender: 'group:far' }, then: { encrypt: required } }")));
    }

    static Stream<Arguments> delivered() {
        Mail fake = OURS.doubtful(EncryptionDoubt.CONTENT_READABLE);
        return Stream.of(
                Arguments.of(OURS.encrypted(), FOR_BOB, send(KEPT), List.of(INSIDE, ENCRYPT)),
                Arguments.of(fake, FOR_BOB, send(KEPT), List.of(INSIDE)),
                Arguments.of(
                        fake,
                        FOR_BOB,
                        send(KEPT),
                        List.of(INSIDE, "{ id: free, when: { visible: true }, then: { encrypt: never } }", ENCRYPT)),
                Arguments.of(
                        fake.kind(Facts.Kind.AUTO_REPLY),
                        FOR_BOB,
                        send(KEPT),
                        List.of(INSIDE, "{ id: auto, when: { kind: autoReply }, then: mailboxPolicy }", ENCRYPT)),
                Arguments.of(THEIRS.encrypted(), FOR_OTHERS, open(KEPT), List.of(INSIDE)));
    }

    @ParameterizedTest
    @MethodSource({"held", "delivered"})
    void decidesTheSameWhateverIsInside(Mail mail, Match match, Decision decision, List<String> rules) {
        RuleSet policy = policy("default: {}", rules);

        for (Facts.Signature inside : Facts.Signature.values()) {
            Facts.Existing as = mail.facts().existing();
            Facts facts = new Facts(
                    mail.facts().peer(),
                    mail.facts().message(),
                    new Facts.Existing(
                            ENCRYPTED,
                            inside,
                            as.signers(),
                            as.signerIssuer(),
                            as.digest(),
                            as.ciphertext(),
                            false,
                            as.suspicion(),
                            false),
                    mail.facts().recipient(),
                    true);
            FakeDirectory directory = new FakeDirectory(NO, NO)
                    .match(match)
                    .with("alice@example.com", "far", new Membership.LookupFailed("no answer"));
            assertThat(policy.decide(facts, directory).decision())
                    .as(inside.toString())
                    .isEqualTo(decision);
        }
    }

    @Test
    void aLevelBindsWhatRulesRefuseAndNoReplyMayTell() {
        RuleSet policy = policy(
                "default: { RequireEncryptedSMIMEMessages: true }",
                List.of(
                        "{ id: inside, when: { signature: valid }, then: mailboxPolicy }",
                        "{ id: no, when: { visible: true }, then: reject }"));

        Ruling ruling = policy.decide(
                OURS.doubtful(EncryptionDoubt.CONTENT_READABLE).facts(), new FakeDirectory(NO, NO).match(FOR_BOB));

        assertThat(ruling.decision()).isEqualTo(reject(Reason.ENCRYPTION_DOUBTFUL));
    }

    @Test
    void theExplanationNamesTheRuleThatDemands() {
        Ruling ruling = policy("default: {}", List.of(INSIDE, ENCRYPT))
                .decide(OURS.encrypted().facts(), new FakeDirectory(NO, NO).match(FOR_OTHERS));

        assertThat(ruling.explanation().rule()).isEqualTo("demand");
        assertThat(ruling.explanation().steps())
                .containsExactly(
                        "direction outbound: the origin may submit for us, bob@out.example is outside",
                        "rule demand may match, whatever is under the encryption",
                        "the rule asks encrypt: required",
                        "refused: the sender's encryption is for no usable certificate of bob@out.example");
    }

    @Test
    void theCheckTellsWhatIsDecidedOtherwise() {
        RuleSet policy = policy("default: {}", List.of(INSIDE, ENCRYPT));

        assertThat(policy.demandsToEncrypt().changes())
                .contains(
                        "Rule demand demands encryption, and what is under an encryption decides whether it is reached"
                                + " (inside): a sender's own encryption that does not meet the demand is refused now,"
                                + " whatever is inside; before, it went to the quarantine, or left if there was none.");
    }

    private static RuleSet policy(String levels, List<String> rules) {
        return Policies.load("""
                version: 1
                internal: [example.com]
                groups: { far: { ldap: "cn=far,dc=example", server: corp } }
                mailboxPolicies: { %s }
                rules:
                %s  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(
                levels,
                String.join("", rules.stream().map(rule -> "  - " + rule + "\n").toList())));
    }
}
