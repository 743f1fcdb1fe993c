package org.postseal.gateway.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.SimpleAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JcePasswordRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.LegacyAlgorithm;

@Tag("thorough")
class CmsOpenerTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final IssuedCertificate BOB_CURVE = Pki.issued(Pki.BOB, KeyAlgorithm.P256);
    private static final IssuedCertificate ALICE = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);
    private static final byte[] KEY = new byte[32];

    @Test
    void clearMailIsNotEncrypted() throws Exception {
        assertThat(Mail.open(Mail.message("x\r\n"), BOB.keyHandle())).isEqualTo(new OpenResult.NotEncrypted());
    }

    @Test
    void ciphertextForSomebodyElseStaysCiphertext() throws Exception {
        RawMessage sealed = Mail.encrypt(Mail.message("secret\r\n"), Mail.GCM, ALICE.certificate());

        assertThat(Mail.open(sealed, BOB.keyHandle())).isEqualTo(notOpened(OpenResult.Cause.NO_KEY));
        assertThat(Mail.open(sealed)).isEqualTo(notOpened(OpenResult.Cause.NO_KEY));
    }

    @Test
    void ciphertextBelowTheRootIsNotOpened() throws Exception {
        String sealed = Mail.text(Mail.encrypt(Mail.message("secret\r\n"), Mail.CBC, BOB.certificate()))
                .substring(Mail.OUTER.length());
        RawMessage wrapped = Mail.of(Mail.OUTER
                + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                + "Content-Type: text/html\r\n\r\n<img src=\"http://e/\r\n--b\r\n"
                + sealed + "\r\n--b--\r\n");

        assertThat(Mail.open(wrapped, BOB.keyHandle())).isEqualTo(new OpenResult.NotEncrypted());
    }

    @Test
    void onlyOneLayerIsOpened() throws Exception {
        RawMessage inner = Mail.encrypt(Mail.message("secret\r\n"), Mail.GCM, BOB.certificate());
        RawMessage outer = Mail.encrypt(inner, Mail.GCM, BOB.certificate());

        assertThat(Mail.opened(outer, BOB.keyHandle()).toByteArray()).isEqualTo(inner.toByteArray());
    }

    static Stream<Arguments> structures() {
        EncryptionSettings chaCha = new EncryptionSettings(
                EncryptionSettings.Cipher.CHACHA20_POLY1305, EncryptionSettings.RsaKeyTransport.PKCS1);
        EncryptionSettings rc2 = new EncryptionSettings(
                EncryptionSettings.Cipher.RC2_40_CBC, EncryptionSettings.RsaKeyTransport.OAEP_SHA384);
        return Stream.of(
                Arguments.of(Mail.GCM, KeyAlgorithm.P256),
                Arguments.of(Mail.CBC, KeyAlgorithm.P256),
                Arguments.of(chaCha, KeyAlgorithm.X448),
                Arguments.of(rc2, KeyAlgorithm.RSA2048),
                Arguments.of(rc2, KeyAlgorithm.P384),
                Arguments.of(chaCha, KeyAlgorithm.ML_KEM_512),
                Arguments.of(Mail.CBC, KeyAlgorithm.ML_KEM_512));
    }

    @ParameterizedTest
    @MethodSource("structures")
    void noAlteredOctetYieldsOtherContent(EncryptionSettings settings, KeyAlgorithm algorithm) throws Exception {
        IssuedCertificate bob = Pki.issued(Pki.BOB, algorithm);
        RawMessage message = Mail.message("A line of text\r\nand another\r\n");
        byte[] object = object(Mail.encrypt(message, settings, bob.certificate()));
        for (int i = 0; i < object.length; i++) {
            byte[] altered = object.clone();
            altered[i] ^= 1;
            switch (Mail.open(Samples.labelled(altered), LegacyReading.ALL, bob.keyHandle())) {
                case OpenResult.NotEncrypted _, OpenResult.NotOpened _ -> {}
                // The changed octet may mean nothing, as in a version. CBC lets changes pass that leave text (RFC 8551
                // §6): only blocks that become garbage in the header are seen.
                case OpenResult.Opened opened
                when settings.cipher().isAuthenticated() ->
                    assertThat(opened.message().message().toByteArray())
                            .as("octet %d", i)
                            .isEqualTo(message.toByteArray());
                case OpenResult.Opened opened ->
                    assertThat(opened.isAuthenticated()).as("octet %d", i).isFalse();
            }
        }
    }

    @Test
    void failuresDifferOnlyInTheCauseForTheAudit() throws Exception {
        byte[] good = object(Mail.encrypt(Mail.message("secret\r\n"), Mail.GCM, BOB.certificate()));
        byte[] wrongTag = good.clone();
        wrongTag[wrongTag.length - 1] ^= 1;
        byte[] wrongContent = good.clone();
        wrongContent[wrongContent.length - 30] ^= 1;
        byte[] wrongKey = good.clone();
        int key = indexOf(good, new byte[] {0x04, (byte) 0x82, 0x01, 0x00}) + 4;
        wrongKey[key + 100] ^= 1;

        for (byte[] altered : List.of(wrongTag, wrongContent, wrongKey)) {
            assertThat(Mail.open(Samples.labelled(altered), BOB.keyHandle()))
                    .isEqualTo(notOpened(OpenResult.Cause.NOT_DECRYPTED));
        }
    }

    @Test
    void gadgetInTheHeaderOfCbcIsNoMime() throws Exception {
        RawMessage message = Mail.of(Mail.OUTER
                + "Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes; x=y\r\n\r\nsecret\r\n");
        byte[] object = object(Mail.encrypt(message, Mail.CBC, BOB.certificate()));
        // The object ends with 85 octets and their padding. The second block is completely within the field's body: a
        // damaged name or line end would be refused without this rule too.
        int ciphertext = object.length - 96;
        object[ciphertext + 17] ^= 1;

        // The block has 16 random octets. A NUL among them gives another cause.
        assertThat(Mail.open(Samples.labelled(object), BOB.keyHandle()))
                .isIn(notOpened(OpenResult.Cause.NOT_MIME), notOpened(OpenResult.Cause.NOT_CARRIABLE));
    }

    @ParameterizedTest
    @CsvSource({
        "'Content-Type: text/plain\n\na\nb\n', 'Content-Type: text/plain\r\n\r\na\r\nb\r\n'",
        "'Content-Type: text/plain\r\n\r\na\n.\nb\r.\rc', 'Content-Type: text/plain\r\n\r\na\r\n.\r\nb\r\n.\r\nc'",
        "'Content-Type: text/plain\r\n\r\na\r', 'Content-Type: text/plain\r\n\r\na\r\n'",
        "'Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb',"
                + " 'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nYQpi\r\n'",
        "'\r\nno header\r\n', '\r\nno header\r\n'",
        "'Subject: not promoted\r\nContent-Type: text/plain\r\n\r\nx', 'Content-Type: text/plain\r\n\r\nx'"
    })
    void whatComesOutCanBeCarriedBySmtp(String plain, String expected) throws Exception {
        assertThat(Mail.text(Mail.opened(
                        Samples.labelled(peerGcm(plain.getBytes(StandardCharsets.ISO_8859_1))), BOB.keyHandle())))
                .isEqualTo(Mail.OUTER + expected);
    }

    @Test
    void aSignedPartWithoutCarriageReturnsIsWhatWasSignedAgain() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("a\r\nb\r\n"), ALICE.keyHandle(), Mail.CLEAR);
        String entity = Mail.text(signed.from(Mail.OUTER.length())).replace("\r\n", "\n");
        RawMessage opened =
                Mail.opened(Samples.labelled(peerGcm(entity.getBytes(StandardCharsets.ISO_8859_1))), BOB.keyHandle());

        assertThat(opened.toByteArray()).isEqualTo(signed.toByteArray());
        assertThat(Mail.verify(opened)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'two words: x\r\nContent-Type: text/plain\r\n\r\n', NOT_MIME",
        "'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\u0000\r\n--b--\r\n', NOT_CARRIABLE"
    })
    void whatIsNoMailIsNotOpened(String plain, OpenResult.Cause cause) throws Exception {
        assertThat(Mail.open(Samples.labelled(peerGcm(plain.getBytes(StandardCharsets.ISO_8859_1))), BOB.keyHandle()))
                .isEqualTo(notOpened(cause));
    }

    @Test
    void authenticatedAttributesAreAuthenticated() throws Exception {
        CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
        generator.setAuthenticatedAttributeGenerator(new SimpleAttributeTableGenerator(attributes()));
        generator.addRecipientInfoGenerator(toBob());
        byte[] object = generator
                .generate(
                        new CMSProcessableByteArray(
                                "Content-Type: text/plain\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII)),
                        gcm())
                .getEncoded();

        assertThat(Mail.text(Mail.opened(Samples.labelled(object), BOB.keyHandle())))
                .isEqualTo(Mail.OUTER + "Content-Type: text/plain\r\n\r\nx\r\n");
        byte[] altered = object.clone();
        altered[indexOf(object, "attribute".getBytes(StandardCharsets.US_ASCII))] ^= 1;
        assertThat(Mail.open(Samples.labelled(altered), BOB.keyHandle()))
                .isEqualTo(notOpened(OpenResult.Cause.NOT_DECRYPTED));
    }

    @Test
    void oldCiphersAreRefusedByName() throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(toBob());
        byte[] object = enveloped(
                generator,
                "Content-Type: text/plain\r\n\r\n",
                new JceCMSContentEncryptorBuilder(CMSAlgorithm.DES_EDE3_CBC)
                        .setProvider(PEER)
                        .build());

        assertThat(Mail.open(Samples.labelled(object), BOB.keyHandle()))
                .isEqualTo(notOpened(OpenResult.Cause.CIPHER_NOT_ALLOWED));
    }

    @Test
    void passwordsArePassedOverWhateverTheyCost() throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
                new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, "password".toCharArray())
                        .setProvider(PEER)
                        .setSaltAndIterationCount(new byte[16], 1000));
        generator.addRecipientInfoGenerator(toBob());
        byte[] object = enveloped(generator, "Content-Type: text/plain\r\n\r\n", cbc());

        assertThat(Mail.text(Mail.opened(Samples.labelled(object), BOB.keyHandle())))
                .isEqualTo(Mail.OUTER + "Content-Type: text/plain\r\n\r\n");
    }

    @Test
    void subjectKeyIdentifiersAndOtherKeyDerivationsAreRead() throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(
                        BOB.certificate().subjectKeyIdentifier().orElseThrow().octets(),
                        BOB.certificate().x509().getPublicKey())
                .setProvider(PEER));
        java.security.KeyPairGenerator pairs = java.security.KeyPairGenerator.getInstance("EC");
        pairs.initialize(256);
        java.security.KeyPair ephemeral = pairs.generateKeyPair();
        generator.addRecipientInfoGenerator(new JceKeyAgreeRecipientInfoGenerator(
                        CMSAlgorithm.ECDH_SHA384KDF,
                        ephemeral.getPrivate(),
                        ephemeral.getPublic(),
                        CMSAlgorithm.AES128_WRAP)
                .addRecipient(
                        BOB_CURVE
                                .certificate()
                                .subjectKeyIdentifier()
                                .orElseThrow()
                                .octets(),
                        BOB_CURVE.certificate().x509().getPublicKey())
                .setUserKeyingMaterial(new byte[] {1, 2, 3})
                .setProvider(PEER));
        byte[] object = enveloped(generator, "Content-Type: text/plain\r\n\r\n", cbc());

        assertThat(Mail.text(Mail.opened(Samples.labelled(object), BOB.keyHandle())))
                .isEqualTo(Mail.OUTER + "Content-Type: text/plain\r\n\r\n");
        assertThat(Mail.text(Mail.opened(Samples.labelled(object), BOB_CURVE.keyHandle())))
                .isEqualTo(Mail.OUTER + "Content-Type: text/plain\r\n\r\n");
    }

    /** The key is there. The wrap prevents opening, and the cause says so. */
    @Test
    void anOldWrapIsNoMissingKey() throws Exception {
        java.security.KeyPairGenerator pairs = java.security.KeyPairGenerator.getInstance("EC");
        pairs.initialize(256);
        java.security.KeyPair ephemeral = pairs.generateKeyPair();
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(new JceKeyAgreeRecipientInfoGenerator(
                        CMSAlgorithm.ECDH_SHA1KDF,
                        ephemeral.getPrivate(),
                        ephemeral.getPublic(),
                        CMSAlgorithm.DES_EDE3_WRAP)
                .addRecipient(BOB_CURVE.certificate().x509())
                .setProvider(PEER));
        byte[] object = enveloped(generator, "Content-Type: text/plain\r\n\r\n", cbc());
        LegacyReading old = new LegacyReading(Set.of(LegacyAlgorithm.TRIPLE_DES));

        assertThat(Mail.open(Samples.labelled(object), BOB_CURVE.keyHandle()))
                .isEqualTo(notOpened(OpenResult.Cause.KEY_WRAP_NOT_ALLOWED));
        assertThat(Mail.describe(Mail.open(Samples.labelled(object), old, BOB_CURVE.keyHandle())))
                .isEqualTo("AES128_CBC");
        assertThat(Mail.open(Samples.labelled(object), BOB.keyHandle())).isEqualTo(notOpened(OpenResult.Cause.NO_KEY));
    }

    /** Each algorithm gets another last arc, under which there is nothing. */
    @Test
    void anUnknownAlgorithmOfTheKeyIsNoMissingKey() throws Exception {
        Map<IssuedCertificate, ASN1ObjectIdentifier> algorithms = Map.of(
                BOB_CURVE,
                SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme,
                BOB,
                PKCSObjectIdentifiers.rsaEncryption,
                Pki.issued(Pki.BOB, KeyAlgorithm.ML_KEM_768),
                PKCSObjectIdentifiers.id_alg_hkdf_with_sha256);
        for (Map.Entry<IssuedCertificate, ASN1ObjectIdentifier> each : algorithms.entrySet()) {
            IssuedCertificate bob = each.getKey();
            byte[] object = CmsRoot.content(Mail.scan(Mail.encrypt(Mail.message("x\r\n"), Mail.CBC, bob.certificate())))
                    .readAllBytes();
            byte[] known = each.getValue().getEncoded();
            byte[] unknown = known.clone();
            unknown[unknown.length - 1] = 99;
            byte[] changed = new String(object, ISO_8859_1)
                    .replace(new String(known, ISO_8859_1), new String(unknown, ISO_8859_1))
                    .getBytes(ISO_8859_1);

            assertThat(changed).isNotEqualTo(object);
            assertThat(Mail.open(Samples.labelled(changed), bob.keyHandle()))
                    .isEqualTo(notOpened(OpenResult.Cause.KEY_METHOD_UNKNOWN));
            assertThat(Mail.open(Samples.labelled(changed), ALICE.keyHandle()))
                    .isEqualTo(notOpened(OpenResult.Cause.NO_KEY));
        }
    }

    @Test
    void aKeyIsAskedOnceHoweverOftenItIsNamed() throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        for (int i = 0; i < 5; i++) {
            generator.addRecipientInfoGenerator(toBob());
        }
        byte[] object = enveloped(generator, "no mail", cbc());
        CountingKey counting = new CountingKey(BOB.keyHandle());

        assertThat(Mail.open(Samples.labelled(object), counting)).isEqualTo(notOpened(OpenResult.Cause.NOT_MIME));
        assertThat(counting.uses).isEqualTo(1);
    }

    @Test
    void moreThanTwoThousandRecipientsAreTooMany() throws Exception {
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        for (int i = 0; i < 2001; i++) {
            generator.addRecipientInfoGenerator(new org.bouncycastle.cms.jcajce.JceKEKRecipientInfoGenerator(
                            new byte[] {1}, new javax.crypto.spec.SecretKeySpec(KEY, "AES"))
                    .setProvider(PEER));
        }
        byte[] object = enveloped(generator, "x", cbc());

        assertThat(Mail.open(Samples.labelled(object), BOB.keyHandle()))
                .isEqualTo(notOpened(OpenResult.Cause.LIMIT_EXCEEDED));
    }

    private static byte[] enveloped(CMSEnvelopedDataGenerator generator, String text, OutputEncryptor cipher)
            throws Exception {
        return generator
                .generate(new CMSProcessableByteArray(text.getBytes(StandardCharsets.US_ASCII)), cipher)
                .getEncoded();
    }

    private static RecipientInfoGenerator toBob() throws Exception {
        return new JceKeyTransRecipientInfoGenerator(BOB.certificate().x509()).setProvider(PEER);
    }

    private static final class CountingKey extends ForwardingKey {
        private int uses;

        CountingKey(KeyHandle key) {
            super(key);
        }

        @Override
        public byte[] recoverContentKey(org.postseal.certstore.WrappedContentKey wrapped) {
            uses++;
            return super.recoverContentKey(wrapped);
        }
    }

    private static OpenResult notOpened(OpenResult.Cause cause) {
        return new OpenResult.NotOpened(cause);
    }

    private static org.bouncycastle.asn1.cms.AttributeTable attributes() {
        return new org.bouncycastle.asn1.cms.AttributeTable(new org.bouncycastle.asn1.cms.Attribute(
                new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.2.3.4"),
                new org.bouncycastle.asn1.DERSet(new org.bouncycastle.asn1.DERUTF8String("attribute"))));
    }

    private static OutputAEADEncryptor gcm() throws Exception {
        return (OutputAEADEncryptor) new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_GCM)
                .setProvider(PEER)
                .build();
    }

    private static org.bouncycastle.operator.OutputEncryptor cbc() throws Exception {
        return new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC)
                .setProvider(PEER)
                .build();
    }

    private static byte[] peerGcm(byte[] plain) throws Exception {
        CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(toBob());
        return generator.generate(new CMSProcessableByteArray(plain), gcm()).getEncoded();
    }

    private static byte[] object(RawMessage sealed) throws IOException {
        return CmsRoot.content(Mail.scan(sealed)).readAllBytes();
    }

    private static int indexOf(byte[] octets, byte[] part) {
        for (int i = 0; i + part.length <= octets.length; i++) {
            if (java.util.Arrays.equals(octets, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
