package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.protection.SigningSettings;

/** {@code openssl cms} reads what we make, and we read what it makes. */
@Tag("thorough")
class OpenSslPeerTest {
    private static final String ENTITY = "Content-Type: text/plain\r\n\r\nPay 100\r\nto Bob\r\n";

    @TempDir
    Path directory = Path.of("");

    @BeforeAll
    static void find() throws Exception {
        boolean found;
        try {
            found = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException absent) {
            found = false;
        }
        Assumptions.assumeTrue(found || System.getenv("CI") != null, "openssl is not installed");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, SHA256, PKCS1, true",
        "RSA2048, SHA512, PKCS1, false",
        "RSA2048, SHA256, PSS, true",
        "RSA2048, SHA384, PSS, false",
        "P256, SHA256, PKCS1, true",
        "P384, SHA384, PKCS1, true",
        "P521, SHA512, PKCS1, false",
        "ED25519, SHA256, PKCS1, true",
        // OpenSSL 3.5 does not know id-shake256-len, so there is no Ed448 as RFC 8419 has it.
        "ML_DSA_44, SHA256, PKCS1, true",
        "ML_DSA_65, SHA256, PKCS1, false",
        "ML_DSA_87, SHA256, PKCS1, true",
        "RSA2048, SHA1, PKCS1, true",
        "RSA2048, MD5, PKCS1, false",
        "P256, SHA1, PKCS1, true",
    })
    void verifiesWhatWeSign(
            KeyAlgorithm key, SigningSettings.Digest digest, SigningSettings.RsaPadding padding, boolean clear)
            throws Exception {
        RawMessage signed = Mail.sign(
                Mail.of(Mail.OUTER + ENTITY), Pki.key(Pki.ALICE, key), new SigningSettings(digest, padding, clear));

        Path out = directory.resolve("out");
        run("-verify", "-in", file("m.eml", signed), "-CAfile", pem("root", Pki.CA.root()), "-out", out.toString());
        assertThat(read(out)).isEqualTo(ENTITY);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, AES128_CBC, PKCS1",
        "RSA2048, AES192_CBC, OAEP_SHA256",
        "RSA2048, AES256_CBC, PKCS1",
        "RSA2048, AES128_GCM, OAEP_SHA256",
        "RSA2048, AES192_GCM, PKCS1",
        "RSA2048, AES256_GCM, PKCS1",
        "P256, AES256_GCM, PKCS1",
        "P256, AES128_CBC, PKCS1",
        "P384, AES256_CBC, PKCS1",
        "P521, AES256_GCM, PKCS1",
        "RSA2048, AES256_CBC, OAEP_SHA1",
        "RSA2048, AES256_GCM, OAEP_SHA384",
        "RSA2048, AES256_CBC, OAEP_SHA512",
        "P384, AES192_GCM, PKCS1",
        "P521, AES128_CBC, PKCS1"
    })
    void opensWhatWeEncrypt(KeyAlgorithm key, Cipher cipher, RsaKeyTransport transport) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, key);
        RawMessage sealed = Mail.encrypt(
                Mail.of(Mail.OUTER + ENTITY), new EncryptionSettings(cipher, transport), bob.certificate());
        expectSoundFor(sealed, bob.certificate());

        Path out = directory.resolve("out");
        run(
                "-decrypt",
                "-provider",
                "default",
                "-provider",
                "legacy",
                "-in",
                file("m.eml", sealed),
                "-recip",
                pem("bob", bob.certificate()),
                "-inkey",
                key("bob", bob),
                "-out",
                out.toString());
        assertThat(read(out)).isEqualTo(ENTITY);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, TRIPLE_DES_CBC, PKCS1",
        "RSA2048, TRIPLE_DES_CBC, OAEP_SHA256",
        "P256, TRIPLE_DES_CBC, PKCS1",
        "RSA2048, DES_CBC, PKCS1",
        "P256, DES_CBC, PKCS1",
        "RSA2048, RC2_40_CBC, PKCS1",
        "RSA2048, RC2_64_CBC, PKCS1",
        "RSA2048, RC2_128_CBC, PKCS1",
        "P384, RC2_128_CBC, PKCS1",
        "P256, RC2_64_CBC, PKCS1"
    })
    void opensOldCiphersThatWeEncryptWith(KeyAlgorithm key, Cipher cipher, RsaKeyTransport transport) throws Exception {
        opensWhatWeEncrypt(key, cipher, transport);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, AES256_CBC, v2, v2",
        "RSA2048, AES256_GCM, v0, v2",
        "P256, AES256_CBC, v2, v3",
        "X25519, AES256_CBC, v2, v3"
    })
    void findsItsKeyByIdentifier(KeyAlgorithm key, Cipher cipher, String envelope, String info) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, key);
        RawMessage sealed = Mail.encrypt(
                Mail.of(Mail.OUTER + ENTITY),
                new EncryptionSettings(cipher, RsaKeyTransport.PKCS1, true),
                bob.certificate());

        String mail = file("m.eml", sealed);
        String printed = printed(mail);
        assertThat(versions(printed)).containsExactly(envelope, info);
        assertThat(printed).contains(key == KeyAlgorithm.RSA2048 ? "d.subjectKeyIdentifier" : "d.rKeyId");
        if (key != KeyAlgorithm.X25519) {
            Path out = directory.resolve("out");
            run(
                    "-decrypt",
                    "-in",
                    mail,
                    "-recip",
                    pem("bob", bob.certificate()),
                    "-inkey",
                    key("bob", bob),
                    "-out",
                    out.toString());
            assertThat(read(out)).isEqualTo(ENTITY);
        }
        assertThat(Mail.text(Mail.opened(sealed, bob.keyHandle()))).endsWith(ENTITY);
    }

    @Test
    void withoutIdentifierTheVersionsAreZero() throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        RawMessage sealed = Mail.encrypt(
                Mail.of(Mail.OUTER + ENTITY),
                new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1),
                bob.certificate());
        assertThat(versions(printed(file("m.eml", sealed)))).containsExactly("v0", "v0");
    }

    @ParameterizedTest
    @CsvSource({"NONE, 0", "OWN, 1", "CHAIN, 2", "CHAIN_AND_ROOT, 3"})
    void findsTheCertificatesThatWeSendAlong(SigningSettings.Certificates certificates, int number) throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
        RawMessage message = Mail.of(Mail.OUTER + ENTITY);
        RawMessage signed = new CmsSigner()
                .sign(
                        message,
                        Mail.header(message),
                        new CmsSigner.Signer(alice.keyHandle(), Optional.empty(), Optional.of(Pki.CA.root())),
                        new SigningSettings(
                                SigningSettings.Digest.SHA256,
                                SigningSettings.RsaPadding.PKCS1,
                                true,
                                KeyPlace.ANYWHERE,
                                certificates,
                                false),
                        Pki.NOW,
                        Mail.scope())
                .message();

        String mail = file("m.eml", signed);
        assertThat(Pattern.compile("d\\.certificate:").matcher(printed(mail)).results())
                .hasSize(number);
        assertThat(printed(mail)).doesNotContain("S/MIME Capabilities");
        Path out = directory.resolve("out");
        run(
                "-verify",
                "-in",
                mail,
                "-certfile",
                pem("alice", alice.certificate()),
                "-CAfile",
                pem("root", Pki.CA.root()),
                "-certfile",
                pem("both", alice.certificate(), Pki.CA.issuer()),
                "-out",
                out.toString());
        assertThat(read(out)).isEqualTo(ENTITY);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void unwrapsWhatIsSignedEncryptedAndSigned(boolean clear) throws Exception {
        IssuedCertificate alice = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        SigningSettings signing =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, clear);
        SignedMessage inner = Mail.signed(Mail.of(Mail.OUTER + ENTITY), alice.keyHandle(), signing);
        Sendable.Sealed sealed = new CmsEncryptor()
                .encrypt(
                        inner,
                        CmsEncryptor.Audience.of(Mail.recipients(bob.certificate())),
                        new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1),
                        Mail.scope());
        Sendable.Sealed wrapped =
                new CmsSigner().sign(sealed, CmsSigner.Signer.of(alice.keyHandle()), signing, Pki.NOW, Mail.scope());

        assertThat(wrapped.recipients()).isEqualTo(sealed.recipients());
        String root = pem("root", Pki.CA.root());
        String encrypted = directory.resolve("encrypted").toString();
        String signed = directory.resolve("signed").toString();
        Path out = directory.resolve("out");
        run("-verify", "-in", file("m.eml", wrapped.message()), "-CAfile", root, "-out", encrypted);
        run(
                "-decrypt",
                "-in",
                encrypted,
                "-recip",
                pem("bob", bob.certificate()),
                "-inkey",
                key("bob", bob),
                "-out",
                signed);
        run("-verify", "-in", signed, "-CAfile", root, "-out", out.toString());
        assertThat(read(out)).isEqualTo(ENTITY);
    }

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

    private static void expectSoundFor(RawMessage mail, MailCertificate certificate) throws Exception {
        assertThat(CiphertextMutationTest.read(mail))
                .isInstanceOfSatisfying(
                        SenderEncryption.Sound.class,
                        sound -> assertThat(sound.isFor(certificate)).isTrue());
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

    private void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "cms"));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> command + "\n" + read(log)).isZero();
    }

    /** Returns the structure as OpenSSL prints it. */
    private String printed(String mail) throws Exception {
        Path out = directory.resolve("printed");
        run("-cmsout", "-print", "-noout", "-in", mail, "-out", out.toString());
        return read(directory.resolve("log")) + (Files.exists(out) ? read(out) : "");
    }

    /** Returns the versions of the envelope and of its first RecipientInfo. */
    private static List<String> versions(String printed) {
        return Pattern.compile("version: (?:<ABSENT>|(\\d+))")
                .matcher(printed)
                .results()
                .map(version -> "v" + version.group(1))
                .limit(2)
                .toList();
    }

    private String pem(String name, MailCertificate... certificates) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (MailCertificate certificate : certificates) {
            pem.append(certificate.toPem());
        }
        return Files.writeString(directory.resolve(name + ".pem"), pem.toString())
                .toString();
    }

    private String key(String name, IssuedCertificate issued) throws IOException {
        return Files.writeString(directory.resolve(name + ".key"), issued.privateKeyPem())
                .toString();
    }

    private String file(String name, RawMessage message) throws IOException {
        return Files.write(directory.resolve(name), message.toByteArray()).toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
