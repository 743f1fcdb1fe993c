package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.SigningSettings;

/** {@code openssl cms} reads what we make, and we read what it makes. */
@Tag("thorough")
class OpenSslPeerTest extends OpenSslFixture {
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
}
