package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuerSerial;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;

/**
 * Holds the signed attributes of the SignerInfos that one signer makes (RFC 5652 §11, RFC 8551 §2.5, RFC 5035 §3, RFC
 * 6211). All but the digest and the time are the same from message to message, and are encoded once. Thread-safe.
 */
final class SignedAttributes {
    /**
     * This is Microsoft's form of encrypKeyPref: issuer and serial number (szOID_MICROSOFT_Encryption_Key_Preference).
     */
    static final ASN1ObjectIdentifier MICROSOFT_KEY_PREFERENCE = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.16.4");
    /** This is id-aa-signatureType (RFC 3183 §3.1.2). */
    static final ASN1ObjectIdentifier SIGNATURE_TYPE = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.2.28");
    /** This is id-sti-domainSig. */
    static final ASN1ObjectIdentifier DOMAIN_SIGNATURE = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.9.2");

    // Each of them is the DER of an Attribute.
    private final List<byte[]> constant;

    private SignedAttributes(List<byte[]> constant) {
        this.constant = constant;
    }

    /**
     * Returns the attributes of this signer.
     *
     * @param encryption the certificate that answers shall be encrypted to; empty for the signer's own, if that is fit
     * for encryption
     * @param saysCapabilities whether the attributes list what the holder of that certificate can decrypt
     */
    static SignedAttributes of(
            SigningAlgorithm algorithm,
            MailCertificate signer,
            Optional<MailCertificate> encryption,
            boolean saysCapabilities,
            SignerReport.Role role) {
        List<byte[]> constant = new ArrayList<>();
        constant.add(attribute(CMSAttributes.contentType, CMSObjectIdentifiers.data));
        if (saysCapabilities) {
            constant.add(
                    attribute(SMIMEAttributes.smimeCapabilities, OwnCapabilities.sequence(encryption.orElse(signer))));
        }
        encryption
                // A member of the domain might not be able to read what is encrypted to the domain's certificate.
                .or(() -> Optional.of(signer)
                        .filter(_ -> role == SignerReport.Role.ORIGINATOR)
                        .filter(own -> own.whyNot(CertificatePurpose.ENCRYPT).isEmpty()))
                .ifPresent(certificate -> {
                    IssuerAndSerialNumber name = name(certificate);
                    constant.add(attribute(SMIMEAttributes.encrypKeyPref, new DERTaggedObject(false, 0, name)));
                    // Outlook looks for its own attribute if the certificate is another one.
                    if (!certificate.equals(signer)) {
                        constant.add(attribute(MICROSOFT_KEY_PREFERENCE, name));
                    }
                });
        if (role == SignerReport.Role.DOMAIN) {
            constant.add(attribute(SIGNATURE_TYPE, new DERSequence(DOMAIN_SIGNATURE)));
        }
        constant.add(attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, essCertificate(signer)));
        constant.add(attribute(
                CMSAttributes.cmsAlgorithmProtect,
                new CMSAlgorithmProtection(
                        algorithm.digest().identifier(), CMSAlgorithmProtection.SIGNATURE, algorithm.signature())));
        return new SignedAttributes(List.copyOf(constant));
    }

    /**
     * Returns the octets of the SET OF without its header, in the order of DER (X.690 §11.6).
     *
     * @param contentDigest made by the digest of the algorithm
     */
    byte[] content(byte[] contentDigest, Instant time) {
        byte[][] all = constant.toArray(new byte[constant.size() + 2][]);
        all[all.length - 2] = attribute(MESSAGE_DIGEST, Der.value(Der.OCTET_STRING, contentDigest));
        all[all.length - 1] = attribute(SIGNING_TIME, time(time));
        Arrays.sort(all, Arrays::compareUnsigned);
        return Der.join(all);
    }

    static IssuerAndSerialNumber name(MailCertificate certificate) {
        return new IssuerAndSerialNumber(certificate.issuer(), certificate.serialNumber());
    }

    private static byte[] attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return Der.encode(new Attribute(type, new DERSet(value)));
    }

    private static byte[] attribute(byte[] type, byte[] value) {
        return Der.value(Der.SEQUENCE, type, Der.value(Der.SET, value));
    }

    // RFC 5652 §11.3: the time is a UTCTime from 1950 through 2049.
    private static byte[] time(Instant time) {
        ZonedDateTime utc = time.atZone(ZoneOffset.UTC);
        boolean twoDigits = utc.getYear() >= 1950 && utc.getYear() < 2050;
        return Der.value(
                twoDigits ? BERTags.UTC_TIME : BERTags.GENERALIZED_TIME,
                (twoDigits ? TWO_DIGITS : FOUR_DIGITS).format(utc).getBytes(StandardCharsets.US_ASCII));
    }

    // RFC 5035 §3: SHA-256 is the default and therefore absent from the encoding
    private static SigningCertificateV2 essCertificate(MailCertificate signer) {
        byte[] hash = signer.id().octets();
        IssuerSerial issuerSerial =
                new IssuerSerial(new GeneralNames(new GeneralName(signer.issuer())), signer.serialNumber());
        return new SigningCertificateV2(new ESSCertIDv2(hash, issuerSerial));
    }

    private static final byte[] MESSAGE_DIGEST = Der.encode(CMSAttributes.messageDigest);
    private static final byte[] SIGNING_TIME = Der.encode(CMSAttributes.signingTime);
    private static final DateTimeFormatter TWO_DIGITS = DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter FOUR_DIGITS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);
}
