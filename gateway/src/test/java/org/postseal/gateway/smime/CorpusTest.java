package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.PemFile;
import org.postseal.certstore.source.FileCertificateStore;
import org.postseal.certstore.source.StoreLoad;
import org.postseal.gateway.mail.RawMessage;

/** What others made: messages and objects of RFCs and of Bouncy Castle, with the outcome that each must have. Old algorithms are refused by name. */
class CorpusTest {
    private Path corpora = Path.of("");

    @BeforeEach
    void find() {
        corpora = Corpora.directory();
    }

    @ParameterizedTest
    @CsvSource({
        "rfc4134/3.1.bin, NotEncrypted, Unsigned",
        "rfc4134/4.1.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.2.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.3.bin, NotEncrypted, MALFORMED",
        "rfc4134/4.4.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.5.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.6.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.7.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.10.bin, NotEncrypted, ALGORITHM_WEAK",
        "rfc4134/4.11.bin, NotEncrypted, Unsigned",
        "rfc4134/5.1.bin, CIPHER_NOT_ALLOWED, Unsigned",
        "rfc4134/5.2.bin, CIPHER_NOT_ALLOWED, Unsigned",
        "rfc4134/6.0.bin, NotEncrypted, Unsigned",
        "rfc4134/7.1.bin, NotEncrypted, Unsigned",
        "rfc4134/ExContent.bin, NotEncrypted, MALFORMED",
        "rfc8551/8551-3.3-enveloped.der, CIPHER_NOT_ALLOWED, Unsigned",
        "rfc8551/8551-3.4-authenveloped.der, NO_KEY, Unsigned",
        "rfc8551/8551-3.5.2-signed.der, NotEncrypted, ALGORITHM_WEAK",
        "bouncycastle/PSSSignDataSHA1Enc.sig, NotEncrypted, ALGORITHM_WEAK",
        "bouncycastle/PSSSignDataSHA256Enc.sig, NotEncrypted, CERTIFICATE_EXPIRED",
        "bouncycastle/PSSSignDataSHA512Enc.sig, NotEncrypted, CERTIFICATE_EXPIRED",
        "bouncycastle/SignedMSPkcs7.sig, NotEncrypted, MALFORMED",
        "bouncycastle/counterSig.p7m, NotEncrypted, ALGORITHM_WEAK",
        "bouncycastle/rawsha256nonull.p7m, NotEncrypted, SIGNED_ATTRIBUTES_WRONG"
    })
    void objects(String file, String opened, String verdict) throws Exception {
        RawMessage mail = wrapped(Files.readAllBytes(corpora.resolve(file)));

        assertThat(describe(Mail.open(mail))).isEqualTo(opened);
        assertThat(describe(verify(mail, Pki.NOW))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "rfc4134/4.8.eml, ALGORITHM_WEAK",
        "rfc4134/4.9.eml, ALGORITHM_WEAK",
        "bouncycastle/attachonly.eml, Unsigned",
        // signed attributes sent and signed in another order than that of DER; OpenSSL verifies it too
        "bouncycastle/3nnn_smime.eml, CERTIFICATE_EXPIRED",
        "bouncycastle/openssl-signed-sha256-non-default-salt-length.eml, CERTIFICATE_UNTRUSTED",
        "bouncycastle/qp-soft-break.eml, ALGORITHM_WEAK",
        "bouncycastle/embeddedmulti.message, ALGORITHM_WEAK",
        "bouncycastle/validator.validMail.eml, ALGORITHM_WEAK",
        "bouncycastle/validator.expired.eml, ALGORITHM_WEAK",
        "bouncycastle/validator.shortKey.eml, ALGORITHM_WEAK",
        "bouncycastle/validator.noEmail.eml, ALGORITHM_WEAK",
        "bouncycastle/validator.revoked.eml, ALGORITHM_WEAK",
        "bouncycastle/circular.eml, ALGORITHM_WEAK"
    })
    void signedMail(String file, String verdict) throws Exception {
        String text = Files.readString(corpora.resolve(file), StandardCharsets.ISO_8859_1);

        assertThat(describe(verify(Mail.of(text.replace("\r\n", "\n").replace("\n", "\r\n")), Pki.NOW)))
                .isEqualTo(verdict);
    }

    // 3DES is refused; AES decrypts, as the cause shows: what comes out is text without a MIME header
    @ParameterizedTest
    @CsvSource({
        "1, CIPHER_NOT_ALLOWED",
        "2, CIPHER_NOT_ALLOWED",
        "3, NOT_MIME",
        "4, NOT_MIME",
        "5, NOT_MIME",
        "6, NOT_MIME",
        "7, NOT_MIME",
        "8, NOT_MIME",
        "A, CIPHER_NOT_ALLOWED",
        "B, CIPHER_NOT_ALLOWED",
        "C, NOT_MIME",
        "D, NOT_MIME",
        "E, NOT_MIME",
        "F, NOT_MIME",
        "G, NOT_MIME",
        "H, NOT_MIME"
    })
    void keyAgreement(String sample, OpenResult.Cause cause) throws Exception {
        Path folder = corpora.resolve("bouncycastle/ecdh");
        MailCertificate certificate = PemFile.read(Files.readAllBytes(folder.resolve("ecc.crt")))
                .certificates()
                .getFirst();
        KeyHandle key = PemFile.read(Files.readAllBytes(folder.resolve("ecc.key")))
                .keys()
                .getFirst()
                .handle(certificate, List.of());
        String armoured = Files.readString(folder.resolve("encSess" + sample + ".asc"));
        byte[] object = Base64.getMimeDecoder().decode(armoured.replaceAll("-----.*-----", ""));

        assertThat(Mail.open(wrapped(object), key)).isEqualTo(new OpenResult.NotOpened(cause));
        assertThat(Mail.open(wrapped(object), LegacyReading.ALL, key))
                .isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.NOT_MIME));
    }

    // what comes out is text without a MIME header
    @ParameterizedTest
    @CsvSource({
        "rfc4134/5.1.bin, CIPHER_NOT_ALLOWED, NOT_MIME",
        "rfc4134/5.2.bin, CIPHER_NOT_ALLOWED, NOT_MIME",
        "rfc8551/8551-3.3-enveloped.der, CIPHER_NOT_ALLOWED, NOT_MIME",
        // says a tag of 12 octets, by leaving it out, and has one of 16 (RFC 5084 §3.2)
        "rfc8551/8551-3.4-authenveloped.der, NOT_DECRYPTED, NOT_DECRYPTED"
    })
    void oldEnvelopesAreForBobWhereTheyAreAllowed(String file, String usually, String allowed) throws Exception {
        Path folder = corpora.resolve("rfc4134");
        MailCertificate certificate = MailCertificate.of(Files.readAllBytes(folder.resolve("BobRSASignByCarl.cer")));
        KeyHandle bob = PemFile.read(pem(Files.readAllBytes(folder.resolve("BobPrivRSAEncrypt.pri"))))
                .keys()
                .getFirst()
                .handle(certificate, List.of());
        RawMessage mail = wrapped(Files.readAllBytes(corpora.resolve(file)));

        assertThat(describe(Mail.open(mail, bob))).isEqualTo(usually);
        assertThat(describe(Mail.open(mail, LegacyReading.ALL, bob))).isEqualTo(allowed);
    }

    private static byte[] pem(byte[] pkcs8) {
        return ("-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "4-5-pkcs-12-object-for-alice, alice, alice@smime.example, 3-1-rsa",
        "5-5-pkcs-12-object-for-bob, bob, bob@smime.example, 3-1-rsa",
        "7-5-pkcs-12-object-for-carlos, carlos, carlos@smime.example, 6-1-ed25519",
        "8-5-pkcs-12-object-for-dana, dana, dana@smime.example, 6-1-ed25519"
    })
    void keysOfRfc9216SignAndOpen(String file, String password, String address, String root, @TempDir Path directory)
            throws Exception {
        Path folder = corpora.resolve("rfc9216");
        Files.createDirectories(directory.resolve("trust"));
        Files.copy(folder.resolve(file + ".p12"), directory.resolve("key.p12"));
        Files.writeString(directory.resolve("key.p12.password"), password);
        Files.copy(
                folder.resolve(root + "-certification-authority-root-certificate.crt"),
                directory.resolve("trust/root.crt"));
        CertificateStore store = switch (FileCertificateStore.load(directory)) {
            case StoreLoad.Loaded(FileCertificateStore loaded) -> loaded;
            case StoreLoad.Refused refused -> throw new AssertionError(refused.toString());
        };
        MailAddress who = MailAddress.of(address);
        KeyHandle signing = chosen(store.signingKey(who, KeyPlace.ANYWHERE, Pki.NOW));
        MailCertificate encryption = chosen(store.encryptionCertificate(who, Pki.NOW));

        SignedMessage signed = Mail.signed(Mail.message("x\r\n"), signing, Mail.CLEAR);
        assertThat(describe(Mail.verify(signed.message(), who, store, Pki.NOW))).isEqualTo("Valid");
        RawMessage sealed = Mail.encrypt(Mail.message("x\r\n"), Mail.GCM, encryption);
        assertThat(Mail.opened(sealed, store.decryptionKeys(who).toArray(new KeyHandle[0]))
                        .toByteArray())
                .isEqualTo(Mail.message("x\r\n").toByteArray());
    }

    private static <T> T chosen(CertificateChoice<T> choice) {
        return switch (choice) {
            case CertificateChoice.Chosen<T>(T chosen, var _) -> chosen;
            case CertificateChoice.NoneUsable<T> none -> throw new AssertionError(none.toString());
        };
    }

    static String describe(OpenResult result) {
        return switch (result) {
            case OpenResult.NotEncrypted _ -> "NotEncrypted";
            case OpenResult.NotOpened(OpenResult.Cause cause) -> cause.name();
            case OpenResult.Opened opened -> opened.cipher();
        };
    }

    static String describe(SignatureVerdict verdict) {
        return switch (verdict) {
            case SignatureVerdict.Unsigned _ -> "Unsigned";
            case SignatureVerdict.Valid _ -> "Valid";
            case SignatureVerdict.Invalid(SignatureVerdict.Cause cause, var _) -> cause.name();
            case SignatureVerdict.Unverifiable(SignatureVerdict.Cause cause, var _) -> cause.name();
        };
    }

    private static SignatureVerdict verify(RawMessage mail, Instant time) throws IOException {
        return Mail.verify(mail, Pki.ALICE, Pki.trusting(Pki.CA.root()), time);
    }

    private static RawMessage wrapped(byte[] object) {
        return Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(object) + "\r\n");
    }
}
