package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.cms.CMSSignedData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.SigningSettings;

@Tag("thorough")
class CmsSignerTest {
    private static final IssuedCertificate ALICE = Pki.issued(Pki.ALICE, KeyAlgorithm.RSA2048);

    @Test
    void outerFieldsStayOctetForOctetAndTheContentFieldsGoInside() throws Exception {
        RawMessage message = Mail.of(
                "Content-Language: en\r\n" + Mail.OUTER + "X-Last: 1\r\nContent-Type: text/plain\r\n\r\nbody\r\n");
        String signed = Mail.text(Mail.sign(message, ALICE.keyHandle(), Mail.CLEAR));
        String boundary = boundary(signed);

        assertThat(signed.substring(0, signed.indexOf("\r\n\r\n")))
                .isEqualTo(Mail.OUTER
                        + "X-Last: 1\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
                        + "\tmicalg=sha-256;\r\n\tboundary=\"" + boundary + "\"");
        assertThat(Mail.text(content(Mail.of(signed))))
                .isEqualTo("Content-Language: en\r\nContent-Type: text/plain\r\n\r\nbody\r\n");
        assertThat(Mail.text(signature(Mail.of(signed))).split("\r\n\r\n", 2)[0])
                .isEqualTo("""
                Content-Type: application/pkcs7-signature; name="smime.p7s"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="smime.p7s"
                Content-Description: S/MIME cryptographic signature""".replace("\n", "\r\n"));
    }

    @Test
    void boundariesAreFresh() throws Exception {
        RawMessage message = Mail.message("body\r\n");
        assertThat(boundary(Mail.text(Mail.sign(message, ALICE.keyHandle(), Mail.CLEAR))))
                .isNotEqualTo(boundary(Mail.text(Mail.sign(message, ALICE.keyHandle(), Mail.CLEAR))));
    }

    @ParameterizedTest
    @CsvSource({
        "'From: a@b.c\r\n\r\nno MIME at all\r\n', 'From: a@b.c\r\nMIME-Version: 1.0\r\n',"
                + " 'Content-Type: text/plain; charset=us-ascii\r\n\r\nno MIME at all\r\n'",
        "'From: a@b.c\r\n', 'From: a@b.c\r\nMIME-Version: 1.0\r\n',"
                + " 'Content-Type: text/plain; charset=us-ascii\r\n\r\n'",
        "'MIME-Version: 1.0\r\nMIME-Version: 2.0\r\nContent-Type: text/plain\r\n\r\n',"
                + " 'MIME-Version: 1.0\r\n', 'Content-Type: text/plain\r\n\r\n'"
    })
    void oddMessagesBecomeSoundOnes(String message, String outer, String entity) throws Exception {
        RawMessage signed = Mail.sign(Mail.of(message), ALICE.keyHandle(), Mail.CLEAR);

        assertThat(Mail.text(signed).substring(0, Mail.text(signed).indexOf("Content-Type: multipart/signed")))
                .isEqualTo(outer);
        assertThat(Mail.text(content(signed))).isEqualTo(entity);
        assertThat(Mail.verify(signed)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void eightBitBecomesSevenBitBeforeItIsSigned() throws Exception {
        RawMessage message = Mail.of(Mail.OUTER
                + "Content-Type: text/plain; charset=iso-8859-1\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\nGr\u00FC\u00DFe\r\nFrom here \r\n");
        RawMessage signed = Mail.sign(message, ALICE.keyHandle(), Mail.CLEAR);

        assertThat(Mail.text(signed).chars().allMatch(c -> c < 128)).isTrue();
        assertThat(new String(CmsRoot.content(Mail.scan(content(signed))).readAllBytes(), StandardCharsets.ISO_8859_1))
                .isEqualTo("Gr\u00FC\u00DFe\r\nFrom here \r\n");
        assertThat(Mail.verify(signed)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void eightBitThatMayNotBeTouchedIsRefusedByName() {
        RawMessage message = Mail.of(Mail.OUTER + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
                + "Content-Type: multipart/signed; protocol=\"application/pgp-signature\";"
                + " boundary=b\r\n\r\n--b\r\n\r\n\u00FC\r\n--b\r\n\r\nx\r\n--b--\r\n--a--\r\n");

        assertThatThrownBy(() -> Mail.sign(message, ALICE.keyHandle(), Mail.CLEAR))
                .isInstanceOfSatisfying(
                        SealException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONTENT_NOT_CONVERTIBLE));
    }

    @Test
    void opaqueCarriesWhatClearCannot() throws Exception {
        RawMessage message = Mail.of(Mail.OUTER + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
                + "Content-Type: multipart/signed; protocol=\"application/pgp-signature\";"
                + " boundary=b\r\n\r\n--b\r\n\r\n\u00FC\r\n--b\r\n\r\nx\r\n--b--\r\n--a--\r\n");

        assertThat(Mail.verify(Mail.sign(message, ALICE.keyHandle(), Mail.OPAQUE)))
                .isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void everyAttributeOnceInTheOrderOfDer() throws Exception {
        IssuedCertificate encryption = Pki.issued(Pki.ALICE, KeyAlgorithm.P256);
        RawMessage message = Mail.message("x\r\n");
        RawMessage signed = new CmsSigner()
                .sign(
                        message,
                        Mail.header(message),
                        new CmsSigner.Signer(
                                ALICE.keyHandle(), Optional.of(encryption.certificate()), Optional.empty()),
                        Mail.CLEAR,
                        Pki.NOW,
                        Mail.scope())
                .message();
        CMSSignedData data = signedData(signed);
        ASN1Set attributes = attributes(data);

        assertThat(types(attributes))
                .containsExactlyInAnyOrder(
                        CMSAttributes.contentType,
                        CMSAttributes.messageDigest,
                        CMSAttributes.signingTime,
                        SMIMEAttributes.smimeCapabilities,
                        SMIMEAttributes.encrypKeyPref,
                        SignedAttributes.MICROSOFT_KEY_PREFERENCE,
                        PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                        CMSAttributes.cmsAlgorithmProtect);
        assertThat(attributes.getEncoded()).isEqualTo(attributes.getEncoded("DER"));
        assertThat(data.getCertificates().getMatches(null))
                .containsExactlyInAnyOrder(
                        ALICE.certificate().holder(),
                        encryption.certificate().holder(),
                        Pki.CA.issuer().holder());
    }

    /** The attributes of a signer are made once. A signer with other settings must not get them. */
    @Test
    void attributesAreKeptApart() throws Exception {
        CmsSigner signer = new CmsSigner();
        MailCertificate encryption = Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate();
        KeyHandle key = ALICE.keyHandle();
        CmsSigner.Signer own = CmsSigner.Signer.of(key);
        Set<ASN1ObjectIdentifier> always = Set.of(
                CMSAttributes.contentType,
                CMSAttributes.messageDigest,
                CMSAttributes.signingTime,
                SMIMEAttributes.encrypKeyPref,
                PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                CMSAttributes.cmsAlgorithmProtect);
        SigningSettings silent = new SigningSettings(
                Mail.CLEAR.digest(),
                Mail.CLEAR.padding(),
                true,
                Mail.CLEAR.keyPlace(),
                Mail.CLEAR.certificates(),
                false);

        // The domain's certificate does not say to which certificate answers shall be encrypted.
        Set<ASN1ObjectIdentifier> ofDomain = with(always, SignedAttributes.SIGNATURE_TYPE);
        ofDomain.remove(SMIMEAttributes.encrypKeyPref);

        for (int round = 0; round < 2; round++) {
            assertThat(types(signer, own, silent)).isEqualTo(always);
            assertThat(types(signer, own, Mail.CLEAR)).isEqualTo(with(always, SMIMEAttributes.smimeCapabilities));
            assertThat(types(signer, new CmsSigner.Signer(key, Optional.of(encryption), Optional.empty()), silent))
                    .isEqualTo(with(always, SignedAttributes.MICROSOFT_KEY_PREFERENCE));
            assertThat(types(
                            signer,
                            new CmsSigner.Signer(key, Optional.empty(), Optional.empty(), SignerReport.Role.DOMAIN),
                            silent))
                    .isEqualTo(ofDomain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1949-12-31T23:59:59Z, 24, 19491231235959Z",
        "1950-01-01T00:00:00Z, 23, 500101000000Z",
        "2026-11-24T12:00:00.9Z, 23, 261124120000Z",
        "2049-12-31T23:59:59Z, 23, 491231235959Z",
        "2050-01-01T00:00:00Z, 24, 20500101000000Z"
    })
    void signingTimeHasTwoDigitsForItsYearWhereTheyTell(Instant time, int tag, String text) throws Exception {
        SignedAttributes attributes = SignedAttributes.of(
                SigningAlgorithm.choose(
                                ALICE.certificate().keyKind(), ALICE.keyHandle().schemes(), Mail.CLEAR)
                        .orElseThrow(),
                ALICE.certificate(),
                Optional.empty(),
                true,
                SignerReport.Role.ORIGINATOR);

        ASN1Encodable value = new AttributeTable(
                        ASN1Set.getInstance(Der.value(Der.SET, attributes.content(new byte[32], time))))
                .get(CMSAttributes.signingTime)
                .getAttributeValues()[0];

        assertThat(Der.encode(value)).isEqualTo(Der.value(tag, text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void keyThatCannotIsRefusedByName() {
        KeyHandle key = Pki.key(Pki.BOB, KeyAlgorithm.X25519);
        assertThatThrownBy(() -> Mail.sign(Mail.message("x\r\n"), key, Mail.CLEAR))
                .isInstanceOfSatisfying(
                        SealException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ALGORITHM_NOT_ALLOWED));
    }

    @Test
    void keyThatFailsIsRefusedByName() {
        KeyHandle gone = new ForwardingKey(ALICE.keyHandle()) {
            @Override
            public byte[] sign(org.postseal.certstore.SignatureScheme scheme, byte[] input) throws SignatureException {
                throw new SignatureException("token gone");
            }
        };
        assertThatThrownBy(() -> Mail.sign(Mail.message("x\r\n"), gone, Mail.CLEAR))
                .isInstanceOfSatisfying(
                        SealException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CRYPTOGRAPHIC_FAILURE));
    }

    @ParameterizedTest
    @CsvSource({"SHA256, sha-256", "SHA384, sha-384", "SHA512, sha-512"})
    void micalgNamesTheDigest(SigningSettings.Digest digest, String micalg) throws Exception {
        SigningSettings settings = new SigningSettings(digest, SigningSettings.RsaPadding.PSS, true);
        assertThat(Mail.scan(Mail.sign(Mail.message("x\r\n"), ALICE.keyHandle(), settings))
                        .contentType()
                        .parameter("micalg"))
                .contains(micalg);
    }

    private static Set<ASN1ObjectIdentifier> types(CmsSigner signer, CmsSigner.Signer who, SigningSettings settings)
            throws Exception {
        RawMessage message = Mail.message("x\r\n");
        RawMessage signed = signer.sign(message, Mail.header(message), who, settings, Pki.NOW, Mail.scope())
                .message();
        return Set.copyOf(types(attributes(signedData(signed))));
    }

    private static Set<ASN1ObjectIdentifier> with(Set<ASN1ObjectIdentifier> some, ASN1ObjectIdentifier another) {
        Set<ASN1ObjectIdentifier> all = new HashSet<>(some);
        all.add(another);
        return all;
    }

    private static CMSSignedData signedData(RawMessage signed) throws Exception {
        return new CMSSignedData(
                CmsRoot.content(Mail.scan(signed).signedParts().orElseThrow().signature()));
    }

    private static ASN1Set attributes(CMSSignedData data) {
        return data.getSignerInfos().iterator().next().toASN1Structure().getAuthenticatedAttributes();
    }

    private static List<ASN1ObjectIdentifier> types(ASN1Set attributes) {
        List<ASN1ObjectIdentifier> types = new ArrayList<>();
        for (ASN1Encodable attribute : attributes) {
            types.add(Attribute.getInstance(attribute).getAttrType());
        }
        return types;
    }

    private static String boundary(String signed) {
        return signed.replaceAll("(?s).*?boundary=\"([^\"]+)\".*", "$1");
    }

    private static RawMessage content(RawMessage signed) throws Exception {
        return parts(signed).content().raw();
    }

    private static RawMessage signature(RawMessage signed) throws Exception {
        return parts(signed).signature().raw();
    }

    private static MimeEntity.SignedParts parts(RawMessage signed) throws Exception {
        return Mail.scan(signed).signedParts().orElseThrow();
    }
}
