package org.postseal.gateway.admin.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.HardwareKey;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.Brought;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/**
 * Tests keys that cannot be exported, and sources that do not answer. The tests of the commands cover the rest, with
 * real stores.
 */
class ClientKeySelectionTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(Duration.ofDays(9)), NOW.plus(Duration.ofDays(9)));
    private static final IssuedCertificate ON_TOKEN = AUTHORITY.request(ALICE).issue();
    private static final IssuedCertificate IN_SOFTWARE = AUTHORITY
            .request(ALICE)
            .validity(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(8)))
            .issue();

    @Test
    void aKeyOnATokenCannotLeave() {
        assertThat(ClientKeySelection.of(
                        new Store(
                                new HardwareKey(ON_TOKEN.certificate()),
                                List.of(new HardwareKey(ON_TOKEN.certificate()))),
                        ALICE,
                        true,
                        NOW))
                .isEqualTo(new ClientKeySelection.Result.None("the key to sign of certificate " + brief()
                        + " is on a token, which it cannot leave; the key to decrypt of certificate " + brief()
                        + " is on a token, which it cannot leave"));
    }

    @Test
    void theOtherKeyLeavesAndIsNotTheOnlyThingTold() {
        ClientKeySelection.Result result = ClientKeySelection.of(
                new Store(new HardwareKey(ON_TOKEN.certificate()), List.of(IN_SOFTWARE.keyHandle())),
                ALICE,
                false,
                NOW);
        assertThat(result).isInstanceOfSatisfying(ClientKeySelection.Result.Found.class, found -> {
            assertThat(found.keys().keys()).singleElement().satisfies(key -> {
                assertThat(key.certificate()).isEqualTo(IN_SOFTWARE.certificate());
                assertThat(key.purposes()).containsExactly(CertificatePurpose.ENCRYPT);
                assertThat(key.chain()).containsExactly(AUTHORITY.issuer());
                assertThat(key.anchor()).contains(AUTHORITY.root());
            });
            assertThat(found.leftOut())
                    .containsExactly(
                            "the key to sign of certificate " + brief() + " is on a token, which it cannot leave");
        });
    }

    @Test
    void whatStaysOfTheHistoryIsNamed() {
        IssuedCertificate older = AUTHORITY
                .request(ALICE)
                .validity(NOW.minus(Duration.ofDays(9)), NOW.plusSeconds(9))
                .issue();
        IssuedCertificate mlKem = AUTHORITY.issue(
                ALICE, KeyAlgorithm.ML_KEM_768, Profile.ENCRYPT, NOW.minusSeconds(9), NOW.plusSeconds(9));
        IssuedCertificate former = AUTHORITY.issue(
                ALICE, KeyAlgorithm.ML_KEM_768, Profile.ENCRYPT, NOW.minusSeconds(9), NOW.minusSeconds(1));
        Store store = new Store(
                IN_SOFTWARE.keyHandle(),
                List.of(
                        IN_SOFTWARE.keyHandle(),
                        new HardwareKey(older.certificate()),
                        mlKem.keyHandle(),
                        former.keyHandle()));
        String noProgram = " is ML-KEM, which no mail program reads";
        assertThat(leftOut(store, false))
                .containsExactly("the key to decrypt of certificate " + brief(mlKem) + noProgram);
        assertThat(leftOut(store, true))
                .containsExactlyInAnyOrder(
                        "the key to decrypt of certificate " + brief(older) + " is on a token, which it cannot leave",
                        "the key to decrypt of certificate " + brief(mlKem) + noProgram,
                        "the key to decrypt of certificate " + brief(former) + noProgram);
    }

    @Test
    void noOlderKeyStandsInForOneThatNobodyCanJudgeNow() {
        KeyHandle key = IN_SOFTWARE.keyHandle();
        Store store = new Store(key, List.of(key), new CertificateStatus.RevocationOffline("no answer"));
        assertThatThrownBy(() -> ClientKeySelection.of(store, ALICE, false, NOW))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("certificate " + brief(IN_SOFTWARE) + ": ");
    }

    private static List<String> leftOut(Store store, boolean withHistory) {
        return switch (ClientKeySelection.of(store, ALICE, withHistory, NOW)) {
            case ClientKeySelection.Result.Found(ClientKeys keys, List<String> leftOut) -> {
                assertThat(keys.keys())
                        .singleElement()
                        .satisfies(key -> assertThat(key.certificate()).isEqualTo(IN_SOFTWARE.certificate()));
                yield leftOut;
            }
            case ClientKeySelection.Result.None(String why) -> throw new AssertionError(why);
        };
    }

    private static String brief() {
        return brief(ON_TOKEN);
    }

    private static String brief(IssuedCertificate issued) {
        return issued.certificate().id().hex().substring(0, 16);
    }

    /** A store in which every certificate has this status. */
    private record Store(KeyHandle signing, List<KeyHandle> decrypting, CertificateStatus status)
            implements CertificateStore {
        Store(KeyHandle signing, List<KeyHandle> decrypting) {
            this(signing, decrypting, new CertificateStatus.Usable());
        }

        @Override
        public CertificateChoice<MailCertificate> encryptionCertificate(MailAddress recipient, Instant time) {
            return new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of());
        }

        @Override
        public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
            return new CertificateChoice.Chosen<>(signing, List.of());
        }

        @Override
        public List<KeyHandle> decryptionKeys(MailAddress recipient) {
            return decrypting;
        }

        @Override
        public PathVerdict validate(MailCertificate leaf, Brought brought, CertificatePurpose purpose, Instant time) {
            return new PathVerdict(status, List.of(leaf, AUTHORITY.issuer(), AUTHORITY.root()), time);
        }
    }
}
