package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.cms.CMSAlgorithmProtection;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.IssuerSerial;

/** Tells whether an attribute of a CMS object has the one value that its type gives it, and so no room for text. */
final class PlainAttribute {
    private PlainAttribute() {}

    /**
     * Lists what the content of a ciphertext may be, by RFC 8551 §2.4.1. RFC 5652 §6.1 names what is signed or
     * compressed.
     */
    static final Set<Object> CONTENT =
            Set.of(CMSObjectIdentifiers.data, CMSObjectIdentifiers.signedData, CMSObjectIdentifiers.compressedData);

    /**
     * Returns true for the content type, the signing time or the digest.
     *
     * @throws IllegalArgumentException if it is malformed; Bouncy Castle may throw other unchecked exceptions too
     */
    static boolean isOfContent(ASN1Sequence attribute) {
        return value(attribute)
                .filter(value -> isOfContent(type(attribute), value))
                .isPresent();
    }

    /**
     * Returns true for the attributes of the content, and for those that say with which key and how a signature was
     * made.
     *
     * @throws IllegalArgumentException if it is malformed; Bouncy Castle may throw other unchecked exceptions too
     */
    static boolean isOfSignature(ASN1Sequence attribute) {
        return Der.encode(attribute).length <= MOST
                && value(attribute)
                        .filter(value -> isOfSignature(type(attribute), value))
                        .isPresent();
    }

    private static String type(ASN1Sequence attribute) {
        return ASN1ObjectIdentifier.getInstance(attribute.getObjectAt(0)).getId();
    }

    private static Optional<ASN1Encodable> value(ASN1Sequence attribute) {
        if (attribute.size() != 2) {
            return Optional.empty();
        }
        ASN1Set values = ASN1Set.getInstance(attribute.getObjectAt(1));
        return values.size() == 1 ? Optional.of(values.getObjectAt(0)) : Optional.empty();
    }

    private static boolean isOfContent(String type, ASN1Encodable value) {
        return switch (type) {
            // RFC 5652 §11
            case "1.2.840.113549.1.9.3" -> CONTENT.contains(value);
            case "1.2.840.113549.1.9.4" -> isDigest(value);
            case "1.2.840.113549.1.9.5" -> isTime(value);
            default -> false;
        };
    }

    private static boolean isOfSignature(String type, ASN1Encodable value) {
        return switch (type) {
            // These are of RFC 8551 §2.5.2 and §2.5.3, and the last one is Microsoft's key preference.
            case "1.2.840.113549.1.9.15" -> areAlgorithms(value);
            case "1.2.840.113549.1.9.16.2.11" -> isKeyPreference(ASN1TaggedObject.getInstance(value));
            case "1.3.6.1.4.1.311.16.4" -> PublicKeyReader.id(ASN1Sequence.getInstance(value)) != null;
            // RFC 5035 §3 and §5.4.1.1
            case "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47" -> areCertificates(value);
            // RFC 6211 §2 repeats the algorithms of the signature
            case "1.2.840.113549.1.9.52" -> isProtection(value);
            default -> isOfContent(type, value);
        };
    }

    private static boolean isDigest(ASN1Encodable value) {
        return PublicKeyReader.isKey(value, 16, 64);
    }

    private static boolean isTime(ASN1Encodable value) {
        byte[] der = Der.encode(value);
        // It is a UTCTime or GeneralizedTime, and its length takes one octet.
        return (der[0] == 0x17 || der[0] == 0x18)
                && TIME.matcher(new String(der, 2, der.length - 2, StandardCharsets.ISO_8859_1))
                        .matches();
    }

    private static boolean areAlgorithms(ASN1Encodable value) {
        boolean areAlgorithms = true;
        for (ASN1Encodable algorithm : ASN1Sequence.getInstance(value)) {
            areAlgorithms &= PlainAlgorithm.is(algorithm);
        }
        return areAlgorithms;
    }

    private static boolean isKeyPreference(ASN1TaggedObject choice) {
        return switch (choice.getTagNo()) {
            case 0 -> PublicKeyReader.id(ASN1Sequence.getInstance(choice, false)) != null;
            case 1 -> {
                ASN1Sequence identifier = ASN1Sequence.getInstance(choice, false);
                yield identifier.size() == 1
                        && PublicKeyReader.id(ASN1OctetString.getInstance(identifier.getObjectAt(0))) != null;
            }
            case 2 -> PublicKeyReader.id(choice) != null;
            default -> false;
        };
    }

    /** Returns true for digests of certificates, each perhaps with an algorithm, an issuer and a serial number. */
    private static boolean areCertificates(ASN1Encodable value) {
        ASN1Sequence alone = ASN1Sequence.getInstance(value);
        boolean areCertificates = alone.size() == 1;
        for (ASN1Encodable certificate : ASN1Sequence.getInstance(alone.getObjectAt(0))) {
            ASN1Sequence elements = ASN1Sequence.getInstance(certificate);
            areCertificates &= elements.size() <= 3;
            for (ASN1Encodable element : elements) {
                areCertificates &= element instanceof ASN1Sequence sequence
                        ? PlainAlgorithm.is(sequence) || isIssuerAndSerial(sequence)
                        : isDigest(element);
            }
        }
        return areCertificates;
    }

    private static boolean isIssuerAndSerial(ASN1Sequence sequence) {
        IssuerSerial issuer = IssuerSerial.getInstance(sequence);
        GeneralName[] names = issuer.getIssuer().getNames();
        return sequence.size() == 2
                && names.length == 1
                && names[0].getTagNo() == GeneralName.directoryName
                && PublicKeyReader.isNumber(issuer.getSerial().getValue().toByteArray());
    }

    private static boolean isProtection(ASN1Encodable value) {
        CMSAlgorithmProtection protection = CMSAlgorithmProtection.getInstance(value);
        return Arrays.equals(Der.encode(protection), Der.encode(value))
                && protection.getSignatureAlgorithm() != null
                && PlainAlgorithm.is(protection.getDigestAlgorithm().toASN1Primitive())
                && PlainAlgorithm.is(protection.getSignatureAlgorithm().toASN1Primitive());
    }

    private static final int MOST = 1024;
    private static final Pattern TIME = Pattern.compile("[0-9]{10,14}(?:\\.[0-9]{1,3})?(?:Z|[+-][0-9]{4})");
}
