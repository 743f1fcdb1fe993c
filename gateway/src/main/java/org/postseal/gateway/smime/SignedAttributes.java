package org.postseal.gateway.smime;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
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
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;

/** The signed attributes of a SignerInfo that we make (RFC 5652 §11, RFC 8551 §2.5, RFC 5035 §3, RFC 6211). */
final class SignedAttributes {
    /** Microsoft's form of encrypKeyPref: issuer and serial number (szOID_MICROSOFT_Encryption_Key_Preference). */
    static final ASN1ObjectIdentifier MICROSOFT_KEY_PREFERENCE = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.16.4");
    /** id-aa-signatureType (RFC 3183 §3.1.2). */
    static final ASN1ObjectIdentifier SIGNATURE_TYPE = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.2.28");
    /** id-sti-domainSig. */
    static final ASN1ObjectIdentifier DOMAIN_SIGNATURE = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.9.2");

    private SignedAttributes() {}

    /**
     * The attributes.
     *
     * @param contentDigest of the content, by the digest of {@code algorithm}
     * @param encryption the certificate that answers shall be encrypted to; empty when it is the signer's own, if that may be encrypted to
     * @param saysCapabilities whether it is said what is read with that certificate
     */
    static ASN1Set make(
            SigningAlgorithm algorithm,
            byte[] contentDigest,
            MailCertificate signer,
            Optional<MailCertificate> encryption,
            boolean saysCapabilities,
            SignerReport.Role role,
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
                // what is encrypted to the domain's certificate its member might not read
                .or(() -> Optional.of(signer)
                        .filter(_ -> role == SignerReport.Role.ORIGINATOR)
                        .filter(own -> own.whyNot(CertificatePurpose.ENCRYPT).isEmpty()))
                .ifPresent(certificate -> {
                    IssuerAndSerialNumber name = name(certificate);
                    attributes.add(attribute(SMIMEAttributes.encrypKeyPref, new DERTaggedObject(false, 0, name)));
                    // Outlook looks for its own where the certificate is another one
                    if (!certificate.equals(signer)) {
                        attributes.add(attribute(MICROSOFT_KEY_PREFERENCE, name));
                    }
                });
        if (role == SignerReport.Role.DOMAIN) {
            attributes.add(attribute(SIGNATURE_TYPE, new DERSequence(DOMAIN_SIGNATURE)));
        }
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
