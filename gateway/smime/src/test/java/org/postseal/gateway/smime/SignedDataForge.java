package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Makes signed-data of any shape, right or wrong, in a message of either form. */
final class SignedDataForge {
    static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.P256);
    static final byte[] ENTITY = "Content-Type: text/plain\r\n\r\nPay 100\r\n".getBytes(StandardCharsets.US_ASCII);

    private SignedDataForge() {}

    /** Returns the verdict for this cause with Alice as signer. */
    static SignatureVerdict invalid(Cause cause) {
        return new SignatureVerdict.Invalid(cause, Optional.of(ALICE.certificate()));
    }

    /** Returns the attributes that our signer makes for the entity. */
    static List<Attribute> attributes(KeyHandle key) {
        return attributes(key, ENTITY);
    }

    static List<Attribute> attributes(KeyHandle key, byte[] entity) {
        SigningAlgorithm algorithm = SigningAlgorithm.choose(key.certificate().keyKind(), key.schemes(), Mail.CLEAR)
                .orElseThrow();
        byte[] content = SignedAttributes.of(
                        algorithm, key.certificate(), Optional.empty(), true, SignerReport.Role.ORIGINATOR)
                .content(DigestAlgorithm.SHA256.newDigest().digest(entity), Pki.NOW);
        List<Attribute> attributes = new ArrayList<>();
        ASN1Set.getInstance(Der.value(Der.SET, content))
                .forEach(attribute -> attributes.add(Attribute.getInstance(attribute)));
        return attributes;
    }

    /** Signs these attributes, or the content itself if there are none. */
    static SignerInfo signer(KeyHandle key, List<Attribute> attributes) throws Exception {
        return signer(key, attributes, false);
    }

    static SignerInfo signer(KeyHandle key, List<Attribute> attributes, boolean bySubjectKey) throws Exception {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        attributes.forEach(vector::add);
        ASN1Set set = attributes.isEmpty() ? null : new DERSet(vector);
        SigningAlgorithm algorithm = SigningAlgorithm.choose(key.certificate().keyKind(), key.schemes(), Mail.CLEAR)
                .orElseThrow();
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

    /** Returns the SignerInfo with another signature. */
    static SignerInfo corrupted(SignerInfo signer) {
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

    /** Makes signed-data. The certificate of our issuer is always in it. */
    static byte[] signedData(Optional<byte[]> content, List<SignerInfo> signers, MailCertificate... certificates)
            throws Exception {
        return signedData(CMSObjectIdentifiers.data, content, signers, certificates);
    }

    static byte[] signedData(
            ASN1ObjectIdentifier type,
            Optional<byte[]> content,
            List<SignerInfo> signers,
            MailCertificate... certificates)
            throws Exception {
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
                                        type, content.map(DEROctetString::new).orElse(null)),
                                new DERSet(structures),
                                null,
                                new DERSet(infos)))
                .getEncoded("DER");
    }

    /** Verifies the object beside the entity, in {@code multipart/signed}. */
    static SignatureVerdict verdict(byte[] object) throws Exception {
        return Mail.verify(clearSigned(object));
    }

    /** Returns the message that {@link #verdict} judges. */
    static RawMessage clearSigned(byte[] object) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(Entities.ascii(Mail.OUTER
                + "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n"
                + "--b\r\n"));
        message.writeBytes(ENTITY);
        message.writeBytes(Entities.ascii("\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(object) + "\r\n--b--\r\n"));
        return RawMessage.of(message.toByteArray());
    }

    /** Verifies the object alone, in {@code application/pkcs7-mime}. */
    static SignatureVerdict opaqueVerdict(byte[] object) throws Exception {
        return Mail.verify(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + base64(object) + "\r\n"));
    }

    private static String base64(byte[] object) {
        return Base64.getMimeEncoder().encodeToString(object);
    }
}
