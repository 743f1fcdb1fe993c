package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.outcome.Reason;

/** Checks how the {@code smime} section and the recipients' capabilities shape the copies. */
class SmimeSettingsTest {
    private static final String ENCRYPT = "{ id: enc, when: { direction: outbound }, then: { encrypt: required } }";
    private static final String BOTH =
            "{ id: both, when: { direction: outbound }, then: { sign: required, encrypt: required } }";
    private static final String TO_BOB = TestRoad.toAll("bob@partner.example");

    @ParameterizedTest
    @CsvSource({
        "0, bob | carl | dora",
        "1, bob | carl dora",
        "2, bob carl dora",
    })
    void blindRecipientsArePartedAsForkingSays(int forking, String copies) {
        TestRoad road = TestRoad.withSmime("OWABCCEncryptedEmailForking: " + forking, Parties.STORE, ENCRYPT);

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA), TO_BOB);

        List<List<String>> expected = java.util.Arrays.stream(copies.split(" \\| "))
                .map(copy -> java.util.Arrays.stream(copy.split(" "))
                        .map(name -> name + "@partner.example")
                        .toList())
                .toList();
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::recipients)).isEqualTo(expected);
        assertThat(road.sent().stream().map(sent -> SealedCopy.readers(sent.octets())))
                .isEqualTo(expected.stream()
                        .map(copy -> SealedCopy.serials(
                                copy.stream().map(MailAddress::of).toArray(MailAddress[]::new)))
                        .toList());
    }

    @Test
    void blindRecipientsBeyondTheLimitComeAgain() {
        TestRoad road = TestRoad.withSmime("maxForks: 1", Parties.STORE, ENCRYPT);

        // Bob is visible. Carl is named twice and gets one copy. Dora would need a second one.
        assertThat(road.send(Letter.submitted(LMTP, Parties.CARL, Parties.DORA, Parties.BOB, Parties.CARL), TO_BOB))
                .containsExactly(
                        RecordingDelivery.ACCEPTED,
                        Reply.of(Reason.TOO_MANY_COPIES),
                        RecordingDelivery.ACCEPTED,
                        RecordingDelivery.ACCEPTED);
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::recipients))
                .containsExactly(
                        List.of("carl@partner.example", "carl@partner.example"), List.of("bob@partner.example"));
    }

    @Test
    void withOneReplyForAllTheSurplusPutsOffWhatIsLeft() {
        TestRoad road = TestRoad.withSmime("maxForks: 1", Parties.STORE, ENCRYPT);

        assertThat(road.send(Letter.submitted(SMTP, Parties.CARL, Parties.DORA, Parties.BOB), TO_BOB))
                .containsOnly(Reply.of(Reason.TOO_MANY_COPIES));
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::recipients))
                .containsExactlyInAnyOrder(List.of("carl@partner.example"), List.of("bob@partner.example"));
    }

    /** Otherwise the message would be refused again at each attempt, and nobody else would get it. */
    @Test
    void withOneReplyForAllARefusalSpeaksBeforeTheSurplus() {
        TestRoad road = TestRoad.withSmime("maxForks: 1", Parties.STORE, ENCRYPT);
        Reply refused = Reply.of(550, "5.1.1", "No such user");
        road.delivery().answer(List.of(List.of(new NextHop.Outcome(refused, false))));

        assertThat(road.send(Letter.submitted(SMTP, Parties.CARL, Parties.DORA, Parties.BOB), TO_BOB))
                .containsOnly(refused);
    }

    @Test
    void tripleWrapSignsOutsideToo() throws IOException {
        TestRoad road = TestRoad.withSmime("OWATripleWrapSignedEncryptedMail: true", Parties.STORE, BOTH);

        road.send(Letter.submitted(LMTP, Parties.BOB), TO_BOB);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Sealed.class);
        MimeEntity outer = SealedCopy.scan(sent.octets());
        assertThat(outer.contentType().is("multipart", "signed")).isTrue();
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("signed SHA256, encrypted AES256_CBC ECDH, signed SHA256");
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(List.of(
                        "sign:" + Parties.issued(Parties.ALICE).certificate().id(),
                        "encrypt:" + Parties.issued(Parties.BOB).certificate().id()));
    }

    @Test
    void onlyHardwareOpensWhereThatIsDemanded() throws Exception {
        byte[] sealed = SealedCopy.encrypt(
                TestRoad.message("From: bob@partner.example\nTo: alice@example.com\n", "Hello\n"), Parties.ALICE);

        TestRoad road = TestRoad.withSmime("OWAOnlyUseSmartCard: true", Parties.STORE);
        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed));
        assertThat(road.sent().getFirst().octets()).isEqualTo(sealed);
    }

    @Test
    void recipientsWhoReadDifferentThingsGetDifferentCopies() {
        TestRoad road = new TestRoad(
                new Said(Map.of(
                        Parties.BOB, List.of(NISTObjectIdentifiers.id_aes256_CBC, NISTObjectIdentifiers.id_aes256_GCM),
                        Parties.CARL, List.of(NISTObjectIdentifiers.id_aes128_CBC))),
                ENCRYPT);

        road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA),
                TestRoad.toAll("bob@partner.example, carl@partner.example, dora@partner.example"));

        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("encrypted AES256_GCM ECDH", "encrypted AES128_CBC ECDH", "encrypted AES256_CBC ECDH");
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::recipients))
                .containsExactly(
                        List.of("bob@partner.example"),
                        List.of("carl@partner.example"),
                        List.of("dora@partner.example"));
    }

    @Test
    void whoReadsNothingOfOursIsRefusedForTheAlgorithm() {
        TestRoad road = new TestRoad(new Said(Map.of(Parties.BOB, List.of(NISTObjectIdentifiers.id_sha256))), ENCRYPT);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TO_BOB))
                .containsExactly(Reply.of(Reason.ALGORITHM_NOT_ALLOWED));
    }

    @Test
    void capabilitiesThatCannotBeReadDefer() {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
                        throw new StoreUnavailableException("database is locked");
                    }
                },
                ENCRYPT);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), TO_BOB))
                .containsExactly(Reply.of(Reason.CERTIFICATE_LOOKUP_FAILED));
    }

    /** The store of the parties, which remembers the capabilities that some of them announced. */
    private static final class Said extends AlteredStore {
        private final Map<MailAddress, List<ASN1ObjectIdentifier>> reads;

        Said(Map<MailAddress, List<ASN1ObjectIdentifier>> reads) {
            this.reads = reads;
        }

        @Override
        public Optional<SmimeCapabilities> capabilities(MailCertificate certificate) {
            return Optional.ofNullable(reads.get(certificate.addresses().getFirst()))
                    .map(oids -> new SmimeCapabilities(
                            oids.stream().map(AlgorithmIdentifier::new).toList()));
        }
    }
}
