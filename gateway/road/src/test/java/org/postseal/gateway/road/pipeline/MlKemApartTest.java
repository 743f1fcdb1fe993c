package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/**
 * Readers with ML-KEM never share a copy with readers without it, since NSS opens nothing that has a KEMRecipientInfo.
 * Bob and the archive have an ML-KEM certificate beside the other one; Eva and the vault have no other.
 */
class MlKemApartTest {
    private static final MailAddress EVA = MailAddress.of("eva@partner.example");
    private static final MailAddress VAULT = MailAddress.of("vault@example.com");
    private static final Map<MailAddress, MailCertificate> BESIDE =
            Map.of(Parties.BOB, mlKem(Parties.BOB), Parties.ARCHIVE, mlKem(Parties.ARCHIVE));
    private static final Map<MailAddress, MailCertificate> ONLY = Map.of(EVA, mlKem(EVA), VAULT, mlKem(VAULT));
    private static final String ALL =
            TestRoad.toAll("bob@partner.example, carl@partner.example, dora@partner.example, eva@partner.example");

    @ParameterizedTest
    @CsvSource({
        "mlKem: beside, bob eva | carl dora, bob+ bob eva+ | carl dora",
        "mlKem: alone, bob eva | carl dora, bob+ eva+ | carl dora",
        "'keyAlgorithms: [RSA, EC]', bob carl dora, bob carl dora"
    })
    void visibleRecipientsArePartedByTheirKeys(String settings, String copies, String read) {
        TestRoad road = road(settings, "");

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, EVA, Parties.DORA), ALL);

        assertThat(sentTo(road)).isEqualTo(copies(copies));
        assertThat(readers(road)).isEqualTo(serials(read));
    }

    /** Each blind recipient has a copy of their own anyway. If several share one, only those who read alike do. */
    @ParameterizedTest
    @CsvSource({"0, carl | bob | dora | eva", "1, carl | bob eva | dora", "2, carl dora | bob eva"})
    void blindRecipientsToo(int forking, String copies) {
        TestRoad road = road("mlKem: beside", "smime: { OWABCCEncryptedEmailForking: " + forking + " }\n");

        road.send(
                Letter.submitted(LMTP, Parties.CARL, Parties.BOB, Parties.DORA, EVA),
                TestRoad.toAll("carl@partner.example"));

        assertThat(sentTo(road)).isEqualTo(copies(copies));
    }

    @Test
    void theLimitCountsCopiesForOneBlindRecipientEach() {
        TestRoad road = road("mlKem: beside", "smime: { maxForks: 1 }\n");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.CARL, EVA, Parties.DORA),
                        TestRoad.toAll("bob@partner.example, carl@partner.example")))
                .containsExactly(
                        RecordingDelivery.ACCEPTED,
                        RecordingDelivery.ACCEPTED,
                        RecordingDelivery.ACCEPTED,
                        Reply.of(Reason.TOO_MANY_COPIES));
        assertThat(sentTo(road)).isEqualTo(copies("bob | carl | eva"));
    }

    /** A further reader who has no other certificate must be able to read it all the same. */
    @ParameterizedTest
    @CsvSource({
        "mlKem: beside, archive@example.com, bob+ bob archive+ archive | carl archive",
        "mlKem: alone, archive@example.com, bob+ archive+ | carl archive",
        "mlKem: beside, vault@example.com, bob+ bob vault+ | carl vault+"
    })
    void aReaderReadsTheCopyOfOthersByHisOtherCertificate(String settings, String reader, String read) {
        TestRoad road = road(settings + ", encryptFor: " + reader, "");

        road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.CARL),
                TestRoad.toAll("bob@partner.example, carl@partner.example"));

        assertThat(readers(road)).isEqualTo(serials(read));
        List<Set<String>> recorded = road.audited(done -> done.protection().readers()).stream()
                .<Set<String>>map(HashSet::new)
                .toList();
        String[] copies = read.split(" \\| ");
        assertThat(recorded)
                .isEqualTo(Arrays.stream(copies)
                        .map(copy -> recorded(reader, copy))
                        .toList());
    }

    @Test
    void onlyHeWaitsOfWhomNobodyCanSayWhetherHeHasASecondOne() {
        TestRoad road = road("mlKem: beside", "", new Directory() {
            @Override
            public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
                if (recipient.equals(Parties.CARL)) {
                    throw new StoreUnavailableException("directory is down");
                }
                return super.mlKemCertificate(recipient, time);
            }
        });

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA), ALL))
                .containsExactly(
                        RecordingDelivery.ACCEPTED, Reply.of(Reason.STORE_UNAVAILABLE), RecordingDelivery.ACCEPTED);
        assertThat(sentTo(road)).isEqualTo(copies("bob | dora"));
    }

    private static TestRoad road(String settings, String lines) {
        return road(settings, lines, new Directory());
    }

    private static TestRoad road(String settings, String lines, AlteredStore store) {
        return TestRoad.with(
                lines + "mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true, " + settings + " } }\n",
                store);
    }

    private static MailCertificate mlKem(MailAddress address) {
        return Parties.request(address)
                .algorithm(KeyAlgorithm.ML_KEM_768)
                .profile(Profile.ENCRYPT)
                .issue()
                .certificate();
    }

    private static List<List<String>> sentTo(TestRoad road) {
        return road.sent().stream().map(RecordingDelivery.Sent::recipients).toList();
    }

    private static List<List<String>> copies(String text) {
        return Arrays.stream(text.split(" \\| "))
                .map(copy -> Arrays.stream(copy.split(" "))
                        .map(name -> name + "@partner.example")
                        .toList())
                .toList();
    }

    private static List<Set<BigInteger>> readers(TestRoad road) {
        return road.sent().stream()
                .map(sent -> SealedCopy.readers(sent.octets()))
                .toList();
    }

    /** Reads names; {@code +} behind a name means the ML-KEM certificate. */
    private static List<Set<BigInteger>> serials(String text) {
        return Arrays.stream(text.split(" \\| "))
                .<Set<BigInteger>>map(copy -> new HashSet<>(Arrays.stream(copy.split(" "))
                        .map(MlKemApartTest::certificate)
                        .map(MailCertificate::serialNumber)
                        .toList()))
                .toList();
    }

    private static Set<String> recorded(String reader, String copy) {
        return new HashSet<>(Arrays.stream(copy.split(" "))
                .filter(name -> reader.startsWith(name.replace("+", "") + "@"))
                .map(name -> reader + ":" + certificate(name).id().hex())
                .toList());
    }

    private static MailCertificate certificate(String name) {
        String local = name.replace("+", "");
        MailAddress address = Stream.of(Parties.BOB, Parties.CARL, Parties.DORA, EVA, Parties.ARCHIVE, VAULT)
                .filter(each -> each.toString().startsWith(local + "@"))
                .findFirst()
                .orElseThrow();
        if (!name.endsWith("+")) {
            return Parties.issued(address).certificate();
        }
        return Stream.of(BESIDE, ONLY)
                .filter(each -> each.containsKey(address))
                .map(each -> each.get(address))
                .findFirst()
                .orElseThrow();
    }

    private static class Directory extends AlteredStore {
        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            MailCertificate only = ONLY.get(recipient);
            return only == null
                    ? super.encryptionCertificate(recipient, time)
                    : new CertificateChoice.Chosen<>(only, List.of());
        }

        @Override
        public CertificateChoice<MailCertificate> mlKemCertificate(MailAddress recipient, Instant time) {
            MailCertificate second = BESIDE.get(recipient);
            return second == null
                    ? new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of())
                    : new CertificateChoice.Chosen<>(second, List.of());
        }
    }
}
