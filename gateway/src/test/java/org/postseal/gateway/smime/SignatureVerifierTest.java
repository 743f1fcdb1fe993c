package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CertificateAuthority;
import org.postseal.certstore.ca.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

class SignatureVerifierTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    private static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.P256);
    private static final byte[] ENTITY =
            "Content-Type: text/plain\r\n\r\nPay 100\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void clearMailIsUnsigned() throws Exception {
        assertThat(Mail.verify(Mail.message("x\r\n"))).isEqualTo(new SignatureVerdict.Unsigned());
    }

    @Test
    void alteredContentIsSeen() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("Pay 100\r\n"), ALICE, Mail.CLEAR);
        RawMessage altered = Mail.of(Mail.text(signed).replace("Pay 100", "Pay 900"));

        assertThat(Mail.verify(altered)).isEqualTo(invalid(Cause.CONTENT_ALTERED));
    }

    @Test
    void whatSpacesAndLineEndsAreChangedIsSeen() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("Pay 100\r\n"), ALICE, Mail.CLEAR);

        assertThat(Mail.verify(Mail.of(Mail.text(signed).replace("Pay 100\r\n", "Pay 100 \r\n"))))
                .isEqualTo(invalid(Cause.CONTENT_ALTERED));
        assertThat(Mail.verify(Mail.of(Mail.text(signed).replace("Pay 100\r\n", "Pay 100\r\n\r\n"))))
                .isEqualTo(invalid(Cause.CONTENT_ALTERED));
    }

    @Test
    void noBitOfTheSignaturePartCanBeFlippedIntoSomethingElseThanValidOrFailed() throws Exception {
        byte[] object = signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate());
        assertThat(verdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
        int signatureStart = object.length - 60;
        for (int i = 0; i < object.length; i += i < signatureStart ? 7 : 1) {
            byte[] altered = object.clone();
            altered[i] ^= 1;
            SignatureVerdict verdict = verdict(altered);
            if (i >= signatureStart) {
                assertThat(verdict).as("octet %d", i).isInstanceOf(SignatureVerdict.Invalid.class);
            }
            assertThat(verdict).as("octet %d", i).isNotInstanceOf(SignatureVerdict.Unsigned.class);
        }
    }

    @Test
    void nobodySigned() throws Exception {
        assertThat(verdict(signedData(Optional.empty(), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.NO_SIGNER, Optional.empty()));
        assertThat(opaqueVerdict(signedData(Optional.of(ENTITY), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.NO_SIGNER, Optional.empty()));
    }

    @Test
    void contentInsideAndOutside() throws Exception {
        byte[] object = signedData(Optional.of(ENTITY), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate());

        assertThat(verdict(object))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CONTENT_BOTH_INSIDE_AND_OUTSIDE, Optional.empty()));
        assertThat(opaqueVerdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void everySignerMustBeGood() throws Exception {
        SignerInfo good = signer(ALICE, attributes(ALICE));
        SignerInfo alsoGood = signer(BOB, attributes(BOB));
        SignerInfo bad = corrupted(alsoGood);

        assertThat(verdict(
                        signedData(Optional.empty(), List.of(good, alsoGood), ALICE.certificate(), BOB.certificate())))
                .isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(verdict(signedData(Optional.empty(), List.of(good, bad), ALICE.certificate(), BOB.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.SIGNATURE_WRONG, Optional.of(BOB.certificate())));
        assertThat(verdict(signedData(Optional.empty(), List.of(good, alsoGood), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.SIGNER_CERTIFICATE_MISSING, Optional.empty()));
    }

    @Test
    void signerIsNotTheAuthor() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), BOB, Mail.CLEAR);

        assertThat(Mail.verify(signed))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.ADDRESS_MISMATCH, Optional.of(BOB.certificate())));
        assertThat(new SignatureVerifier(CmsLimits.DEFAULT)
                        .verify(Mail.scan(signed), Optional.empty(), Pki.trusting(Pki.CA.root()), Pki.NOW))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.FROM_AMBIGUOUS, Optional.of(BOB.certificate())));
    }

    @Test
    void trustIsJudgedWhenItIsReceivedAndByOurAnchors() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR);
        CertificateAuthority other = CertificateAuthority.create("Another", Pki.FROM, Pki.UNTIL);

        assertThat(Mail.verify(signed, Pki.ALICE, Pki.trusting(other.root()), Pki.NOW))
                .isEqualTo(invalid(Cause.CERTIFICATE_UNTRUSTED));
        // signingTime says 2026, which is within the validity, and it must not help
        assertThat(Mail.verify(signed, Pki.ALICE, Pki.trusting(Pki.CA.root()), Pki.UNTIL.plus(Duration.ofDays(1))))
                .isEqualTo(invalid(Cause.CERTIFICATE_EXPIRED));
        assertThat(Mail.verify(signed, Pki.ALICE, Pki.trusting(Pki.CA.root()), Pki.FROM.minus(Duration.ofDays(1))))
                .isEqualTo(invalid(Cause.CERTIFICATE_NOT_YET_VALID));
    }

    @Test
    void certificateForEncryptionSignsNothing() throws Exception {
        KeyHandle key = Pki.CA
                .issue(Pki.ALICE, KeyAlgorithm.P256, Profile.ENCRYPT, Pki.FROM, Pki.UNTIL)
                .keyHandle();
        RawMessage signed = Mail.sign(Mail.message("x\r\n"), key, Mail.CLEAR);

        assertThat(Mail.verify(signed))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.CERTIFICATE_WRONG_USAGE, Optional.of(key.certificate())));
    }

    /** What may be wrong with the signed attributes. */
    enum Wrong {
        MISSING(Cause.SIGNED_ATTRIBUTES_WRONG),
        NO_CONTENT_TYPE(Cause.SIGNED_ATTRIBUTES_WRONG),
        OTHER_CONTENT_TYPE(Cause.SIGNED_ATTRIBUTES_WRONG),
        NO_DIGEST(Cause.SIGNED_ATTRIBUTES_WRONG),
        TWO_DIGESTS(Cause.SIGNED_ATTRIBUTES_WRONG),
        TWO_VALUES(Cause.SIGNED_ATTRIBUTES_WRONG),
        OTHER_DIGEST(Cause.CONTENT_ALTERED),
        OTHER_CERTIFICATE(Cause.SIGNED_ATTRIBUTES_WRONG),
        OTHER_ALGORITHM(Cause.SIGNED_ATTRIBUTES_WRONG);

        private final Cause cause;

        Wrong(Cause cause) {
            this.cause = cause;
        }
    }

    @ParameterizedTest
    @EnumSource
    void signedAttributesAreChecked(Wrong wrong) throws Exception {
        List<Attribute> right = attributes(ALICE);
        List<Attribute> attributes = new ArrayList<>(right);
        switch (wrong) {
            case MISSING -> attributes.clear();
            case NO_CONTENT_TYPE -> remove(attributes, CMSAttributes.contentType);
            case OTHER_CONTENT_TYPE -> {
                remove(attributes, CMSAttributes.contentType);
                attributes.add(new Attribute(CMSAttributes.contentType, new DERSet(CMSObjectIdentifiers.signedData)));
            }
            case NO_DIGEST -> remove(attributes, CMSAttributes.messageDigest);
            case TWO_DIGESTS ->
                attributes.add(
                        new Attribute(CMSAttributes.messageDigest, new DERSet(new DEROctetString(new byte[32]))));
            case TWO_VALUES -> {
                remove(attributes, CMSAttributes.messageDigest);
                ASN1EncodableVector values = new ASN1EncodableVector();
                values.add(new DEROctetString(DigestAlgorithm.SHA256.newDigest().digest(ENTITY)));
                values.add(new DEROctetString(new byte[32]));
                attributes.add(new Attribute(CMSAttributes.messageDigest, new DERSet(values)));
            }
            case OTHER_DIGEST -> {
                remove(attributes, CMSAttributes.messageDigest);
                attributes.add(
                        new Attribute(CMSAttributes.messageDigest, new DERSet(new DEROctetString(new byte[32]))));
            }
            case OTHER_CERTIFICATE -> {
                attributes.clear();
                attributes.addAll(attributes(BOB));
            }
            case OTHER_ALGORITHM -> {
                remove(attributes, CMSAttributes.cmsAlgorithmProtect);
                attributes.add(new Attribute(
                        CMSAttributes.cmsAlgorithmProtect,
                        new DERSet(new CMSAlgorithmProtection(
                                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512),
                                CMSAlgorithmProtection.SIGNATURE,
                                ECDSA))));
            }
        }
        SignatureVerdict verdict =
                verdict(signedData(Optional.empty(), List.of(signer(ALICE, attributes)), ALICE.certificate()));

        assertThat(verdict(signedData(Optional.empty(), List.of(signer(ALICE, right)), ALICE.certificate())))
                .isInstanceOf(SignatureVerdict.Valid.class);
        assertThat(verdict).isEqualTo(invalid(wrong.cause));
    }

    @Test
    void weakDigestIsNotBelieved() throws Exception {
        SignerInfo good = signer(ALICE, attributes(ALICE));
        SignerInfo weak = new SignerInfo(
                good.getSID(),
                new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
                good.getAuthenticatedAttributes(),
                good.getDigestEncryptionAlgorithm(),
                good.getEncryptedDigest(),
                (ASN1Set) null);

        assertThat(verdict(signedData(Optional.empty(), List.of(weak), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.ALGORITHM_WEAK, Optional.of(ALICE.certificate())));
    }

    @Test
    void renewedCertificatesOfOneKeyAreAllTried() throws Exception {
        var issued = Pki.issued(Pki.ALICE, KeyAlgorithm.P384);
        SignerInfo bySubjectKey = signer(issued.keyHandle(), attributes(issued.keyHandle()), true);
        MailCertificate expired = Pki.CA
                .issue(Pki.ALICE, KeyAlgorithm.P256, Profile.DUAL, Pki.FROM, Pki.FROM.plusSeconds(60))
                .certificate();

        assertThat(verdict(signedData(
                        Optional.empty(), List.of(bySubjectKey), expired, issued.certificate(), BOB.certificate())))
                .isEqualTo(new SignatureVerdict.Valid(
                        issued.certificate(), List.of(issued.certificate(), Pki.CA.issuer(), Pki.CA.root())));
    }

    @Test
    void tooManySignersOrCertificates() throws Exception {
        List<SignerInfo> eleven = java.util.Collections.nCopies(11, signer(ALICE, attributes(ALICE)));
        List<SignerInfo> distinct = new ArrayList<>();
        for (int i = 0; i < eleven.size(); i++) {
            distinct.add(signer(ALICE, attributes(ALICE)));
        }
        assertThat(verdict(signedData(Optional.empty(), distinct, ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.LIMIT_EXCEEDED, Optional.empty()));

        MailCertificate[] many = new MailCertificate[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = Pki.CA
                    .request(MailAddress.of("u" + i + "@example.com"))
                    .key(KEY)
                    .validity(Pki.FROM, Pki.UNTIL)
                    .issue()
                    .certificate();
        }
        assertThat(verdict(signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), many)))
                .isEqualTo(new SignatureVerdict.Unverifiable(Cause.LIMIT_EXCEEDED, Optional.empty()));
    }

    @Test
    void structureThatProgramsReadDifferentlyIsNotClaimed() throws Exception {
        String signed = Mail.text(Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR));
        String boundary = signed.replaceAll("(?s).*boundary=\"([^\"]+)\".*", "$1");
        SignatureVerdict malformed = new SignatureVerdict.Invalid(Cause.MALFORMED, Optional.empty());

        assertThat(Mail.verify(Mail.of(signed.replace(
                        "\r\n--" + boundary + "--", "\r\n--" + boundary + "\r\n\r\nmore\r\n--" + boundary + "--"))))
                .as("a third part")
                .isEqualTo(malformed);
        assertThat(Mail.verify(Mail.of(signed.replace("\r\n--" + boundary + "--\r\n", "\r\n"))))
                .as("no end")
                .isEqualTo(malformed);
        assertThat(Mail.verify(Mail.of(signed.replace(
                        "Content-Type: multipart/signed;",
                        "Content-Type: text/plain\r\nContent-Type: multipart/signed;"))))
                .as("two types")
                .isNotInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void signedPartBelowTheRootDoesNotCount() throws Exception {
        String signed =
                Mail.text(Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR)).substring(Mail.OUTER.length());
        RawMessage wrapped =
                Mail.of(Mail.OUTER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nPay 900\r\n--b\r\n"
                        + signed + "\r\n--b--\r\n");

        assertThat(Mail.verify(wrapped)).isEqualTo(new SignatureVerdict.Unsigned());
    }

    @Test
    void certsOnlyIsNoSignature() throws Exception {
        assertThat(opaqueVerdict(signedData(Optional.empty(), List.of(), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Unsigned());
        assertThat(opaqueVerdict(
                        signedData(Optional.empty(), List.of(signer(ALICE, attributes(ALICE))), ALICE.certificate())))
                .isEqualTo(new SignatureVerdict.Invalid(Cause.MALFORMED, Optional.empty()));
    }

    @Test
    void indefiniteLengthsAndFragmentsAreRead() throws Exception {
        ASN1EncodableVector digests = new ASN1EncodableVector();
        digests.add(DigestAlgorithm.SHA256.identifier());
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        certificates.add(Pki.CA.issuer().holder().toASN1Structure());
        certificates.add(ALICE.certificate().holder().toASN1Structure());
        byte[] object = new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                new org.bouncycastle.asn1.BERSet(digests),
                                new ContentInfo(CMSObjectIdentifiers.data, new BEROctetString(ENTITY, 7)),
                                new org.bouncycastle.asn1.BERSet(certificates),
                                null,
                                new DERSet(signer(ALICE, attributes(ALICE)))))
                .getEncoded("BER");

        assertThat(opaqueVerdict(object)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    private static final org.postseal.certstore.key.KeyMaterial KEY =
            org.postseal.certstore.key.KeyMaterial.generate(KeyAlgorithm.P256);
    private static final AlgorithmIdentifier ECDSA =
            new AlgorithmIdentifier(org.bouncycastle.asn1.x9.X9ObjectIdentifiers.ecdsa_with_SHA256);

    private static SignatureVerdict invalid(Cause cause) {
        return new SignatureVerdict.Invalid(cause, Optional.of(ALICE.certificate()));
    }

    private static void remove(List<Attribute> attributes, ASN1ObjectIdentifier type) {
        assertThat(attributes.removeIf(attribute -> attribute.getAttrType().equals(type)))
                .isTrue();
    }

    private static List<Attribute> attributes(KeyHandle key) {
        SigningAlgorithm algorithm =
                SigningAlgorithm.choose(key.schemes(), Mail.CLEAR).orElseThrow();
        List<Attribute> attributes = new ArrayList<>();
        SignedAttributes.make(
                        algorithm,
                        DigestAlgorithm.SHA256.newDigest().digest(ENTITY),
                        key.certificate(),
                        Optional.empty(),
                        Pki.NOW)
                .forEach(attribute -> attributes.add(Attribute.getInstance(attribute)));
        return attributes;
    }

    private static SignerInfo signer(KeyHandle key, List<Attribute> attributes) throws Exception {
        return signer(key, attributes, false);
    }

    private static SignerInfo signer(KeyHandle key, List<Attribute> attributes, boolean bySubjectKey) throws Exception {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        attributes.forEach(vector::add);
        ASN1Set set = attributes.isEmpty() ? null : new DERSet(vector);
        SigningAlgorithm algorithm =
                SigningAlgorithm.choose(key.schemes(), Mail.CLEAR).orElseThrow();
        return new SignerInfo(
                bySubjectKey
                        ? new SignerIdentifier(new DEROctetString(key.certificate()
                                .subjectKeyIdentifier()
                                .orElseThrow()
                                .octets()))
                        : new SignerIdentifier(SignedAttributes.name(key.certificate())),
                algorithm.digest().identifier(),
                set,
                algorithm.signature(),
                new DEROctetString(key.sign(algorithm.scheme(), set == null ? ENTITY : Der.encode(set))),
                (ASN1Set) null);
    }

    private static SignerInfo corrupted(SignerInfo signer) {
        byte[] signature = signer.getEncryptedDigest().getOctets().clone();
        signature[signature.length - 1] ^= 1;
        return new SignerInfo(
                signer.getSID(),
                signer.getDigestAlgorithm(),
                signer.getAuthenticatedAttributes(),
                signer.getDigestEncryptionAlgorithm(),
                new DEROctetString(signature),
                (ASN1Set) null);
    }

    private static byte[] signedData(
            Optional<byte[]> content, List<SignerInfo> signers, MailCertificate... certificates) throws Exception {
        ASN1EncodableVector infos = new ASN1EncodableVector();
        signers.forEach(infos::add);
        ASN1EncodableVector structures = new ASN1EncodableVector();
        for (MailCertificate certificate : certificates) {
            structures.add(certificate.holder().toASN1Structure());
        }
        structures.add(Pki.CA.issuer().holder().toASN1Structure());
        return new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                new DERSet(DigestAlgorithm.SHA256.identifier()),
                                new ContentInfo(
                                        CMSObjectIdentifiers.data,
                                        content.map(DEROctetString::new).orElse(null)),
                                new DERSet(structures),
                                null,
                                new DERSet(infos)))
                .getEncoded("DER");
    }

    private static SignatureVerdict verdict(byte[] object) throws Exception {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(
                Entities.ascii(
                        Mail.OUTER
                                + "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n--b\r\n"));
        message.writeBytes(ENTITY);
        message.writeBytes(Entities.ascii("\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(object) + "\r\n--b--\r\n"));
        return Mail.verify(RawMessage.of(message.toByteArray()));
    }

    private static SignatureVerdict opaqueVerdict(byte[] object) throws Exception {
        return Mail.verify(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(object) + "\r\n"));
    }

    private static String base64(byte[] object) {
        return Base64.getMimeEncoder().encodeToString(object);
    }
}
