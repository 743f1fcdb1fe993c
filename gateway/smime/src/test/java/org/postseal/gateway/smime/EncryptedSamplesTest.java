package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;

/**
 * Opens the encrypted samples of RFCs and of Bouncy Castle, both usually and with a policy for old mail that opens old
 * ciphers. Each has its expected result and content.
 */
class EncryptedSamplesTest {
    /** The reader whose key is at hand. */
    enum Reader {
        NOBODY,
        BOB,
        JOHN,
        MASSI,
        ECC,
        ML_KEM;

        List<KeyHandle> keys() throws Exception {
            return switch (this) {
                case NOBODY -> List.of();
                case BOB -> List.of(Samples.key("rfc4134/BobPrivRSAEncrypt.pri", "rfc4134/BobRSASignByCarl.cer"));
                case JOHN -> List.of(Samples.key(john().getPrivateKey().getEncoded(), certificate(john())));
                case MASSI -> List.of(Samples.key("bouncycastle/key.pem", "bouncycastle/cert.pem"));
                case ECC -> List.of(Samples.key("bouncycastle/ecdh/ecc.key", "bouncycastle/ecdh/ecc.crt"));
                case ML_KEM -> List.of(Samples.key("pqc/ml-kem/ML-KEM-512-seed.priv", "pqc/ml-kem/ML-KEM-512.pem"));
            };
        }
    }

    private static MailCertificate certificate(KeyStore.PrivateKeyEntry entry) throws Exception {
        return MailCertificate.of(entry.getCertificate().getEncoded());
    }

    /** Returns a key whose file has an empty password. Our own reader treats an empty password as none. */
    private static KeyStore.PrivateKeyEntry john() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(Samples.octets("bouncycastle/johndoe.p12")), new char[0]);
        String alias = store.aliases().nextElement();
        return (KeyStore.PrivateKeyEntry) store.getEntry(alias, new KeyStore.PasswordProtection(new char[0]));
    }

    /**
     * A sample.
     *
     * @param usually the usual result
     * @param oldMail the result if old ciphers are opened
     * @param content the file with its content; empty if there is none
     */
    record Encrypted(String file, Reader reader, String usually, String oldMail, String content) {
        @Override
        public String toString() {
            return file;
        }
    }

    // The content is the text of the RFCs, which is no MIME entity.
    private static Encrypted old(String file) {
        return new Encrypted(file, Reader.BOB, "CIPHER_NOT_ALLOWED", "NOT_MIME", "rfc4134/ExContent.bin");
    }

    private static Encrypted never(String file, Reader reader, String why) {
        return new Encrypted(file, reader, why, why, "");
    }

    static final List<Encrypted> SAMPLES = samples();

    private static List<Encrypted> samples() {
        List<Encrypted> samples = new ArrayList<>(List.of(
                old("rfc4134/5.1.bin"),
                old("rfc4134/5.2.bin"),
                old("rfc4134/5.3.eml"),
                old("rfc8551/8551-3.3-enveloped.b64"),
                old("rfc8551/8551-3.3-enveloped.der"),
                // This says that the tag has 12 octets, by leaving the length out, but the tag has 16 (RFC 5084 §3.2).
                never("rfc8551/8551-3.4-authenveloped.b64", Reader.BOB, "NOT_DECRYPTED"),
                never("rfc8551/8551-3.4-authenveloped.der", Reader.BOB, "NOT_DECRYPTED"),
                // These have content keys of 24 octets, which only AES-192 has. OpenSSL opens none of the others
                // either.
                never("bouncycastle/test128.message", Reader.MASSI, "NOT_DECRYPTED"),
                new Encrypted("bouncycastle/test192.message", Reader.MASSI, "AES192_CBC", "AES192_CBC", ""),
                never("bouncycastle/test256.message", Reader.MASSI, "NOT_DECRYPTED"),
                // This is labelled signed-data. Of its reader there is only the certificate.
                new Encrypted(
                        "bouncycastle/dotnet_encrypted_mail.eml", Reader.NOBODY, "CIPHER_NOT_ALLOWED", "NO_KEY", ""),
                new Encrypted(
                        "bouncycastle/outlook_2010_beta_sime_msg.eml", Reader.JOHN, "CIPHER_NOT_ALLOWED", "NO_KEY", ""),
                new Encrypted(
                        "pqc/ml-kem/ML-KEM-512.cms",
                        Reader.ML_KEM,
                        "AES128_GCM",
                        "AES128_GCM",
                        "pqc/ml-kem/plaintext.txt")));
        for (char sample : "12345678ABCDEFGH".toCharArray()) {
            samples.add(new Encrypted(
                    "bouncycastle/ecdh/encSess" + sample + ".asc",
                    Reader.ECC,
                    // These have content encrypted by 3DES.
                    "12AB".indexOf(sample) >= 0 ? "CIPHER_NOT_ALLOWED" : "NOT_MIME",
                    "NOT_MIME",
                    "bouncycastle/ecdh/sess.txt"));
        }
        return List.copyOf(samples);
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void whatBecomesOfItIsThatOfTheTable(Encrypted sample) throws Exception {
        RawMessage mail = Samples.mail(sample.file);
        KeyHandle[] keys = sample.reader.keys().toArray(new KeyHandle[0]);

        assertThat(Mail.describe(Mail.open(mail, keys))).isEqualTo(sample.usually);
        assertThat(Mail.describe(Mail.open(mail, LegacyReading.ALL, keys))).isEqualTo(sample.oldMail);
        // No other key opens it.
        assertThat(Mail.describe(Mail.open(mail, LegacyReading.ALL, Pki.key(Pki.BOB, KeyAlgorithm.RSA2048))))
                .isEqualTo("NO_KEY");
        if (!sample.content.isEmpty()) {
            assertThat(Samples.plaintext(mail, keys[0])).isEqualTo(content(sample));
        }
    }

    @Test
    void theOneOfAes192IsOpenedToTheOctet() throws Exception {
        RawMessage mail = Samples.mail("bouncycastle/test192.message");
        KeyHandle key = Reader.MASSI.keys().getFirst();
        String plain = new String(Samples.plaintext(mail, key), StandardCharsets.ISO_8859_1);

        assertThat(plain).startsWith("MIME-Version: 1.0\r\nContent-Type: multipart/mixed;");
        assertThat(Mail.text(Mail.opened(mail, key))).isEqualTo(plain);
    }

    @Test
    void theReaderOfTheOneOfDotNetIsNamedByItsKeyIdentifier() throws Exception {
        assertThat(Samples.recipients("bouncycastle/dotnet_encrypted_mail.eml"))
                .singleElement()
                .matches(named -> isNamed("bouncycastle/dotnet_enc_cert.pem", named));
    }

    /**
     * Outlook 2010 before its release named a reader by a digest of the whole public key, although the certificate has
     * no such identifier. It therefore names nobody (RFC 5652 §6.2.1).
     */
    @Test
    void theReaderOfTheOneOfOutlookIsNamedByNothingThatIsInHisCertificate() throws Exception {
        MailCertificate john = certificate(john());
        SubjectPublicKeyInfo key = john.holder().getSubjectPublicKeyInfo();

        assertThat(john.subjectKeyIdentifier()).isEmpty();
        assertThat(Samples.recipients("bouncycastle/outlook_2010_beta_sime_msg.eml"))
                .containsExactly(
                        new DEROctetString(MessageDigest.getInstance("SHA-1").digest(key.getEncoded("DER"))));
    }

    // The file of Bouncy Castle has line ends as programs of Unix write them.
    private static byte[] content(Encrypted sample) throws IOException {
        String text = new String(Samples.octets(sample.content), StandardCharsets.ISO_8859_1);
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isNamed(String certificate, ASN1Encodable identifier) {
        try {
            return SignerCheck.isNamed(Samples.certificate(certificate), identifier);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
