package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Reason;

/** The policy in shadow is on record for every recipient, and has no effect on any. */
class ShadowTest {
    private static final String RELAY = "{ id: relay, when: always, then: { sign: never } }";
    private static final String ENCRYPT = "{ id: enc, when: { direction: outbound }, then: { encrypt: required } }";
    private static final RuleSet NEXT = TestRoad.rules(ENCRYPT);

    @Test
    void itsDecisionIsRecordedBesideTheOneThatCountsAndSaidToDiffer() {
        TestRoad road = road(Parties.STORE, NEXT, RELAY);

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY, Parties.ALICE),
                        TestRoad.toAll("bob@partner.example")))
                .containsOnly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(road.audited(done -> done.decision().rule())).containsExactly("relay", "relay", "relay");
        assertThat(road.audited(done -> done.decision().shadow()))
                .containsExactly(
                        Optional.of(new AuditEvent.Shadow(
                                NEXT.sha256(),
                                "enc",
                                "deliver",
                                "encrypted AES256_CBC PKCS1",
                                "as_received",
                                Optional.empty(),
                                Optional.of(true),
                                Optional.empty())),
                        Optional.of(new AuditEvent.Shadow(
                                NEXT.sha256(),
                                "enc",
                                "reject",
                                "",
                                "",
                                Optional.of("NO_RECIPIENT_CERTIFICATE"),
                                Optional.of(true),
                                Optional.empty())),
                        Optional.of(new AuditEvent.Shadow(
                                NEXT.sha256(),
                                "rest",
                                "deliver",
                                "clear",
                                "as_received",
                                Optional.empty(),
                                Optional.of(false),
                                Optional.empty())));
    }

    @Test
    void aLookUpOfItsOwnThatFailsIsNotKnownAndFailsNoMail() {
        TestRoad road = road(broken(new StoreUnavailableException("directory down", new IOException())), NEXT, RELAY);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.audited(done -> done.decision().shadow()).getFirst())
                .contains(unknown("deferred: certificate of bob@partner.example: directory down"));
    }

    @Test
    void aFaultInItIsNotKnownAndFailsNoMail() {
        TestRoad road = road(broken(new IllegalStateException("bug")), NEXT, RELAY);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.ALICE), TestRoad.toAll("bob@partner.example")))
                .containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(road.audited(done -> done.decision().shadow()).getFirst())
                .contains(unknown("java.lang.IllegalStateException"));
        assertThat(road.audited(done -> done.decision().shadow()).getLast().flatMap(AuditEvent.Shadow::differs))
                .contains(false);
    }

    @Test
    void aLookUpThatTakesTooLongIsNotWaitedFor() {
        CountDownLatch never = new CountDownLatch(1);
        Shadow shadow = new Shadow(
                NEXT,
                new Directory(
                        new AlteredStore() {
                            @Override
                            public CertificateChoice<MailCertificate> encryptionCertificate(
                                    MailAddress recipient, Instant time) {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                return super.encryptionCertificate(recipient, time);
                            }
                        },
                        Parties.NOW,
                        Map.of(),
                        GroupLookup.none()),
                Duration.ZERO);
        shadow.ask(0, toBob(), Optional.of(Parties.ALICE), new SenderEncryption.None());
        shadow.start();
        shadow.finish();

        assertThat(shadow.of(RecipientPlan.failed(0, Recipient.of(Parties.BOB), Reason.INTERNAL_ERROR, "none")))
                .contains(unknown("no answer within 0 ms"));
        never.countDown();
    }

    @Test
    void whoIsNotRuledOnHasNoShadowEither() {
        TestRoad road = road(Parties.STORE, NEXT, RELAY);

        assertThat(road.send(Letter.inbound(LMTP, Parties.CARL).untrusted(), TestRoad.toAll("alice@example.com")))
                .containsExactly(Reply.of(Reason.RELAY_DENIED));
        assertThat(road.send(
                        Letter.inbound(LMTP, Parties.ALICE),
                        "Received: by x\r\n".repeat(100) + TestRoad.toAll("alice@example.com")))
                .containsExactly(Reply.of(Reason.MAIL_LOOP));
        assertThat(road.audited(done -> done.decision().shadow())).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void ofARefusalThatTheOtherPolicyWouldNotHaveMadeBothAreOnRecord() {
        RuleSet next = TestRoad.rules(RELAY);
        TestRoad road = road(Parties.STORE, next, "{ id: no, when: always, then: reject }");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(Reason.POLICY_REFUSED));
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().shadow()).getFirst())
                .contains(new AuditEvent.Shadow(
                        next.sha256(),
                        "relay",
                        "deliver",
                        "clear",
                        "as_received",
                        Optional.empty(),
                        Optional.of(true),
                        Optional.empty()));
    }

    private static TestRoad road(CertificateStore store, RuleSet shadow, String... rules) {
        return new TestRoad(
                true, new PolicyInForce(TestRoad.rules(rules), Optional.of(shadow), Optional.empty(), store));
    }

    private static CertificateStore broken(RuntimeException cause) {
        return new AlteredStore() {
            @Override
            public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
                throw cause;
            }
        };
    }

    private static AuditEvent.Shadow unknown(String why) {
        return new AuditEvent.Shadow(
                NEXT.sha256(), "", "unknown", "", "", Optional.empty(), Optional.empty(), Optional.of(why));
    }

    private static Facts toBob() {
        return new Facts(
                Facts.Peer.of(true),
                new Facts.Message(
                        Optional.of(Parties.ALICE),
                        Optional.of(Parties.ALICE),
                        Map.of(),
                        2_000,
                        "text/plain",
                        Facts.Kind.ORDINARY,
                        Set.of(),
                        Parties.NOW),
                Facts.Existing.NONE,
                Parties.BOB,
                true);
    }
}
