package org.postseal.certstore.format;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.smime.SMIMEAttributes;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * The preferences in the signed attributes of a {@code userSMIMECertificate}, after its signature was verified.
 *
 * @param encryption the certificate to encrypt to (RFC 8551 §2.5.3)
 * @param capabilities the S/MIME capabilities (RFC 8551 §2.5.2)
 */
record SignedPreferences(Optional<MailCertificate> encryption, Optional<SmimeCapabilities> capabilities) {
    /**
     * Reads the preferences of the first signer whose signature is good and whose certificate is among
     * {@code certificates}.
     */
    static Optional<SignedPreferences> of(byte[] signedData, List<MailCertificate> certificates) {
        try {
            CMSSignedData data = new CMSSignedData(signedData);
            if (data.getSignedContent() == null) {
                // RFC 2798 §2.8: the content is omitted, so the signature is over nothing.
                data = new CMSSignedData(new CMSProcessableByteArray(new byte[0]), signedData);
            }
            if (data.getSignerInfos().size() > MAX_SIGNERS) {
                return Optional.empty();
            }
            for (SignerInformation signer : data.getSignerInfos()) {
                if (isVerified(signer, certificates)) {
                    return Optional.of(of(signer.getSignedAttributes(), certificates));
                }
            }
            return Optional.empty();
        } catch (CMSException | OperatorCreationException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions. In each case the
            // signature counts as not verified.
            return Optional.empty();
        }
    }

    private static boolean isVerified(SignerInformation signer, List<MailCertificate> certificates)
            throws OperatorCreationException, CMSException {
        if (!isBelieved(signer) || signer.getSignedAttributes() == null) {
            return false;
        }
        for (MailCertificate each : certificates) {
            if (signer.getSID().match(each.holder())
                    && each.keyKind().canSign()
                    && signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(each.x509()))) {
                return true;
            }
        }
        return false;
    }

    // This allow-list keeps unusual algorithms away from the providers. For PSS, the digest of the signature must be
    // that of the signer info, which Bouncy Castle does not check.
    private static boolean isBelieved(SignerInformation signer) {
        ASN1ObjectIdentifier digest = signer.getDigestAlgorithmID().getAlgorithm();
        ASN1ObjectIdentifier signature = new ASN1ObjectIdentifier(signer.getEncryptionAlgOID());
        if (!DIGESTS.contains(digest)) {
            return false;
        }
        if (!signature.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return SIGNATURES.contains(signature);
        }
        org.bouncycastle.asn1.pkcs.RSASSAPSSparams parameters = org.bouncycastle.asn1.pkcs.RSASSAPSSparams.getInstance(
                signer.toASN1Structure().getDigestEncryptionAlgorithm().getParameters());
        return parameters != null
                && parameters.getHashAlgorithm().getAlgorithm().equals(digest);
    }

    private static SignedPreferences of(AttributeTable attributes, List<MailCertificate> certificates) {
        return new SignedPreferences(
                single(attributes, SMIMEAttributes.encrypKeyPref)
                        .flatMap(value -> preferred(value, certificates))
                        .or(() -> single(attributes, MICROSOFT_PREFERENCE)
                                .flatMap(value -> named(IssuerAndSerialNumber.getInstance(value), certificates))),
                single(attributes, SMIMEAttributes.smimeCapabilities).flatMap(SignedPreferences::capabilities));
    }

    private static Optional<ASN1Encodable> single(AttributeTable attributes, ASN1ObjectIdentifier type) {
        // RFC 8551 §2.5: neither attribute may occur twice, and each must have exactly one value.
        if (attributes.getAll(type).size() != 1) {
            return Optional.empty();
        }
        Attribute attribute = attributes.get(type);
        return attribute.getAttrValues().size() == 1
                ? Optional.of(attribute.getAttrValues().getObjectAt(0))
                : Optional.empty();
    }

    private static Optional<SmimeCapabilities> capabilities(ASN1Encodable value) {
        try {
            return SmimeCapabilities.of(ASN1Sequence.getInstance(value).getEncoded());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<MailCertificate> preferred(ASN1Encodable value, List<MailCertificate> certificates) {
        ASN1TaggedObject choice = ASN1TaggedObject.getInstance(value);
        return switch (choice.getTagNo()) {
            case 0 -> named(IssuerAndSerialNumber.getInstance(choice.getBaseUniversal(false, SEQUENCE)), certificates);
            case 1 ->
                identified(RecipientKeyIdentifier.getInstance(choice, false).getSubjectKeyIdentifier(), certificates);
            case 2 -> identified(ASN1OctetString.getInstance(choice, false), certificates);
            default -> Optional.empty();
        };
    }

    private static Optional<MailCertificate> named(IssuerAndSerialNumber name, List<MailCertificate> certificates) {
        return certificates.stream()
                .filter(each ->
                        each.serialNumber().equals(name.getSerialNumber().getValue())
                                && each.issuer().equals(name.getName()))
                .findFirst();
    }

    private static Optional<MailCertificate> identified(
            ASN1OctetString identifier, List<MailCertificate> certificates) {
        KeyIdentifier key = KeyIdentifier.ofOctets(identifier.getOctets());
        return certificates.stream()
                .filter(each -> each.subjectKeyIdentifier().filter(key::equals).isPresent())
                .findFirst();
    }

    private static final int SEQUENCE = 16;
    private static final int MAX_SIGNERS = 8;
    private static final ASN1ObjectIdentifier MICROSOFT_PREFERENCE =
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.16.4").intern();
    private static final Set<ASN1ObjectIdentifier> DIGESTS =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);
    private static final Set<ASN1ObjectIdentifier> SIGNATURES = Set.of(
            PKCSObjectIdentifiers.rsaEncryption,
            PKCSObjectIdentifiers.sha256WithRSAEncryption,
            PKCSObjectIdentifiers.sha384WithRSAEncryption,
            PKCSObjectIdentifiers.sha512WithRSAEncryption,
            X9ObjectIdentifiers.ecdsa_with_SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512,
            EdECObjectIdentifiers.id_Ed25519);
}
