package org.postseal.gateway.smime;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ESSCertID;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificate;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * Reads the signed attributes of a foreign SignerInfo. Those that we know occur once with one value (RFC 5652 §11, RFC
 * 8551 §2.5).
 */
final class SignerAttributes {
    private final Map<ASN1ObjectIdentifier, ASN1Encodable> values;

    private SignerAttributes(Map<ASN1ObjectIdentifier, ASN1Encodable> values) {
        this.values = values;
    }

    /**
     * Reads the attributes. The result is empty if a known one occurs twice or has not exactly one value, or if there
     * are too many.
     */
    static Optional<SignerAttributes> of(ASN1Set attributes) {
        if (attributes.size() > MAX_ATTRIBUTES) {
            return Optional.empty();
        }
        Map<ASN1ObjectIdentifier, ASN1Encodable> values = new HashMap<>();
        for (ASN1Encodable element : attributes) {
            Attribute attribute = Attribute.getInstance(element);
            ASN1ObjectIdentifier type = attribute.getAttrType();
            if (SINGLE.contains(type)) {
                ASN1Set value = attribute.getAttrValues();
                if (value.size() != 1 || values.put(type, value.getObjectAt(0)) != null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new SignerAttributes(values));
    }

    /** Returns contentType; the result is empty if it is missing. */
    Optional<ASN1ObjectIdentifier> contentType() {
        return value(CMSAttributes.contentType).map(ASN1ObjectIdentifier::getInstance);
    }

    /** Returns messageDigest; the result is empty if it is missing. */
    Optional<byte[]> messageDigest() {
        return value(CMSAttributes.messageDigest)
                .map(value -> ASN1OctetString.getInstance(value).getOctets());
    }

    /**
     * Returns false if CMSAlgorithmProtection is there and names other algorithms than the SignerInfo (RFC 6211 §3).
     */
    boolean protectsAlgorithmsOf(SignerInfo signer) {
        return value(CMSAttributes.cmsAlgorithmProtect)
                .map(CMSAlgorithmProtection::getInstance)
                .map(protection -> same(protection.getDigestAlgorithm(), signer.getDigestAlgorithm())
                        && protection.getSignatureAlgorithm() != null
                        && same(protection.getSignatureAlgorithm(), signer.getDigestEncryptionAlgorithm()))
                .orElse(true);
    }

    /**
     * Returns false if a signing-certificate attribute is there and its first entry is another certificate (RFC 5035
     * §3, §5).
     */
    boolean names(MailCertificate certificate) {
        byte[] der = certificate.encoded();
        return value(PKCSObjectIdentifiers.id_aa_signingCertificateV2)
                        .map(value -> namesV2(value, der))
                        .orElse(true)
                && value(PKCSObjectIdentifiers.id_aa_signingCertificate)
                        .map(value -> namesV1(value, der))
                        .orElse(true);
    }

    /**
     * Returns for whom it was signed (RFC 3183 §3.1.2). A signature that names no type or an unknown one is an
     * originator's.
     */
    SignerReport.Role role() {
        return value(SignedAttributes.SIGNATURE_TYPE)
                .map(ASN1Sequence::getInstance)
                .map(types -> List.of(types.toArray()).contains(SignedAttributes.DOMAIN_SIGNATURE)
                        ? SignerReport.Role.DOMAIN
                        : SignerReport.Role.ORIGINATOR)
                .orElse(SignerReport.Role.ORIGINATOR);
    }

    /**
     * Returns signingTime as claimed (RFC 5652 §11.3); the result is empty if it is missing.
     *
     * @throws IllegalArgumentException if it is no time; Bouncy Castle may throw IllegalStateException too
     */
    Optional<Instant> signingTime() {
        return value(CMSAttributes.signingTime)
                .map(value -> Time.getInstance(value).getDate().toInstant());
    }

    /**
     * Returns SMIMECapabilities; the result is empty if they are missing, malformed or over their limits (RFC 8551
     * §2.5.2).
     */
    Optional<SmimeCapabilities> capabilities() {
        return value(SMIMEAttributes.smimeCapabilities).map(Der::encode).flatMap(SmimeCapabilities::of);
    }

    /**
     * Returns the certificate among these that encrypKeyPref names (RFC 8551 §2.5.3). Without the attribute it is the
     * signer's own, if that may encrypt.
     */
    Optional<MailCertificate> encryptionCertificate(MailCertificate signer, List<MailCertificate> certificates) {
        Optional<ASN1Encodable> preference = value(SMIMEAttributes.encrypKeyPref)
                .or(() -> value(SignedAttributes.MICROSOFT_KEY_PREFERENCE)
                        // It is the same without the choice: issuer and serial number only.
                        .map(name -> new DERTaggedObject(false, 0, name)));
        return preference.isEmpty()
                ? Optional.of(signer)
                        .filter(own -> own.whyNot(CertificatePurpose.ENCRYPT).isEmpty())
                : certificates.stream()
                        .filter(certificate -> prefers(preference.get(), certificate))
                        .findFirst();
    }

    private static boolean prefers(ASN1Encodable preference, MailCertificate certificate) {
        ASN1TaggedObject choice = ASN1TaggedObject.getInstance(preference);
        return switch (choice.getTagNo()) {
            case 0 ->
                SignerCheck.isNamed(
                        certificate, IssuerAndSerialNumber.getInstance(ASN1Sequence.getInstance(choice, false)));
            case 1 ->
                SignerCheck.isNamed(
                        certificate,
                        RecipientKeyIdentifier.getInstance(choice, false).getSubjectKeyIdentifier());
            case 2 -> SignerCheck.isNamed(certificate, ASN1OctetString.getInstance(choice, false));
            default -> false;
        };
    }

    private static boolean namesV2(ASN1Encodable value, byte[] der) {
        ESSCertIDv2[] certificates = SigningCertificateV2.getInstance(value).getCerts();
        return certificates.length > 0
                && DigestAlgorithm.of(certificates[0].getHashAlgorithm())
                        .map(digest ->
                                java.util.Arrays.equals(digest.newDigest().digest(der), certificates[0].getCertHash()))
                        .orElse(false);
    }

    // This is SHA-1 by definition. It binds nothing, but must not contradict.
    private static boolean namesV1(ASN1Encodable value, byte[] der) {
        ESSCertID[] certificates = SigningCertificate.getInstance(value).getCerts();
        return certificates.length > 0
                && java.util.Arrays.equals(DigestAlgorithm.SHA1.newDigest().digest(der), certificates[0].getCertHash());
    }

    private Optional<ASN1Encodable> value(ASN1ObjectIdentifier type) {
        return Optional.ofNullable(values.get(type));
    }

    // NULL and absent parameters mean the same for these algorithms (RFC 5754 §2)
    private static boolean same(AlgorithmIdentifier one, AlgorithmIdentifier other) {
        return one.getAlgorithm().equals(other.getAlgorithm())
                && parameters(one).equals(parameters(other));
    }

    private static ASN1Encodable parameters(AlgorithmIdentifier identifier) {
        return identifier.getParameters() == null ? DERNull.INSTANCE : identifier.getParameters();
    }

    private static final int MAX_ATTRIBUTES = 64;
    private static final Set<ASN1ObjectIdentifier> SINGLE = Set.of(
            CMSAttributes.contentType,
            CMSAttributes.messageDigest,
            CMSAttributes.signingTime,
            CMSAttributes.cmsAlgorithmProtect,
            SMIMEAttributes.smimeCapabilities,
            SMIMEAttributes.encrypKeyPref,
            SignedAttributes.MICROSOFT_KEY_PREFERENCE,
            SignedAttributes.SIGNATURE_TYPE,
            PKCSObjectIdentifiers.id_aa_signingCertificate,
            PKCSObjectIdentifiers.id_aa_signingCertificateV2);
}
