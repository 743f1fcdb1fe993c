package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.SignerReport.Role;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings.Digest;

/**
 * Old mail from outside is opened and believed for recipients whose policy says so. It stays closed and unjudged for
 * the others.
 */
class OldMailTest {
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n");
    private static final EncryptionSettings TRIPLE_DES =
            new EncryptionSettings(EncryptionSettings.Cipher.TRIPLE_DES_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String NOT_OPENED =
            "TripleDES not opened: neither allowLegacyAlgorithms nor readLegacyAlgorithms of the recipient names it";

    private final TestRoad road = TestRoad.with("""
            mailboxPolicies:
              old:
                appliesTo: alice@example.com
                allowLegacyAlgorithms: [TripleDES, SHA1]
                believeDomainSignatures: true
            """);

    @Test
    void oldCiphertextForTwoIsOpenedForWhomThePolicySaysSo() throws Exception {
        byte[] sealed = SealedCopy.encrypt(TRIPLE_DES, FROM_BOB, Parties.ALICE, Parties.ANNA);

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(sealed)))
                .containsOnly(Delivered.ACCEPTED);

        assertThat(road.sent()).hasSize(2);
        assertThat(road.sent().get(0).recipients()).containsExactly("alice@example.com");
        assertThat(SealedCopy.part(road.sent().get(0).octets()))
                .isEqualTo(TestRoad.octets(FROM_BOB.substring(FROM_BOB.indexOf("Content-Type"))));
        assertThat(road.sent().get(1).recipients()).containsExactly("anna@example.com");
        assertThat(road.sent().get(1).octets()).isEqualTo(sealed);
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("opened TRIPLE_DES_CBC, unauthenticated", "kept");
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.empty(), Optional.of("not opened: CIPHER_NOT_ALLOWED"));
        String opened = "TripleDES opened: allowLegacyAlgorithms (user: mailbox policy old)";
        assertThat(old()).containsExactly(List.of(opened), List.of(NOT_OPENED));
        assertThat(road.audited(event -> event.decision().steps().getFirst())).containsExactly(opened, NOT_OPENED);
    }

    @Test
    void twoWithTheSameKeyAndOtherRightsHaveCopiesOfTheirOwn() throws Exception {
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB, Digest.SHA1);

        road.send(Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE, Parties.ADAM), RawMessage.of(signed));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("unverifiable ALGORITHM_WEAK", "valid", "unverifiable ALGORITHM_WEAK");
        assertThat(road.sent())
                .extracting(RecordingDelivery.Sent::recipients)
                .containsExactly(List.of("anna@example.com", "adam@example.com"), List.of("alice@example.com"));
        assertThat(road.sent()).extracting(RecordingDelivery.Sent::octets).containsExactly(signed, signed);
        assertThat(road.sent().get(0).trace().lines().findFirst().orElseThrow()).doesNotContain("smime=pass");
        assertThat(road.sent().get(1).trace().lines().findFirst().orElseThrow()).contains("smime=pass");
        String no =
                "SHA1 not believed: neither allowLegacyAlgorithms nor readLegacyAlgorithms of the recipient names it";
        assertThat(old())
                .containsExactly(
                        List.of(no),
                        List.of("SHA1 believed: allowLegacyAlgorithms (user: mailbox policy old)"),
                        List.of(no));
    }

    @Test
    void anOldSignatureThatIsBelievedIsStillWrongWhenItIs() throws Exception {
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB, Digest.SHA1), StandardCharsets.ISO_8859_1);

        road.send(
                Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE),
                RawMessage.of(TestRoad.octets(signed.replace("Hello", "Hallo"))));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("invalid CONTENT_ALTERED", "invalid CONTENT_ALTERED");
    }

    @Test
    void anOldSignatureUnderACiphertextOfTodayIsJudgedForWhoBelievesIt() throws Exception {
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB, Digest.SHA1);
        byte[] sealed =
                SealedCopy.encrypt(new String(signed, StandardCharsets.ISO_8859_1), Parties.ALICE, Parties.ANNA);

        road.send(Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE), RawMessage.of(sealed));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("unverifiable ALGORITHM_WEAK", "valid");
        assertThat(road.sent()).extracting(RecordingDelivery.Sent::octets).containsExactly(signed, signed);
    }

    @Test
    void mailOfTodayIsOneCopyWhateverTheRights() throws Exception {
        byte[] signed = SealedCopy.sign(FROM_BOB, Parties.BOB);

        road.send(Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE), RawMessage.of(signed));

        assertThat(road.sent()).hasSize(1);
        assertThat(old()).containsOnly(List.of());
    }

    @Test
    void aSignatureOfTheDomainCountsWhereThePolicySaysSo() throws Exception {
        CmsSigner.Signer authority = new CmsSigner.Signer(
                Parties.domainAuthority(Parties.BOB).keyHandle(), Optional.empty(), Optional.empty(), Role.DOMAIN);
        byte[] signed = SealedCopy.sign(FROM_BOB, authority, Digest.SHA256);

        road.send(Letter.inbound(LMTP, Parties.ANNA, Parties.ALICE), RawMessage.of(signed));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("invalid ADDRESS_MISMATCH", "valid");
        assertThat(road.sent()).hasSize(2);
        assertThat(old())
                .containsExactly(
                        List.of(),
                        List.of("signature of the domain of bob@partner.example believed: believeDomainSignatures"
                                + " (user: mailbox policy old)"));
    }

    @Test
    void whoOnlyReadsOldMailReadsItAndWritesNone() throws Exception {
        TestRoad reading = TestRoad.with("""
                mailboxPolicies:
                  archive:
                    appliesTo: [alice@example.com, anna@example.com]
                    readLegacyAlgorithms: [TripleDES, SHA1]
                    RequireSignedSMIMEMessages: true
                    RequireEncryptedSMIMEMessages: true
                    RequireEncryptionSMIMEAlgorithm: TripleDES
                    RequireSignedSMIMEAlgorithm: SHA1
                """);
        byte[] sealed = SealedCopy.encrypt(
                TRIPLE_DES,
                new String(SealedCopy.sign(FROM_BOB, Parties.BOB, Digest.SHA1), StandardCharsets.ISO_8859_1),
                Parties.ALICE);

        reading.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed));
        reading.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        assertThat(reading.audited(done -> done.protection().signature())).containsExactly("valid", "unsigned");
        assertThat(reading.audited(done -> done.protection().added()))
                .containsExactly("opened TRIPLE_DES_CBC", "signed SHA256, encrypted AES256_CBC ECDH");
        assertThat(reading.audited(
                                event -> event.decision().basis().orElseThrow().old())
                        .getFirst())
                .containsExactly(
                        "TripleDES opened: readLegacyAlgorithms (user: mailbox policy archive)",
                        "SHA1 believed: readLegacyAlgorithms (user: mailbox policy archive)");
    }

    private List<List<String>> old() {
        return road.audited(event -> event.decision().basis().orElseThrow().old());
    }
}
