package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** While the policy is only observed, everything leaves as it came, and the record says what would have been done. */
class ObservedTest {
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n");

    @ParameterizedTest
    @EnumSource(Peer.Protocol.class)
    void whatWouldBeSealedOrRefusedLeavesInOneCopyAsItCame(Peer.Protocol protocol) {
        TestRoad road =
                road("{ id: seal, when: { direction: outbound }, then: { sign: required, encrypt: required } }");
        String message =
                "X-Postseal-Quarantine: forged\r\nAuthentication-Results: postseal.gw.example.com; smime=pass\r\n"
                        + TestRoad.toAll("bob@partner.example, nobody@partner.example");

        assertThat(road.send(Letter.submitted(protocol, Parties.BOB, Parties.NOBODY, Parties.CARL), message))
                .containsOnly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent()).hasSize(1);
        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Relayed.class);
        assertThat(sent.octets()).isEqualTo(TestRoad.octets(message));
        assertThat(sent.permitted()).containsExactlyInAnyOrder(Parties.BOB, Parties.NOBODY, Parties.CARL);
        assertThat(sent.trace()).startsWith("Received: from ").hasLineCount(3 - 1);
        assertThat(road.audited(done -> done.decision().isObserved())).containsOnly(true);
        assertThat(road.audited(done -> done.decision().word())).containsExactly("deliver", "reject", "deliver");
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly(
                        "signed SHA256, encrypted AES256_CBC ECDH", "", "signed SHA256, encrypted AES256_CBC ECDH");
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.empty(), Optional.of("NO_RECIPIENT_CERTIFICATE"), Optional.empty());
        assertThat(road.audited(done -> done.delivery().reply())).containsOnly(RecordingDelivery.ACCEPTED.toString());
        assertThat(road.audited(done -> done.delivery().unit())).containsOnly(Optional.of(1));
    }

    @ParameterizedTest
    @CsvSource({"reject, reject, POLICY_REFUSED", "defer, defer, POLICY_DEFERRED", "redirect, redirect, POLICY_REFUSED"
    })
    void whatARuleWouldStopGoesOnToItsRecipient(String then, String decision, String reason) {
        TestRoad road = road("{ id: no, when: always, then: " + then + " }");

        assertThat(road.send(Letter.inbound(SMTP, Parties.ALICE), FROM_BOB))
                .containsExactly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().recipients()).containsExactly("alice@example.com");
        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(FROM_BOB));
        assertThat(road.audited(done -> done.decision().word())).containsExactly(decision);
        assertThat(road.audited(done -> done.decision().reason())).containsExactly(Optional.of(reason));
    }

    @Test
    void ciphertextStaysCiphertextAndIsSaidToBeOpened() throws Exception {
        TestRoad road = road();
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);
        MailParameters full = MailParameters.NONE.withRet(MailParameters.Ret.FULL);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM).with(full), RawMessage.of(sealed));

        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().octets()).isEqualTo(sealed);
        assertThat(road.sent().getFirst().envelope().parameters()).isEqualTo(full);
        assertThat(road.audited(done -> done.protection().added())).containsExactly("opened AES256_GCM", "kept");
        assertThat(road.audited(done -> done.protection().handled().done())).containsExactly("opened", "kept_closed");
    }

    @Test
    void aVerdictIsOnRecordAndNotInTheMessage() throws Exception {
        TestRoad road = road();
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB);

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(signed));

        assertThat(road.sent().getFirst().octets()).isEqualTo(signed);
        assertThat(road.sent().getFirst().trace()).startsWith("Received: ");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid");
    }

    @Test
    void whoMayNotRelayMayNotAndTheOthersGetTheirs() {
        TestRoad road = road();

        assertThat(road.send(Letter.inbound(LMTP, Parties.CARL, Parties.ALICE).untrusted(), FROM_BOB))
                .containsExactly(Reply.of(Reason.RELAY_DENIED), RecordingDelivery.ACCEPTED);
        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().permitted()).containsExactly(Parties.ALICE);

        assertThat(road.send(Letter.inbound(LMTP, Parties.CARL).untrusted(), FROM_BOB))
                .containsExactly(Reply.of(Reason.RELAY_DENIED));
        assertThat(road.sent()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"reject: { text: Not now }, reject", "redirect: quarantine@example.com, redirect"})
    void nobodyIsToldOfWhatDidNotHappen(String then, String decision) {
        TestRoad road = road("{ id: no, when: always, then: { " + then + ", notify: sender } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent()).hasSize(1);
        assertThat(road.audit().notices()).isEmpty();
        assertThat(road.audited(done -> done.decision().word())).containsExactly(decision);
    }

    @Test
    void oneWhoWouldFailWithAnotherGetsHisAndThatIsOnRecord() {
        TestRoad road = road("{ id: all, when: { direction: outbound },"
                + " then: { encrypt: required, onMissingCertificate: rejectAll } }");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY), TestRoad.toAll("bob@partner.example")))
                .containsOnly(RecordingDelivery.ACCEPTED);
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("REFUSED_WITH_OTHERS"), Optional.of("NO_RECIPIENT_CERTIFICATE"));
    }

    @Test
    void loopsAreRefusedAsEver() {
        TestRoad road = road();

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), "Received: by x\r\n".repeat(100) + FROM_BOB))
                .containsExactly(Reply.of(Reason.MAIL_LOOP));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void nobodysMailWaitsForAStoreThatIsDown() throws Exception {
        StoreUnavailableException down = new StoreUnavailableException("token gone", new IOException());
        TestRoad road = road(new AlteredStore() {
            @Override
            public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                throw down;
            }
        });
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed)))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.audited(done -> done.decision().word())).containsExactly("defer");
        assertThat(road.audited(done -> done.decision().reason())).containsExactly(Optional.of("STORE_UNAVAILABLE"));
        assertThat(road.audited(done -> done.decision().detail())).containsExactly(Optional.of("token gone"));
    }

    @Test
    void nobodysMailWaitsForAFault() {
        TestRoad road = road(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<MailCertificate> encryptionCertificate(
                            MailAddress recipient, Instant time) {
                        throw new IllegalStateException("bug");
                    }
                },
                "{ id: enc, when: { direction: outbound }, then: { encrypt: required } }");
        String message = TestRoad.toAll("bob@partner.example");

        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.ALICE), message))
                .containsOnly(RecordingDelivery.ACCEPTED);
        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("INTERNAL_ERROR"), Optional.empty());
    }

    @Test
    void whatCannotBeRecordedDoesNotLeaveHereEither() {
        TestRoad road = road();
        road.audit().fill();

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(Reason.AUDIT_UNAVAILABLE));
    }

    private static TestRoad road(String... rules) {
        return road(Parties.STORE, rules);
    }

    private static TestRoad road(CertificateStore store, String... rules) {
        RuleSet loaded = TestRoad.rules(rules);
        return new TestRoad(true, new PolicyInForce(loaded, Optional.empty(), Optional.of(loaded.observe()), store));
    }
}
