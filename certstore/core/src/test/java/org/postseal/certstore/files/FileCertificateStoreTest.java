package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

class FileCertificateStoreTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final MailAddress BOB = MailAddress.of("bob@example.net");
    private static final CertificateAuthority CA = CertificateAuthority.create("Test Root", START, END);

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
    void whatEverybodyCanWriteOrReadIsNotUsed(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.issue(ALICE, KeyAlgorithm.P256, Profile.DUAL, START, END);
        CA.writeStore(directory, List.of(alice), List.of());
        assertThat(FileCertificateStore.load(directory)).isInstanceOf(StoreLoad.Loaded.class);
        Path real = directory.toRealPath();
        Path trust = real.resolve("trust");

        Files.setPosixFilePermissions(trust, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(refused(directory))
                .containsExactly("everybody can write to the folder " + trust + ": chmod o-w " + trust);
        Files.setPosixFilePermissions(trust, PosixFilePermissions.fromString("rwx------"));

        try (Stream<Path> files = Files.list(real)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            }
        }
        assertThat(refused(directory)).isNotEmpty().allMatch(text -> text.startsWith("everybody can write to " + real));
    }

    private static List<String> refused(Path directory) {
        return switch (FileCertificateStore.load(directory)) {
            case StoreLoad.Loaded _ -> List.of();
            case StoreLoad.Refused(List<StoreProblem> problems) ->
                problems.stream().map(StoreProblem::message).toList();
        };
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
    void readsEveryKindOfFile(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.request(ALICE).validity(START, END).issue();
        Files.createDirectories(directory.resolve("trust"));
        Files.write(directory.resolve("trust/root.der"), CA.root().holder().getEncoded());
        CMSSignedDataGenerator bundle = new CMSSignedDataGenerator();
        bundle.addCertificate(CA.issuer().holder());
        bundle.addCertificate(CA.issue(BOB, KeyAlgorithm.P256, Profile.DUAL, START, END)
                .certificate()
                .holder());
        Files.write(
                directory.resolve("chain.p7b"),
                bundle.generate(new CMSAbsentContent()).getEncoded());
        Files.writeString(
                directory.resolve("alice.pem"), "a comment\n" + alice.privateKeyPem() + alice.certificatePem());
        Files.writeString(directory.resolve("README"), "not a certificate");
        Files.writeString(directory.resolve(".hidden.pem"), "not a certificate");
        FileCertificateStore store = store(directory);
        assertThat(store.signingKey(ALICE, KeyPlace.ANYWHERE, NOW)).isInstanceOf(CertificateChoice.Chosen.class);
        assertThat(store.encryptionCertificate(BOB, NOW)).isInstanceOf(CertificateChoice.Chosen.class);
    }

    @Test
    void keyAndCertificateMayStandInDifferentFiles(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.request(ALICE).validity(START, END).issue();
        CA.writeStore(directory, List.of(), List.of(alice.certificate()));
        Files.writeString(directory.resolve("alice-key.pem"), alice.privateKeyPem());
        assertThat(store(directory).signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isInstanceOf(CertificateChoice.Chosen.class);
    }

    @Test
    void aForeignCertificateOverOnesPublicKeyGivesNobodyTheKey(@TempDir Path directory) throws Exception {
        KeyMaterial aliceKey = KeyMaterial.generate(KeyAlgorithm.P256);
        IssuedCertificate alice =
                CA.request(ALICE).key(aliceKey).validity(START, END).issue();
        IssuedCertificate planted = CertificateAuthority.create("Foreign Root", START, END)
                .request(BOB)
                .key(aliceKey)
                .validity(START, END)
                .issue();
        CA.writeStore(directory, List.of(alice), List.of(planted.certificate()));

        assertThat(store(directory).decryptionKeys(BOB)).isEmpty();
        assertThat(store(directory).decryptionKeys(ALICE)).hasSize(1);
    }

    @Test
    void aKeyInAFileOfItsOwnNeedsACertificateThatIsTrusted(@TempDir Path directory) throws Exception {
        IssuedCertificate foreign = CertificateAuthority.create("Foreign Root", START, END)
                .issue(ALICE, KeyAlgorithm.P256, Profile.DUAL, START, END);
        CA.writeStore(directory, List.of(), List.of(foreign.certificate()));
        Path key = Files.writeString(directory.resolve("alice.key"), foreign.privateKeyPem());

        assertThat(FileCertificateStore.load(directory))
                .isEqualTo(new StoreLoad.Refused(List.of(new StoreProblem(
                        key,
                        "private key whose only certificates stand in other files"
                                + " and have no path to a trust anchor"))));

        Files.writeString(key, foreign.certificatePem() + foreign.privateKeyPem());
        assertThat(store(directory).decryptionKeys(ALICE)).hasSize(1);
        assertThat(store(directory).signingKey(ALICE, KeyPlace.ANYWHERE, NOW))
                .isInstanceOf(CertificateChoice.NoneUsable.class);
    }

    @Test
    void everyKindOfKeySurvivesPkcs12(@TempDir Path directory) throws Exception {
        List<IssuedCertificate> own = new ArrayList<>();
        for (KeyAlgorithm algorithm : List.of(
                KeyAlgorithm.RSA2048,
                KeyAlgorithm.P256,
                KeyAlgorithm.P384,
                KeyAlgorithm.ED25519,
                KeyAlgorithm.X25519)) {
            own.add(CA.request(MailAddress.of(algorithm + "@example.com"))
                    .algorithm(algorithm)
                    .profile(algorithm == KeyAlgorithm.X25519 ? Profile.ENCRYPT : Profile.SIGN)
                    .validity(START, END)
                    .issue());
        }
        CA.writeStore(directory, own, List.of());
        FileCertificateStore store = store(directory);
        for (IssuedCertificate each : own) {
            MailAddress address = each.certificate().addresses().getFirst();
            boolean signs = each.certificate().keyKind().canSign();
            assertThat(store.signingKey(address, KeyPlace.ANYWHERE, NOW) instanceof CertificateChoice.Chosen)
                    .isEqualTo(signs);
            if (!signs) {
                assertThat(store.decryptionKeys(address)).hasSize(1);
            }
        }
    }

    @Test
    void tellsEveryProblemAtOnce(@TempDir Path directory) throws Exception {
        IssuedCertificate alice = CA.request(ALICE).validity(START, END).issue();
        CA.writeStore(directory, List.of(), List.of());
        Path trust = directory.resolve("trust");
        Files.write(directory.resolve("a-wrong.p12"), alice.pkcs12("right".toCharArray()));
        Files.writeString(directory.resolve("a-wrong.p12.password"), "wrong\n");
        Files.write(directory.resolve("b-without.pfx"), alice.pkcs12("right".toCharArray()));
        Files.writeString(directory.resolve("c-text.pem"), "hello");
        Files.writeString(directory.resolve("d-empty.pem"), "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n");
        Files.writeString(directory.resolve("e-key.pem"), alice.privateKeyPem());
        Files.writeString(
                directory.resolve("f-encrypted.pem"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        Files.writeString(
                directory.resolve("g-broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Files.writeString(directory.resolve("h-der.der"), "x");
        Files.writeString(directory.resolve("i-half.p12"), "0");
        Files.writeString(directory.resolve("i-half.p12.password"), "x");
        Files.writeString(trust.resolve("key.pem"), alice.privateKeyPem());

        assertThat(FileCertificateStore.load(directory))
                .isInstanceOfSatisfying(
                        StoreLoad.Refused.class,
                        refused -> assertThat(refused.problems())
                                .containsExactlyInAnyOrder(
                                        new StoreProblem(directory.resolve("a-wrong.p12"), "wrong password"),
                                        new StoreProblem(
                                                directory.resolve("b-without.pfx"),
                                                "password file b-without.pfx.password is missing"),
                                        new StoreProblem(
                                                directory.resolve("c-text.pem"), "neither a certificate nor PKCS #7"),
                                        new StoreProblem(directory.resolve("d-empty.pem"), "no certificate in file"),
                                        new StoreProblem(
                                                directory.resolve("e-key.pem"), "private key without a certificate"),
                                        new StoreProblem(
                                                directory.resolve("f-encrypted.pem"),
                                                "encrypted private keys are read from PKCS #12 only"),
                                        new StoreProblem(
                                                directory.resolve("g-broken.pem"),
                                                "certificate refused: malformed certificate"),
                                        new StoreProblem(
                                                directory.resolve("h-der.der"), "neither a certificate nor PKCS #7"),
                                        new StoreProblem(directory.resolve("i-half.p12"), "malformed PKCS #12"),
                                        new StoreProblem(
                                                trust.resolve("key.pem"),
                                                "a private key has no place among the trust anchors")));
    }

    @Test
    void aFileOverSixteenMebibytesIsNotRead(@TempDir Path directory) throws Exception {
        CA.writeStore(directory, List.of(), List.of());
        Path big = directory.resolve("big.pem");
        try (var file = new java.io.RandomAccessFile(big.toFile(), "rw")) {
            file.setLength((16L << 20) + 1);
        }
        assertThat(FileCertificateStore.load(directory))
                .isEqualTo(new StoreLoad.Refused(List.of(new StoreProblem(big, "file larger than 16777216 octets"))));
    }

    @Test
    void damagedFilesAreProblemsAndNothingElse(@TempDir Path directory) throws Exception {
        MailCertificate bob = certificate(CA.request(BOB).validity(START, END));
        CMSSignedDataGenerator bag = new CMSSignedDataGenerator();
        bag.addCertificate(bob.holder());
        List<byte[]> whole = List.of(
                bob.holder().getEncoded(), bag.generate(new CMSAbsentContent()).getEncoded());
        Random random = new Random(1);
        for (int i = 0; i < 600; i++) {
            byte[] octets = whole.get(i % 2).clone();
            for (int flips = 1 + i % 3; flips > 0; flips--) {
                octets[random.nextInt(i % 5 == 0 ? octets.length : 60)] = (byte) random.nextInt(256);
            }
            Files.write(directory.resolve(i + ".der"), octets);
        }
        assertThat(FileCertificateStore.load(directory)).isInstanceOf(StoreLoad.Refused.class);
    }

    @Test
    void withoutAnchorsOrDirectoryThereIsNoStore(@TempDir Path directory) throws Exception {
        assertThat(FileCertificateStore.load(directory.resolve("missing")))
                .isEqualTo(new StoreLoad.Refused(
                        List.of(new StoreProblem(directory.resolve("missing"), "directory cannot be read"))));
        assertThat(FileCertificateStore.load(directory)).isInstanceOf(StoreLoad.Loaded.class);
        Files.writeString(
                directory.resolve("alice.pem"),
                CA.request(ALICE).validity(START, END).issue().certificatePem());
        assertThat(FileCertificateStore.load(directory))
                .isEqualTo(new StoreLoad.Refused(List.of(new StoreProblem(
                        directory.resolve("trust"), "no trust anchor, so no certificate could ever be used"))));
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

    private static FileCertificateStore store(Path directory) {
        StoreLoad load = FileCertificateStore.load(directory);
        assertThat(load).isInstanceOf(StoreLoad.Loaded.class);
        return ((StoreLoad.Loaded) load).store();
    }

    private static MailCertificate certificate(CertificateRequest request) {
        return request.issue().certificate();
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
