package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.OpenResult.Cause;

/**
 * Checks what the opener refuses although its own key would decrypt it. Every object is built octet by octet, since no
 * library makes such ones.
 */
class OpeningRulesTest {
    private static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLAIN = "Content-Type: text/plain\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);

    // An attacker who alters a ciphertext in CBC makes a block of garbage, and after it text of their own choice (RFC
    // 8551 §6).
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: a/b; x=\u0001\r\n\r\n",
                "Content-Type: a/b; x=\u007f\r\n\r\n",
                "Content-Type: a/b; x=\u00ff\r\n\r\n",
                "Content-Type: a/b\r\nX-Other: \u0002\r\n\r\n",
                "X-Other: \u00c3\r\nContent-Type: a/b\r\n\r\n"
            })
    void garbageInTheHeaderIsRefusedWithoutATagAndKeptWithOne(String header) throws Exception {
        byte[] plain = header.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(open(enveloped(cbc(plain), transport(BOB.certificate())))).isEqualTo(notOpened(Cause.NOT_MIME));
        assertThat(open(authEnveloped(gcm(plain, 12, 16), transport(BOB.certificate()))))
                .isInstanceOf(OpenResult.Opened.class);
    }

    @Test
    void textInTheHeaderIsNoGarbage() throws Exception {
        byte[] plain = "Content-Type: text/plain;\r\n\tx=\u00e9\r\n\r\n".getBytes(StandardCharsets.UTF_8);

        assertThat(open(enveloped(cbc(plain), transport(BOB.certificate())))).isInstanceOf(OpenResult.Opened.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: a/b\r\ntwo words: x\r\n\r\n",
                "Content-Type: a/b\r\nno colon\r\n\r\n",
                "Content-Type: a/b\r\nX-Other: the end of the header is missing\r\n"
            })
    void aHeaderThatProgramsReadDifferentlyIsNoMime(String plain) throws Exception {
        assertThat(open(authEnveloped(
                        gcm(plain.getBytes(StandardCharsets.US_ASCII), 12, 16), transport(BOB.certificate()))))
                .isEqualTo(notOpened(Cause.NOT_MIME));
    }

    // In authEnveloped-data CBC would be decrypted without a check, and in enveloped-data GCM would lose its tag.
    @Test
    void aCipherInTheOtherKindOfEnvelopeIsNotAllowed() throws Exception {
        assertThat(open(authEnveloped(cbc(PLAIN), transport(BOB.certificate()))))
                .isEqualTo(notOpened(Cause.CIPHER_NOT_ALLOWED));
        assertThat(open(enveloped(gcm(PLAIN, 12, 16), transport(BOB.certificate()))))
                .isEqualTo(notOpened(Cause.CIPHER_NOT_ALLOWED));
        assertThat(open(enveloped(cbc(PLAIN), transport(BOB.certificate())))).isInstanceOf(OpenResult.Opened.class);
    }

    // The length of the tag is that of RFC 5084 §3.2.
    @ParameterizedTest
    @CsvSource({"8, 16, false", "11, 16, false", "12, 16, true", "16, 16, true", "17, 16, false", "12, 12, true"})
    void nonceAndTagHaveTheirLengths(int nonce, int tag, boolean isOpened) throws Exception {
        OpenResult result = open(authEnveloped(gcm(PLAIN, nonce, tag), transport(BOB.certificate())));

        if (isOpened) {
            assertThat(result).isInstanceOf(OpenResult.Opened.class);
        } else {
            assertThat(result).isEqualTo(notOpened(Cause.NOT_DECRYPTED));
        }
    }

    @Test
    void theTagIsAsLongAsTheParametersSay() throws Exception {
        Encrypted right = gcm(PLAIN, 12, 16);
        int end = right.ciphertext().length;
        byte[] longer = org.bouncycastle.util.Arrays.concatenate(
                Arrays.copyOfRange(right.ciphertext(), end - 1, end), right.tag());
        // The octets and their order are the same; only the border between ciphertext and tag has moved.
        Encrypted moved = new Encrypted(right.algorithm(), Arrays.copyOf(right.ciphertext(), end - 1), longer);

        assertThat(open(authEnveloped(right, transport(BOB.certificate())))).isInstanceOf(OpenResult.Opened.class);
        assertThat(open(authEnveloped(moved, transport(BOB.certificate())))).isEqualTo(notOpened(Cause.NOT_DECRYPTED));
    }

    @Test
    void onlyTheExactNameOfACertificateIsItsName() throws Exception {
        MailCertificate own = BOB.certificate();
        byte[] keyIdentifier = own.subjectKeyIdentifier().orElseThrow().octets();
        byte[] otherIdentifier = keyIdentifier.clone();
        otherIdentifier[otherIdentifier.length - 1] ^= 1;

        assertThat(open(enveloped(cbc(PLAIN), transport(named(own.issuer(), own.serialNumber())))))
                .isInstanceOf(OpenResult.Opened.class);
        assertThat(open(enveloped(cbc(PLAIN), transport(new RecipientIdentifier(new DEROctetString(keyIdentifier))))))
                .isInstanceOf(OpenResult.Opened.class);
        for (RecipientIdentifier other : new RecipientIdentifier[] {
            named(new X500Name("CN=Another"), own.serialNumber()),
            named(own.issuer(), own.serialNumber().add(BigInteger.ONE)),
            new RecipientIdentifier(new DEROctetString(otherIdentifier)),
            new RecipientIdentifier(new DEROctetString(Arrays.copyOf(keyIdentifier, keyIdentifier.length - 1)))
        }) {
            assertThat(open(enveloped(cbc(PLAIN), transport(other)))).isEqualTo(notOpened(Cause.NO_KEY));
        }
    }

    @Test
    void fourKeysAreTriedAndNoFifth() throws Exception {
        List<CountingKey> keys = new ArrayList<>();
        RecipientInfo[] infos = new RecipientInfo[5];
        for (int i = 0; i < infos.length; i++) {
            CountingKey key = new CountingKey(Pki.CA
                    .issue(
                            Pki.BOB,
                            KeyAlgorithm.RSA2048,
                            org.postseal.certstore.issue.Profile.DUAL,
                            Pki.FROM,
                            Pki.UNTIL)
                    .keyHandle());
            keys.add(key);
            infos[i] = transport(key.certificate());
        }
        byte[] noMail = "no mail".getBytes(StandardCharsets.US_ASCII);

        assertThat(open(enveloped(cbc(noMail), infos), keys.toArray(KeyHandle[]::new)))
                .isEqualTo(notOpened(Cause.NOT_MIME));
        assertThat(keys).extracting(key -> key.uses).containsExactlyInAnyOrder(1, 1, 1, 1, 0);
    }

    // A second RecipientInfo for the same key must tell nothing (CVE-2019-1563). The set is sorted by its octets.
    @ParameterizedTest
    @CsvSource({"0, false", "255, true"})
    void ofTwoRecipientInfosForOneKeyTheFirstIsUsed(int octet, boolean isRightFirst) throws Exception {
        MailCertificate own = BOB.certificate();
        byte[] chosen = new byte[256];
        Arrays.fill(chosen, (byte) octet);
        RecipientInfo second = new RecipientInfo(new KeyTransRecipientInfo(
                named(own.issuer(), own.serialNumber()),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new DEROctetString(chosen)));
        CountingKey key = new CountingKey(BOB);

        OpenResult result = open(enveloped(cbc(PLAIN), transport(own), second), key);

        assertThat(result instanceof OpenResult.Opened).isEqualTo(isRightFirst);
        assertThat(key.uses).isEqualTo(1);
    }

    @Test
    void recipientsOfOneKeyAgreementAreCountedOneByOne() throws Exception {
        KeyHandle curve = Pki.key(Pki.BOB, KeyAlgorithm.P256);
        ASN1EncodableVector encrypted = new ASN1EncodableVector();
        for (int i = 0; i < 4; i++) {
            encrypted.add(new RecipientEncryptedKey(
                    new KeyAgreeRecipientIdentifier(
                            new IssuerAndSerialNumber(new X500Name("CN=" + i), BigInteger.valueOf(i))),
                    new DEROctetString(new byte[24])));
        }
        RecipientInfo info = new RecipientInfo(new KeyAgreeRecipientInfo(
                new OriginatorIdentifierOrKey(new OriginatorPublicKey(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey),
                        curve.certificate()
                                .holder()
                                .getSubjectPublicKeyInfo()
                                .getPublicKeyData()
                                .getOctets())),
                null,
                new AlgorithmIdentifier(X9ObjectIdentifiers.dhSinglePass_stdDH_sha1kdf_scheme),
                new DERSequence(encrypted)));
        RawMessage mail = enveloped(cbc(PLAIN), info);

        assertThat(open(mail, 4)).isEqualTo(notOpened(Cause.NO_KEY));
        assertThat(open(mail, 3)).isEqualTo(notOpened(Cause.LIMIT_EXCEEDED));
    }

    /**
     * A wrong key makes such content if its padding and first octet come out right by chance. A tag says that the
     * content is what was sent.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\nGr\u00fc\u00dfe, Bob\r\n",
                "\n\u00fc\u0001\u00a7 w\u0090",
                "\r\u00fc\u0001\u00a7 w",
                "\r\n0123456789abcdef0123456789abcdef\u0080"
            })
    void withoutFieldsOnlyAsciiIsMimeUnlessATagSaysSo(String content) throws Exception {
        byte[] plain = content.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(open(enveloped(cbc(plain), transport(BOB.certificate())))).isEqualTo(notOpened(Cause.NOT_MIME));
        assertThat(open(authEnveloped(gcm(plain, 12, 16), transport(BOB.certificate()))))
                .isInstanceOf(OpenResult.Opened.class);
    }

    @Test
    void withoutFieldsANulIsNotMadeBase64WithoutATag() throws Exception {
        byte[] plain = "\r\nx\u0000y".getBytes(StandardCharsets.US_ASCII);

        assertThat(open(enveloped(cbc(plain), transport(BOB.certificate())))).isEqualTo(notOpened(Cause.NOT_CARRIABLE));
        assertThat(open(authEnveloped(gcm(plain, 12, 16), transport(BOB.certificate()))))
                .isInstanceOf(OpenResult.Opened.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\nHello\r\n", "\nHello\n", "\r\n", "\r\n\t\f\r\n"})
    void withoutFieldsAsciiIsOpenedWithoutATagToo(String content) throws Exception {
        assertThat(mayBeCut(content)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Note: this",
                "Note: this\r\nContent-Type: text/plain",
                "To: this\r\nContent-Type: text/plain",
                "Subject: this\r\nContent-Type: text/plain",
                "Content-ID: this\r\nContent-Type: text/plain",
                "MIME-Version: this\r\nContent-Type: text/plain",
                "MIME-Version: 1.0",
                "Content-Disposition: inline",
                "Content-Type: is 4711",
                "Content-Type: x/plain",
                "Content-Type:text/plain",
                "Content-Type:\r\n text/plain",
                "Content-Language: en\r\nContent-Type: text/plain",
                "MIME-Version: 1.0\r\nContent-Type: text/plain",
                "MIME-Version: 1.0\r\nContent-Disposition: attachment; filename=any.p7z\r\nContent-Type: text/plain"
            })
    void aHeaderThatMayBeCutIsSaidToBeSo(String header) throws Exception {
        assertThat(mayBeCut(header + "\r\n\r\nHello\r\n")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "content-type: MULTIPART/mixed ;\r\n boundary=x\r\nSubject: any",
                "Content-Transfer-Encoding: 8bit\r\nContent-Type: application/x-any"
            })
    void aHeaderThatMailProgramsWriteIsNotCut(String header) throws Exception {
        assertThat(mayBeCut(header + "\r\n\r\nHello\r\n")).isFalse();
    }

    /** Somebody who knows a part of the text may jump back, and choose from where. */
    @Test
    void aCiphertextInWhichABlockOccursTwiceIsNotDecrypted() throws Exception {
        byte[] plain = ("Content-Type: text/plain\r\n\r\n" + "x".repeat(64_000)).getBytes(StandardCharsets.US_ASCII);
        Encrypted honest = cbc(plain);
        byte[] spliced = Arrays.copyOf(honest.ciphertext(), honest.ciphertext().length + 32_000);
        System.arraycopy(honest.ciphertext(), 16_000, spliced, 48_000, honest.ciphertext().length - 16_000);

        assertThat(open(enveloped(honest, transport(BOB.certificate())))).isInstanceOf(OpenResult.Opened.class);
        assertThat(open(enveloped(
                        new Encrypted(honest.algorithm(), spliced, honest.tag()), transport(BOB.certificate()))))
                .isEqualTo(notOpened(Cause.NOT_DECRYPTED));
    }

    private static boolean mayBeCut(String content) throws Exception {
        byte[] plain = content.getBytes(StandardCharsets.US_ASCII);
        OpenResult opened = open(enveloped(cbc(plain), transport(BOB.certificate())));

        assertThat(opened).isInstanceOf(OpenResult.Opened.class);
        return ((OpenResult.Opened) opened).message().mayBeCut();
    }

    private static OpenResult open(RawMessage mail, int recipients) throws IOException {
        CmsLimits limits = new CmsLimits(recipients, 10, 100, 10, 4 << 20, 200_000);
        return new CmsOpener(limits).open(Mail.scan(mail), List.of(BOB), LegacyReading.NONE, Mail.scope());
    }

    private static OpenResult open(RawMessage mail, KeyHandle... keys) throws IOException {
        return Mail.open(mail, keys.length == 0 ? new KeyHandle[] {BOB} : keys);
    }

    private static final class CountingKey extends ForwardingKey {
        private int uses;

        CountingKey(KeyHandle key) {
            super(key);
        }

        @Override
        public byte[] recoverContentKey(WrappedContentKey wrapped) {
            uses++;
            return super.recoverContentKey(wrapped);
        }
    }

    private record Encrypted(AlgorithmIdentifier algorithm, byte[] ciphertext, byte[] tag) {}

    private static Encrypted cbc(byte[] plain) throws Exception {
        byte[] vector = new byte[16];
        return new Encrypted(
                new AlgorithmIdentifier(ContentCipher.AES128_CBC.oid(), new DEROctetString(vector)),
                encrypt("AES/CBC/PKCS5Padding", new IvParameterSpec(vector), plain),
                new byte[16]);
    }

    private static Encrypted gcm(byte[] plain, int nonceLength, int tagLength) throws Exception {
        byte[] nonce = new byte[nonceLength];
        byte[] both = encrypt("AES/GCM/NoPadding", new GCMParameterSpec(8 * tagLength, nonce), plain);
        return new Encrypted(
                new AlgorithmIdentifier(ContentCipher.AES128_GCM.oid(), new GCMParameters(nonce, tagLength)),
                Arrays.copyOf(both, both.length - tagLength),
                Arrays.copyOfRange(both, both.length - tagLength, both.length));
    }

    private static byte[] encrypt(String transformation, AlgorithmParameterSpec parameters, byte[] plain)
            throws Exception {
        Cipher cipher = Cipher.getInstance(transformation, "SunJCE");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), parameters);
        return cipher.doFinal(plain);
    }

    private static RecipientIdentifier named(X500Name issuer, BigInteger serial) {
        return new RecipientIdentifier(new IssuerAndSerialNumber(issuer, serial));
    }

    private static RecipientInfo transport(MailCertificate recipient) throws Exception {
        return transport(named(recipient.issuer(), recipient.serialNumber()), recipient);
    }

    private static RecipientInfo transport(RecipientIdentifier identifier) throws Exception {
        return transport(identifier, BOB.certificate());
    }

    private static RecipientInfo transport(RecipientIdentifier identifier, MailCertificate recipient) throws Exception {
        Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        rsa.init(Cipher.ENCRYPT_MODE, recipient.x509().getPublicKey());
        return new RecipientInfo(new KeyTransRecipientInfo(
                identifier,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new DEROctetString(rsa.doFinal(KEY))));
    }

    private static RawMessage enveloped(Encrypted encrypted, RecipientInfo... recipients) throws IOException {
        return mail(new ContentInfo(
                CMSObjectIdentifiers.envelopedData,
                new EnvelopedData(null, new DERSet(recipients), content(encrypted), (DERSet) null)));
    }

    private static RawMessage authEnveloped(Encrypted encrypted, RecipientInfo... recipients) throws IOException {
        return mail(new ContentInfo(
                CMSObjectIdentifiers.authEnvelopedData,
                new AuthEnvelopedData(
                        null,
                        new DERSet(recipients),
                        content(encrypted),
                        null,
                        new DEROctetString(encrypted.tag()),
                        null)));
    }

    private static EncryptedContentInfo content(Encrypted encrypted) {
        return new EncryptedContentInfo(
                CMSObjectIdentifiers.data, encrypted.algorithm(), new DEROctetString(encrypted.ciphertext()));
    }

    private static RawMessage mail(ASN1Encodable object) {
        return Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(Der.encode(object)) + "\r\n");
    }

    private static OpenResult notOpened(Cause cause) {
        return new OpenResult.NotOpened(cause);
    }
}
