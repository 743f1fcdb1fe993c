package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.crypto.DerivationFunction;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.agreement.kdf.ConcatenationKDFGenerator;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.AESWrapEngine;
import org.bouncycastle.crypto.kems.RSAKEMGenerator;
import org.bouncycastle.crypto.params.KDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;
import org.postseal.certstore.provider.CryptoProviders;

/** Opens what others have encrypted by RSA-KEM (RFC 9690). The example is that of the RFC's appendix. */
class RsaKemTest {
    private static final Path VECTORS = Path.of("src/test/vectors/rsa-kem");
    private static final byte[] TEXT = "Hello, world!".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] KEY_IDENTIFIER = HexFormat.of().parseHex("9eeb67c9b95a74d44d2f16396680e801b5cba49c");

    private static KeyHandle bob;

    @BeforeAll
    static void readKey() throws Exception {
        CryptoProviders.install();
        byte[] pkcs1 = base64("bob.key");
        KeyMaterial key = PrivateKeyFile.read("RSA PRIVATE KEY", pkcs1, null);
        X509v3CertificateBuilder certificate = new X509v3CertificateBuilder(
                new X500Name("CN=Bob"),
                BigInteger.ONE,
                Date.from(Instant.EPOCH),
                Date.from(Instant.parse("2099-01-01T00:00:00Z")),
                new X500Name("CN=Bob"),
                key.publicKey());
        certificate.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(KEY_IDENTIFIER));
        byte[] der = certificate.build(key.certificateSigner()).getEncoded();
        bob = key.handle(MailCertificate.of(der), List.of());
    }

    @Test
    void theExampleOfTheRfcIsOpened() throws Exception {
        assertThat(Samples.plaintext(Samples.labelled(base64("rfc9690.p7m")), bob))
                .isEqualTo(TEXT);
    }

    /** Bouncy Castle does the arithmetic of RSA-KEM and of KDF3, and the wrap. */
    @ParameterizedTest
    @CsvSource({
        "16, 2.16.840.1.101.3.4.1.5,  2.16.840.1.101.3.4.2.1, false",
        "32, 2.16.840.1.101.3.4.1.45, 2.16.840.1.101.3.4.2.1, true",
        "32, 2.16.840.1.101.3.4.1.45, 2.16.840.1.101.3.4.2.2, false",
        "24, 2.16.840.1.101.3.4.1.25, 2.16.840.1.101.3.4.2.3, true",
    })
    void everyDigestAndWrapIsRead(int length, String wrap, String digest, boolean hasMaterial) throws Exception {
        AlgorithmIdentifier wrapping = new AlgorithmIdentifier(new ASN1ObjectIdentifier(wrap));
        AlgorithmIdentifier hash = new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest), DERNull.INSTANCE);
        byte[] material = hasMaterial ? new byte[] {1, 2, 3} : null;
        RSAKeyParameters key = (RSAKeyParameters)
                PublicKeyFactory.createKey(bob.certificate().holder().getSubjectPublicKeyInfo());
        SecretWithEncapsulation capsule =
                new RSAKEMGenerator(length, kdf3(hash), new SecureRandom()).generateEncapsulated(key);
        byte[] wrappingKey = new byte[length];
        DerivationFunction kdf = kdf3(hash);
        kdf.init(new KDFParameters(
                capsule.getSecret(), new CMSORIforKEMOtherInfo(wrapping, length, material).getEncoded("DER")));
        kdf.generateBytes(wrappingKey, 0, length);
        RecipientInfoGenerator recipient = contentKey -> {
            AESWrapEngine engine = new AESWrapEngine();
            engine.init(true, new KeyParameter(wrappingKey));
            byte[] octets = (byte[]) contentKey.getRepresentation();
            return new RecipientInfo(new OtherRecipientInfo(
                    CMSObjectIdentifiers.id_ori_kem,
                    new KEMRecipientInfo(
                            new RecipientIdentifier(new DEROctetString(KEY_IDENTIFIER)),
                            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.0.18033.2.2.4")),
                            new DEROctetString(capsule.getEncapsulation()),
                            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.133.16.840.9.44.1.2"), hash),
                            new ASN1Integer(length),
                            material == null ? null : new DEROctetString(material),
                            wrapping,
                            new DEROctetString(engine.wrap(octets, 0, octets.length)))));
        };
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(recipient);
        byte[] made = generator
                .generate(
                        new CMSProcessableByteArray(TEXT),
                        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC).build())
                .getEncoded();

        assertThat(Samples.plaintext(Samples.labelled(made), bob)).isEqualTo(TEXT);
    }

    private static DerivationFunction kdf3(AlgorithmIdentifier hash) {
        return new ConcatenationKDFGenerator(
                switch (hash.getAlgorithm().getId()) {
                    case "2.16.840.1.101.3.4.2.1" -> new SHA256Digest();
                    case "2.16.840.1.101.3.4.2.2" -> new SHA384Digest();
                    default -> new SHA512Digest();
                });
    }

    /** A change of any octet of the capsule or of the wrapped key looks like every other failure to decrypt. */
    @Test
    void changedOnesAreNotOpened() throws Exception {
        byte[] good = base64("rfc9690.p7m");
        // The offsets are those of the capsule's first and last octet and of the wrapped key.
        for (int at : new int[] {91, 474, 522, 545}) {
            byte[] changed = good.clone();
            changed[at] ^= 0x10;
            assertThat(Mail.describe(Mail.open(Samples.labelled(changed), bob)))
                    .as("octet %d", at)
                    .isEqualTo("NOT_DECRYPTED");
        }
        byte[] aboveModulus = good.clone();
        Arrays.fill(aboveModulus, 91, 475, (byte) 0xFF);
        assertThat(Mail.describe(Mail.open(Samples.labelled(aboveModulus), bob)))
                .isEqualTo("NOT_DECRYPTED");
    }

    private static byte[] base64(String file) throws Exception {
        return Base64.getMimeDecoder()
                .decode(Files.readString(VECTORS.resolve(file)).replaceAll("-----.*-----", ""));
    }
}
