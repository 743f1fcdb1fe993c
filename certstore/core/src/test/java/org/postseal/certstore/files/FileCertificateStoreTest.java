package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

class FileCertificateStoreTest extends FileCertificateStoreFixture {
    @Test
    void findsOwnKeysAndPartnersCertificates(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.issue(ALICE, KeyAlgorithm.P256, Profile.DUAL, START, END);
        IssuedCertificate bob = CA.issue(BOB, KeyAlgorithm.P256, Profile.DUAL, START, END);
        CA.writeStore(directory, List.of(alice), List.of(bob.certificate()));

        StoreLoad load = FileCertificateStore.load(directory);
        assertThat(load).isInstanceOf(StoreLoad.Loaded.class);
        FileCertificateStore store = ((StoreLoad.Loaded) load).store();

        CertificateChoice<KeyHandle> signing = store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW);
        assertThat(signing).isInstanceOf(CertificateChoice.Chosen.class);
        KeyHandle key = ((CertificateChoice.Chosen<KeyHandle>) signing).choice();
        assertThat(key.certificate()).isEqualTo(alice.certificate());
        assertThat(key.chain()).containsExactly(CA.issuer());
        CertificateChoice<MailCertificate> encryption = store.encryptionCertificate(BOB, NOW);
        assertThat(((CertificateChoice.Chosen<MailCertificate>) encryption).choice())
                .isEqualTo(bob.certificate());
        assertThat(store.signingKey(BOB, KeyPlace.ANYWHERE, NOW)).isInstanceOf(CertificateChoice.NoneUsable.class);
        assertThat(store.decryptionKeys(BOB)).isEmpty();
    }

    @Test
    void takesTheNewestAndSaysWhyNoneOfTheOthers(@TempDir Path directory) throws Exception {
        Instant spring = Instant.parse("2026-03-01T00:00:00Z");
        Instant future = NOW.plus(Duration.ofDays(30));
        CertificateAuthority foreignCa = CertificateAuthority.create("Foreign Root", START, END);
        MailCertificate oldest = certificate(CA.request(BOB).validity(START, END));
        MailCertificate newest = certificate(CA.request(BOB).validity(spring, NOW.plus(Duration.ofDays(1))));
        MailCertificate newestAndLonger = certificate(CA.request(BOB).validity(spring, END));
        MailCertificate expired = certificate(CA.request(BOB).validity(spring.plusSeconds(1), NOW.minusSeconds(1)));
        MailCertificate early = certificate(CA.request(BOB).validity(future, END));
        MailCertificate signOnly =
                certificate(CA.request(BOB).validity(spring.plusSeconds(2), END).profile(Profile.SIGN));
        MailCertificate server = certificate(
                CA.request(BOB).validity(spring.plusSeconds(3), END).extendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        MailCertificate untrusted = certificate(foreignCa.request(BOB).validity(spring.plusSeconds(4), END));
        MailCertificate nameless =
                certificate(CA.request(BOB).validity(spring.plusSeconds(5), END).withoutAlternativeName());
        MailCertificate foreignAddress = certificate(CA.request(ALICE).validity(spring.plusSeconds(6), END));
        CA.writeStore(
                directory,
                List.of(),
                List.of(
                        oldest,
                        newest,
                        newestAndLonger,
                        expired,
                        early,
                        signOnly,
                        server,
                        untrusted,
                        nameless,
                        foreignAddress));

        CertificateChoice<MailCertificate> choice = store(directory).encryptionCertificate(BOB, NOW);

        assertThat(withoutEvidence(choice))
                .isEqualTo(new CertificateChoice.Chosen<>(
                        newestAndLonger,
                        List.of(
                                considered(newestAndLonger, new CertificateStatus.Usable()),
                                considered(newest, new CertificateStatus.Usable()),
                                considered(oldest, new CertificateStatus.Usable()),
                                considered(early, new CertificateStatus.NotYetValid(future)),
                                considered(untrusted, new CertificateStatus.Untrusted("no path to a trust anchor")),
                                considered(expired, new CertificateStatus.Expired(NOW.minusSeconds(1))),
                                considered(
                                        server, new CertificateStatus.WrongUsage("extKeyUsage has no emailProtection")),
                                considered(
                                        signOnly, new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")))));
    }

    @Test
    void sameDatesAreSettledByTheLowestId(@TempDir Path directory) throws Exception {
        List<MailCertificate> equals = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            equals.add(certificate(CA.request(BOB).validity(START, END)));
        }
        CA.writeStore(directory, List.of(), equals);
        MailCertificate lowest = equals.stream()
                .min(Comparator.comparing(each -> each.id().hex()))
                .orElseThrow();
        assertThat(((CertificateChoice.Chosen<MailCertificate>) store(directory).encryptionCertificate(BOB, NOW))
                        .choice())
                .isEqualTo(lowest);
    }

    @Test
    void noneUsableTellsTheBestReason(@TempDir Path directory) throws Exception {
        MailCertificate signOnly =
                certificate(CA.request(BOB).validity(START, END).profile(Profile.SIGN));
        MailCertificate expired = certificate(CA.request(BOB).validity(START, NOW.minusSeconds(1)));
        CA.writeStore(directory, List.of(), List.of(signOnly, expired));
        FileCertificateStore store = store(directory);
        assertThat(store.encryptionCertificate(BOB, NOW))
                .isEqualTo(new CertificateChoice.NoneUsable<>(
                        new CertificateStatus.Expired(NOW.minusSeconds(1)),
                        List.of(
                                considered(expired, new CertificateStatus.Expired(NOW.minusSeconds(1))),
                                considered(
                                        signOnly, new CertificateStatus.WrongUsage("keyUsage has no keyAgreement")))));
        assertThat(store.encryptionCertificate(ALICE, NOW))
                .isEqualTo(new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of()));
        assertThat(store.signingKey(BOB, KeyPlace.ANYWHERE, NOW))
                .isEqualTo(new CertificateChoice.NoneUsable<>(new CertificateStatus.Missing(), List.of()));
    }

    @Test
    void expiredKeysStillOpenAndNeverSign(@TempDir Path directory) throws Exception {
        IssuedCertificate old =
                CA.request(ALICE).validity(START, NOW.minusSeconds(1)).issue();
        IssuedCertificate signer = CA.request(ALICE)
                .algorithm(KeyAlgorithm.ED25519)
                .profile(Profile.SIGN)
                .validity(NOW, END)
                .issue();
        IssuedCertificate bobs = CA.request(BOB).validity(START, END).issue();
        CA.writeStore(directory, List.of(old, signer, bobs), List.of());
        FileCertificateStore store = store(directory);
        assertThat(store.decryptionKeys(ALICE))
                .extracting(KeyHandle::certificate)
                .containsExactly(old.certificate());
        assertThat(((CertificateChoice.Chosen<KeyHandle>) store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                        .choice()
                        .certificate())
                .isEqualTo(signer.certificate());
    }

    @Test
    void reloadMakesANewStoreAndLeavesTheOldOne(@TempDir Path directory) throws Exception {
        CA.writeStore(directory, List.of(), List.of());
        FileCertificateStore before = store(directory);
        CA.writeStore(directory, List.of(), List.of(certificate(CA.request(BOB).validity(START, END))));
        FileCertificateStore after = ((StoreLoad.Loaded) before.reload()).store();
        assertThat(before.encryptionCertificate(BOB, NOW)).isInstanceOf(CertificateChoice.NoneUsable.class);
        assertThat(after.encryptionCertificate(BOB, NOW)).isInstanceOf(CertificateChoice.Chosen.class);
    }

    private static CertificateChoice<MailCertificate> withoutEvidence(CertificateChoice<MailCertificate> choice) {
        List<CertificateChoice.Considered> considered = choice.considered().stream()
                .map(each -> new CertificateChoice.Considered(each.id(), each.source(), each.status()))
                .toList();
        return switch (choice) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) ->
                new CertificateChoice.Chosen<>(certificate, considered);
            case CertificateChoice.NoneUsable<MailCertificate>(CertificateStatus status, var _) ->
                new CertificateChoice.NoneUsable<>(status, considered);
        };
    }

    private static CertificateChoice.Considered considered(MailCertificate certificate, CertificateStatus status) {
        return new CertificateChoice.Considered(certificate.id(), "files", status);
    }
}
