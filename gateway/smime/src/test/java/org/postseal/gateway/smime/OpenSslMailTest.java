package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.LegacyAlgorithm;

/** We read what {@code openssl cms} makes. */
@Tag("thorough")
class OpenSslMailTest extends OpenSslFixture {
    @ParameterizedTest
    @CsvSource({
        "RSA2048, -md sha256, ''",
        "RSA2048, -md sha512, -keyopt rsa_padding_mode:pss",
        "RSA2048, -md sha256 -nodetach, ''",
        "RSA2048, -md sha256 -nodetach -stream -indef, ''",
        "P256, -md sha256 -keyid, ''",
        "P384, -md sha384 -nodetach, ''",
        "ED25519, -md sha512, ''"
    })
    void signsWhatWeVerify(KeyAlgorithm key, String options, String keyOptions) throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, key);
        List<String> arguments = new ArrayList<>(List.of(
                "-signer",
                pem("alice", alice.certificate()),
                "-inkey",
                key("alice", alice),
                "-certfile",
                pem("issuer", Pki.CA.issuer())));
        arguments.addAll(keyOptions.isEmpty() ? List.of() : List.of(keyOptions.split(" ")));
        RawMessage mail = made("-sign " + options, arguments.toArray(String[]::new));

        assertThat(Mail.verify(mail))
                .isEqualTo(new SignatureVerdict.Valid(
                        alice.certificate(), List.of(alice.certificate(), Pki.CA.issuer(), Pki.CA.root())));
    }

    @Test
    void oldDigestIsNotBelieved() throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
        RawMessage mail = made("-sign -md sha1", "-signer", pem("a", alice.certificate()), "-inkey", key("a", alice));

        assertThat(Mail.verify(mail))
                .isEqualTo(new SignatureVerdict.Unverifiable(
                        SignatureVerdict.Cause.ALGORITHM_WEAK, Optional.of(alice.certificate())));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, -aes128, ''",
        "RSA2048, -aes256, -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
        "RSA2048, -aes-256-gcm, -keyopt rsa_padding_mode:oaep",
        "RSA2048, -aes-128-gcm -keyid, ''",
        "RSA2048, -aes192 -stream, ''",
        "P256, -aes256, ''",
        "P256, -aes-256-gcm, -keyopt ecdh_kdf_md:sha256",
        "P384, -aes-192-gcm -keyid, ''",
        "RSA2048, -aes256, -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha384",
        "RSA2048, -aes256, -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha512 -keyopt rsa_mgf1_md:sha1",
        "P521, -aes256, -keyopt ecdh_kdf_md:sha512",
        "P384, -aes-256-gcm, -keyopt ecdh_kdf_md:sha384",
        "BRAINPOOLP512R1, -aes-256-gcm, -keyopt ecdh_kdf_md:sha512",
        "P256, -aes128, -keyopt ecdh_kdf_md:sha224",
        "P256, -aes128 -wrap id-aes256-wrap, -keyopt ecdh_cofactor_mode:1"
    })
    void encryptsWhatWeOpen(KeyAlgorithm key, String cipher, String recipientOptions) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, key);
        List<String> arguments = new ArrayList<>(List.of("-recip", pem("bob", bob.certificate())));
        arguments.addAll(recipientOptions.isEmpty() ? List.of() : List.of(recipientOptions.split(" ")));
        RawMessage mail = made("-encrypt " + cipher, arguments.toArray(String[]::new));

        expectSoundFor(mail, bob.certificate());
        assertThat(Mail.text(Mail.opened(mail, bob.keyHandle()))).endsWith("MIME-Version: 1.0\r\n" + ENTITY);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, -des3, TRIPLE_DES",
        "P256, -des3, TRIPLE_DES",
        "P384, -des3 -wrap id-aes256-wrap, TRIPLE_DES",
        "RSA2048, -des-cbc, DES",
        "RSA2048, -rc2-40, RC2_40",
        "RSA2048, -rc2-64, RC2_64",
        "RSA2048, -rc2-128, RC2_128"
    })
    void oldCiphersAreOpenedOnlyByName(KeyAlgorithm key, String cipher, LegacyAlgorithm algorithm) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, key);
        RawMessage mail =
                made("-encrypt -provider default -provider legacy " + cipher, "-recip", pem("bob", bob.certificate()));
        expectSoundFor(mail, bob.certificate());

        OpenResult notAllowed = new OpenResult.NotOpened(OpenResult.Cause.CIPHER_NOT_ALLOWED);
        LegacyReading others = new LegacyReading(EnumSet.complementOf(EnumSet.of(algorithm)));
        assertThat(Mail.open(mail, bob.keyHandle())).isEqualTo(notAllowed);
        assertThat(Mail.open(mail, others, bob.keyHandle())).isEqualTo(notAllowed);
        assertThat(Mail.open(mail, new LegacyReading(Set.of(algorithm)), bob.keyHandle()))
                .isInstanceOfSatisfying(
                        OpenResult.Opened.class,
                        opened -> assertThat(opened.isAuthenticated()).isFalse());
        assertThat(Mail.text(Mail.opened(mail, bob.keyHandle()))).endsWith("MIME-Version: 1.0\r\n" + ENTITY);
    }

    @Test
    void itsCiphertextForSeveralIsForEachAndForNobodyElse() throws Exception {
        MailCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048).certificate();
        MailCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate();
        RawMessage mail = made("-encrypt -aes-256-gcm -keyid", pem("bob", bob), pem("alice", alice));

        expectSoundFor(mail, bob);
        expectSoundFor(mail, alice);
        assertThat(CiphertextMutationTest.read(mail))
                .isInstanceOfSatisfying(
                        SenderEncryption.Sound.class,
                        sound -> assertThat(sound.isFor(Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048)
                                        .certificate()))
                                .isFalse());
    }

    @ParameterizedTest
    @CsvSource({"''", "-nodetach", "-nodetach -stream -indef"})
    void itsCiphertextWithinItsSignatureIsSound(String options) throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        String encrypted = directory.resolve("encrypted").toString();
        Path entity = Files.writeString(directory.resolve("entity"), ENTITY);
        run("-encrypt", "-aes256", "-in", entity.toString(), "-out", encrypted, pem("bob", bob.certificate()));
        Path canonical = Files.writeString(
                directory.resolve("canonical"),
                read(Path.of(encrypted)).replace("\r\n", "\n").replace("\n", "\r\n"));
        Path out = directory.resolve("out.eml");
        List<String> command = new ArrayList<>(List.of("-sign", "-md", "sha256"));
        command.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
        command.addAll(List.of("-in", canonical.toString(), "-out", out.toString(), "-signer"));
        command.addAll(List.of(pem("a", alice.certificate()), "-inkey", key("a", alice)));
        run(command.toArray(String[]::new));

        String text = read(out).replace("\r\n", "\n").replace("\n", "\r\n");
        expectSoundFor(Mail.of("From: alice@example.com\r\n" + text), bob.certificate());
    }

    @Test
    void aPasswordBesideTheKeyMakesItDoubtful() throws Exception {
        MailCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048).certificate();
        assertThat(CiphertextMutationTest.read(made("-encrypt -aes256 -pwri_password x", pem("bob", bob))))
                .isInstanceOfSatisfying(
                        SenderEncryption.Doubtful.class,
                        doubtful -> assertThat(doubtful.doubt()).isEqualTo(EncryptionDoubt.NO_PUBLIC_KEY));
        assertThat(CiphertextMutationTest.read(made("-encrypt -aes256 -pwri_password x")))
                .isInstanceOf(SenderEncryption.Doubtful.class);
        assertThat(CiphertextMutationTest.read(
                        made("-encrypt -aes256 -secretkey 00112233445566778899aabbccddeeff" + " -secretkeyid 01")))
                .isInstanceOf(SenderEncryption.Doubtful.class);
    }

    private RawMessage made(String what, String... arguments) throws Exception {
        Path entity = Files.writeString(directory.resolve("entity"), ENTITY);
        Path out = directory.resolve("made.eml");
        List<String> command = new ArrayList<>(List.of(what.strip().split(" ")));
        command.addAll(List.of("-in", entity.toString(), "-out", out.toString()));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
        String text = Files.readString(out, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
        return Mail.of("From: alice@example.com\r\n" + text);
    }
}
