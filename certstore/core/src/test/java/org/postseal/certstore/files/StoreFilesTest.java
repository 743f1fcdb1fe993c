package org.postseal.certstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Tests which files of a store are read, and what is a problem. */
class StoreFilesTest extends FileCertificateStoreFixture {
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
}
