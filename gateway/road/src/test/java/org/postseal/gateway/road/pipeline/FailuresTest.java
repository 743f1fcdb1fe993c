package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.io.IOException;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.ForwardingKeyHandle;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.outcome.Reason;

/** Checks what is answered when something fails, and what leaves then. */
class FailuresTest {
    private static final String ENCRYPT = "{ id: enc, when: { direction: outbound }, then: { encrypt: required } }";
    private static final Reply REFUSED = Reply.of(550, "5.1.1", "No such user");
    private static final Reply BUSY = Reply.of(451, "4.2.1", "Mailbox busy");

    @Test
    void overSmtpARefusalOfTheSecondUnitIsTheReplyForAll() {
        TestRoad road = new TestRoad(ENCRYPT);
        road.delivery().answer(List.of(accepted(1), List.of(new Outcome(REFUSED, false))));

        // There are three units: Bob and two blind copies.
        Letter letter = Letter.submitted(SMTP, Parties.BOB, Parties.CARL, Parties.DORA);
        assertThat(road.send(letter, TestRoad.toAll("bob@partner.example"))).containsExactly(REFUSED, REFUSED, REFUSED);
        assertThat(road.sent()).hasSize(2);
        assertThat(road.audited(done -> done.delivery().nextHopReply()))
                .containsExactly(
                        Optional.of(RecordingDelivery.ACCEPTED.toString()),
                        Optional.of(REFUSED.toString()),
                        Optional.empty());
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(
                        Optional.empty(), Optional.of("NEXT_HOP_REFUSED"), Optional.of("NOT_SENT_WITH_OTHERS"));
    }

    @Test
    void overSmtpThoseHeldBackWithARefusedRecipientDoNotSpeak() {
        TestRoad road = new TestRoad();
        road.delivery()
                .answer(List.of(List.of(
                        Outcome.of(Reason.NOT_SENT_WITH_OTHERS, "another was refused"), new Outcome(REFUSED, false))));

        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example")))
                .containsExactly(REFUSED, REFUSED);
    }

    @Test
    void overSmtpATemporaryRefusalComesBeforeAPermanentOne() {
        TestRoad road = new TestRoad();
        road.delivery().answer(List.of(List.of(new Outcome(REFUSED, false), new Outcome(BUSY, false))));

        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example")))
                .containsExactly(BUSY, BUSY);
        assertThat(road.sent().getFirst().allOrNothing()).isTrue();
    }

    @Test
    void overLmtpEachRecipientHearsItsOwn() {
        TestRoad road = new TestRoad(ENCRYPT);
        road.delivery()
                .answer(List.of(
                        List.of(new Outcome(REFUSED, false), new Outcome(RecordingDelivery.ACCEPTED, false)),
                        List.of(new Outcome(BUSY, true))));

        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.DORA, Parties.CARL);
        assertThat(road.send(letter, TestRoad.toAll("bob@partner.example, carl@partner.example")))
                .containsExactly(REFUSED, BUSY, RecordingDelivery.ACCEPTED);
        assertThat(road.sent().getFirst().allOrNothing()).isFalse();
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(
                        Optional.empty(),
                        Optional.of("in doubt: the next hop may have accepted it before the connection was lost"),
                        Optional.empty());
    }

    @Test
    void aStoreThatDoesNotAnswerForOneRecipientDefersThatRecipientOnly() {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<MailCertificate> encryptionCertificate(
                            MailAddress recipient, Instant time) {
                        if (recipient.equals(Parties.CARL)) {
                            throw new StoreUnavailableException("directory down", new IOException());
                        }
                        return super.encryptionCertificate(recipient, time);
                    }
                },
                "{ id: enc, when: { direction: outbound }, then: { encrypt: ifPossible } }");

        List<Reply> replies = road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.CARL),
                TestRoad.toAll("bob@partner.example, carl@partner.example"));

        assertThat(replies).containsExactly(RecordingDelivery.ACCEPTED, Reply.of(Reason.CERTIFICATE_LOOKUP_FAILED));
        assertThat(replies.get(1).toString()).startsWith("451 4.7.5 ");
        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().recipients()).containsExactly("bob@partner.example");
    }

    @Test
    void aStoreThatCannotSayWithWhichKeysToOpenDefers() throws Exception {
        TestRoad road = new TestRoad(new AlteredStore() {
            @Override
            public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                if (recipient.equals(Parties.ANNA)) {
                    throw new StoreUnavailableException("token gone", new IOException());
                }
                return super.decryptionKeys(recipient);
            }
        });
        byte[] sealed = SealedCopy.encrypt(TestRoad.toAll("alice@example.com"), Parties.ALICE, Parties.ANNA);

        List<Reply> replies = road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(sealed));

        assertThat(replies).containsExactly(Delivered.ACCEPTED, Reply.of(Reason.STORE_UNAVAILABLE));
        assertThat(replies.get(1).toString()).startsWith("451 4.7.5 ");
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.empty(), Optional.of("token gone"));
    }

    @Test
    void aKeyThatIsAwayDefersWhomItOpensForAndNobodyElse() throws Exception {
        TestRoad road = new TestRoad(new AlteredStore() {
            @Override
            public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                return recipient.equals(Parties.ANNA)
                        ? List.of(new BrokenKey(
                                Parties.issued(Parties.ANNA).keyHandle(), new StoreUnavailableException("token away")))
                        : super.decryptionKeys(recipient);
            }
        });
        byte[] sealed = SealedCopy.encrypt(TestRoad.toAll("alice@example.com"), Parties.ALICE, Parties.ANNA);

        List<Reply> replies = road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(sealed));

        assertThat(replies).containsExactly(Delivered.ACCEPTED, Reply.of(Reason.STORE_UNAVAILABLE));
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.empty(), Optional.of("token away"));

        // Mail that Anna's key does not open does not wait for that key.
        byte[] alices = SealedCopy.encrypt(TestRoad.toAll("alice@example.com"), Parties.ALICE);
        assertThat(road.send(Letter.inbound(LMTP, Parties.ANNA), RawMessage.of(alices)))
                .containsExactly(Delivered.ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void aKeyThatCannotSignFailsTheGroupThatNeedsIt(Peer.Protocol protocol) {
        TestRoad road = new TestRoad(
                brokenKey(new SignatureException("token gone")),
                "{ id: clear, when: { recipient: nobody@partner.example }, then: { sign: never } }",
                "{ id: sign, when: always, then: { sign: required } }");
        Letter letter = Letter.submitted(protocol, Parties.BOB, Parties.NOBODY);
        Reply failed = Reply.of(Reason.CRYPTOGRAPHIC_FAILURE);

        List<Reply> replies = road.send(letter, TestRoad.toAll("bob@partner.example"));

        if (protocol == Peer.Protocol.SMTP) {
            assertThat(replies).containsExactly(failed, failed);
            assertThat(road.sent()).isEmpty();
        } else {
            assertThat(replies).containsExactly(failed, RecordingDelivery.ACCEPTED);
            assertThat(road.sent()).hasSize(1);
            assertThat(road.sent().getFirst().permitted()).containsExactly(Parties.NOBODY);
        }
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(
                        Optional.of("CRYPTOGRAPHIC_FAILURE"),
                        protocol == Peer.Protocol.SMTP ? Optional.of("NOT_SENT_WITH_OTHERS") : Optional.empty());
    }

    @Test
    void aFaultWhileSealingFailsThatGroupOnly() {
        TestRoad road = new TestRoad(
                brokenKey(new IllegalStateException("bug")),
                "{ id: clear, when: { recipient: nobody@partner.example }, then: { sign: never } }",
                "{ id: sign, when: always, then: { sign: required } }");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY, Parties.CARL),
                        TestRoad.toAll("bob@partner.example")))
                .containsExactly(
                        Reply.of(Reason.INTERNAL_ERROR), RecordingDelivery.ACCEPTED, Reply.of(Reason.INTERNAL_ERROR));
    }

    @Test
    void aFaultBeforeAnybodyIsRuledOnDefersEverybodyAndSendsNothing() {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<MailCertificate> encryptionCertificate(
                            MailAddress recipient, Instant time) {
                        throw new IllegalStateException("bug");
                    }
                },
                ENCRYPT);

        List<Reply> replies =
                road.send(Letter.submitted(LMTP, Parties.BOB, Parties.ALICE), TestRoad.toAll("bob@partner.example"));

        assertThat(replies).containsExactly(Reply.of(Reason.INTERNAL_ERROR), Reply.of(Reason.INTERNAL_ERROR));
        assertThat(replies.getFirst().toString()).isEqualTo("451 4.3.0 Temporary failure");
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().detail()))
                .containsOnly(Optional.of("java.lang.IllegalStateException"));
    }

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void aFaultInDeliveryDefersEverybodyAndIsOnRecord(Peer.Protocol protocol) {
        TestRoad road = new TestRoad();
        road.delivery().breakWith(new IllegalArgumentException("the unit is not for them"));

        assertThat(road.send(
                        Letter.submitted(protocol, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example")))
                .isEqualTo(Collections.nCopies(2, Reply.of(Reason.INTERNAL_ERROR)));
        assertThat(road.audited(done -> done.delivery().reply()))
                .isEqualTo(
                        Collections.nCopies(2, Reply.of(Reason.INTERNAL_ERROR).toString()));
    }

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void withoutAuditThereIsNo250(Peer.Protocol protocol) {
        TestRoad road = new TestRoad();
        road.audit().fill();

        assertThat(road.send(
                        Letter.submitted(protocol, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example")))
                .isEqualTo(Collections.nCopies(2, Reply.of(Reason.AUDIT_UNAVAILABLE)));
        assertThat(Reply.of(Reason.AUDIT_UNAVAILABLE).code()).isEqualTo(451);
    }

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void aFaultInWritingTheRecordIsNo250(Peer.Protocol protocol) {
        TestRoad road = new TestRoad();
        road.audit().fail();

        assertThat(road.send(
                        Letter.submitted(protocol, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example")))
                .isEqualTo(Collections.nCopies(2, Reply.of(Reason.AUDIT_UNAVAILABLE)));
    }

    @Test
    void theStoreIsAskedOncePerAddressAndPurpose() {
        AlteredStore watched = new AlteredStore();
        TestRoad road =
                new TestRoad(watched, "{ id: both, when: always, then: { sign: required, encrypt: required } }");

        road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.BOB),
                TestRoad.toAll("bob@partner.example, carl@partner.example"));

        assertThat(watched.asked())
                .containsExactlyInAnyOrder(
                        "sign alice@example.com", "encrypt bob@partner.example", "encrypt carl@partner.example");
    }

    private static List<Outcome> accepted(int recipients) {
        return Collections.nCopies(recipients, new Outcome(RecordingDelivery.ACCEPTED, false));
    }

    private static CertificateStore brokenKey(Exception cause) {
        return new AlteredStore() {
            @Override
            public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
                return new CertificateChoice.Chosen<>(
                        new BrokenKey(Parties.issued(Parties.ALICE).keyHandle(), cause), List.of());
            }
        };
    }

    private record BrokenKey(KeyHandle key, Exception cause) implements ForwardingKeyHandle {
        @Override
        public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
            if (cause instanceof SignatureException expected) {
                throw expected;
            }
            throw (RuntimeException) cause;
        }

        @Override
        public byte[] recoverContentKey(WrappedContentKey wrapped) {
            if (cause instanceof StoreUnavailableException away) {
                throw away;
            }
            return key.recoverContentKey(wrapped);
        }
    }
}
