package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKEMRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.PemFile;
import org.postseal.gateway.mail.RawMessage;

/** Tests KEMRecipientInfo with ML-KEM (RFC 9629, RFC 9936): exactly what we write, and what others write. */
class MlKemRecipientTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();

    @ParameterizedTest
    @CsvSource({
        "ML_KEM_512, 768, 16, 2.16.840.1.101.3.4.4.1",
        "ML_KEM_768, 1088, 32, 2.16.840.1.101.3.4.4.2",
        "ML_KEM_1024, 1568, 32, 2.16.840.1.101.3.4.4.3"
    })
    void isWrittenAsTheProfileSays(KeyAlgorithm algorithm, int ciphertext, int wrappingKey, String kem)
            throws Exception {
        MailCertificate bob = Pki.issued(Pki.BOB, algorithm).certificate();
        RawMessage sealed = Mail.encrypt(Mail.message("x\r\n"), Mail.CBC, bob);
        EnvelopedData data = EnvelopedData.getInstance(
                ContentInfo.getInstance(CmsRoot.content(Mail.scan(sealed)).readAllBytes())
                        .getContent());

        assertThat(data.getVersion().intValueExact()).isEqualTo(3);
        OtherRecipientInfo other = OtherRecipientInfo.getInstance(
                RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0))
                        .getInfo());
        assertThat(other.getType()).isEqualTo(CMSObjectIdentifiers.id_ori_kem);
        KEMRecipientInfo info = KEMRecipientInfo.getInstance(other.getValue());
        assertThat(info.getRecipientIdentifier().getId()).isEqualTo(SignedAttributes.name(bob));
        assertThat(info.getKem().getAlgorithm()).isEqualTo(new ASN1ObjectIdentifier(kem));
        assertThat(info.getKem().getParameters()).isNull();
        assertThat(info.getKemct().getOctets()).hasSize(ciphertext);
        assertThat(info.getKdf().getAlgorithm()).isEqualTo(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256);
        assertThat(info.getKdf().getParameters()).isNull();
        assertThat(info.getKekLength()).isEqualTo(wrappingKey);
        assertThat(info.getUkm()).isNull();
        assertThat(info.getWrap().getAlgorithm())
                .isEqualTo(
                        wrappingKey == 16
                                ? NISTObjectIdentifiers.id_aes128_wrap
                                : NISTObjectIdentifiers.id_aes256_wrap);
        assertThat(OwnCapabilities.of(bob).oids()).endsWith(kem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"})
    void whatBouncyCastleWritesIsOpened(KeyAlgorithm algorithm) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, algorithm);
        for (boolean hasMaterial : new boolean[] {false, true}) {
            JceKEMRecipientInfoGenerator recipient = new JceKEMRecipientInfoGenerator(
                            bob.certificate().x509(), CMSAlgorithm.AES256_WRAP)
                    .setProvider(PEER);
            if (hasMaterial) {
                recipient.setUserKeyingMaterial(new byte[] {1, 2, 3});
            }
            recipient.setKDF(
                    new org.bouncycastle.asn1.x509.AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256));
            CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
            generator.addRecipientInfoGenerator(recipient);
            byte[] object = generator
                    .generate(
                            new CMSProcessableByteArray(
                                    "Content-Type: text/plain\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII)),
                            new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                                    .setProvider(PEER)
                                    .build())
                    .getEncoded();

            assertThat(Mail.text(Mail.opened(Samples.labelled(object), bob.keyHandle())))
                    .isEqualTo(Mail.OUTER + "Content-Type: text/plain\r\n\r\nx\r\n");
        }
    }

    @Test
    void oneThatCannotBeReadIsPassedOver() throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
        RawMessage message = Mail.message("x\r\n");
        EnvelopedData data = EnvelopedData.getInstance(ContentInfo.getInstance(
                        CmsRoot.content(Mail.scan(Mail.encrypt(message, Mail.CBC, bob.certificate())))
                                .readAllBytes())
                .getContent());
        ASN1EncodableVector infos = new ASN1EncodableVector();
        infos.add(data.getRecipientInfos().getObjectAt(0));
        for (ASN1Encodable damaged :
                List.of(new DERSequence(), new ASN1Integer(1), new DERSequence(new ASN1Integer(7)))) {
            infos.add(new RecipientInfo(new OtherRecipientInfo(CMSObjectIdentifiers.id_ori_kem, damaged)));
        }
        EnvelopedData more = new EnvelopedData(
                data.getOriginatorInfo(), new DERSet(infos), data.getEncryptedContentInfo(), (ASN1Set) null);
        byte[] object = new ContentInfo(CMSObjectIdentifiers.envelopedData, more).getEncoded();

        assertThat(Mail.opened(Samples.labelled(object), bob.keyHandle()).toByteArray())
                .isEqualTo(message.toByteArray());
    }

    // The content is text without a header section.
    @ParameterizedTest
    @ValueSource(strings = {"seed", "expanded", "both"})
    void theSampleOfTheProfileIsOpenedWithEachFormOfTheKey(String form) throws Exception {
        Path folder = Corpora.directory().resolve("pqc/ml-kem");
        KeyHandle key = key(folder, form);
        byte[] object = Base64.getMimeDecoder()
                .decode(Files.readString(folder.resolve("ML-KEM-512.cms")).replaceAll("-----.*-----", ""));

        assertThat(Mail.describe(Mail.open(Samples.labelled(object), key))).isEqualTo("AES128_GCM");
        object[object.length - 1] ^= 1;
        assertThat(Mail.open(Samples.labelled(object), key))
                .isEqualTo(new OpenResult.NotOpened(OpenResult.Cause.NOT_DECRYPTED));
    }

    @Test
    void theCertificateOfTheProfileIsWrittenTo() throws Exception {
        KeyHandle key = key(Corpora.directory().resolve("pqc/ml-kem"), "seed");
        RawMessage message = Mail.message("x\r\n");
        CmsEncryptor.Recipient bob = new CmsEncryptor.Recipient(Pki.BOB, key.certificate());
        RawMessage sealed = new CmsEncryptor()
                .encrypt(message, Mail.header(message), List.of(bob), Mail.GCM, Mail.scope())
                .message();

        assertThat(Mail.opened(sealed, key).toByteArray()).isEqualTo(message.toByteArray());
    }

    private static KeyHandle key(Path folder, String form) throws Exception {
        MailCertificate certificate = PemFile.read(Files.readAllBytes(folder.resolve("ML-KEM-512.pem")))
                .certificates()
                .getFirst();
        return PemFile.read(Files.readAllBytes(folder.resolve("ML-KEM-512-" + form + ".priv")))
                .keys()
                .getFirst()
                .handle(certificate, List.of());
    }
}
