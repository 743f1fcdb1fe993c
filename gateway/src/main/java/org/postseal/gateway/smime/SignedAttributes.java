package org.postseal.gateway.smime;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuerSerial;
import org.postseal.certstore.MailCertificate;

/** The signed attributes of a SignerInfo that we make (RFC 5652 §11, RFC 8551 §2.5, RFC 5035 §3, RFC 6211). */
final class SignedAttributes {
    private SignedAttributes() {}

    /**
     * The attributes.
     *
     * @param contentDigest of the content, by the digest of {@code algorithm}
     * @param encryption the certificate that answers shall be encrypted to, when it is not the signer's own
     * @param saysCapabilities whether it is said what is read with that certificate
     */
    static ASN1Set make(
            SigningAlgorithm algorithm,
            byte[] contentDigest,
            MailCertificate signer,
            Optional<MailCertificate> encryption,
            boolean saysCapabilities,
            Instant time) {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(attribute(CMSAttributes.contentType, CMSObjectIdentifiers.data));
        attributes.add(attribute(CMSAttributes.messageDigest, new DEROctetString(contentDigest)));
        // RFC 8551 §2.5.1: UTCTime through 2049, which Time sees to
        attributes.add(attribute(CMSAttributes.signingTime, new Time(Date.from(time))));
        if (saysCapabilities) {
            attributes.add(
                    attribute(SMIMEAttributes.smimeCapabilities, OwnCapabilities.sequence(encryption.orElse(signer))));
        }
        encryption
                .filter(certificate -> !certificate.equals(signer))
                .ifPresent(certificate -> attributes.add(
                        attribute(SMIMEAttributes.encrypKeyPref, new DERTaggedObject(false, 0, name(certificate)))));
        attributes.add(attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, essCertificate(signer)));
        attributes.add(attribute(
                CMSAttributes.cmsAlgorithmProtect,
                new CMSAlgorithmProtection(
                        algorithm.digest().identifier(), CMSAlgorithmProtection.SIGNATURE, algorithm.signature())));
        return new DERSet(attributes);
    }

    /** Issuer and serial number of a certificate. */
    static IssuerAndSerialNumber name(MailCertificate certificate) {
        return new IssuerAndSerialNumber(certificate.issuer(), certificate.serialNumber());
    }

    private static Attribute attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new Attribute(type, new DERSet(value));
    }

    // RFC 5035 §3: SHA-256 is the default and therefore absent from the encoding
    private static SigningCertificateV2 essCertificate(MailCertificate signer) {
        byte[] hash = signer.id().octets();
        IssuerSerial issuerSerial =
                new IssuerSerial(new GeneralNames(new GeneralName(signer.issuer())), signer.serialNumber());
        return new SigningCertificateV2(new ESSCertIDv2(hash, issuerSerial));
    }
}
