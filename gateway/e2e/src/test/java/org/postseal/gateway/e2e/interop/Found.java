package org.postseal.gateway.e2e.interop;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * Reads the algorithms that a message was really made with, so that a cell says nothing about another line than its
 * own.
 */
final class Found {
    private Found() {}

    /** Returns the algorithms of the only signer. */
    static String signature(SmimeMail message) {
        byte[] object = Wrapping.isClear(message) ? message.signature() : message.cms();
        SignedData data = SignedData.getInstance(content(object).getContent());
        ASN1Set signers = data.getSignerInfos();
        if (signers.size() != 1) {
            return signers.size() + " signers";
        }
        SignerInfo signer = SignerInfo.getInstance(signers.getObjectAt(0));
        AlgorithmIdentifier signature = signer.getDigestEncryptionAlgorithm();
        String digest = name(signer.getDigestAlgorithm());
        String family = name(signature);
        return switch (family) {
            case "RSASSA-PSS" -> {
                RSASSAPSSparams parameters = RSASSAPSSparams.getInstance(signature.getParameters());
                AlgorithmIdentifier mask = AlgorithmIdentifier.getInstance(
                        parameters.getMaskGenAlgorithm().getParameters());
                yield family + " " + same(List.of(digest, name(parameters.getHashAlgorithm()), name(mask)));
            }
            case "RSA v1.5", "ECDSA" -> family + " " + digest;
            default -> family;
        };
    }

    /** Returns the content cipher, and for each recipient how the content key is protected. */
    static String encryption(SmimeMail message) {
        ContentInfo info = content(message.cms());
        if (info.getContentType().equals(CMSObjectIdentifiers.authEnvelopedData)) {
            AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
            return "authEnveloped-data by " + encryption(data.getAuthEncryptedContentInfo(), data.getRecipientInfos());
        }
        EnvelopedData data = EnvelopedData.getInstance(info.getContent());
        return "enveloped-data by " + encryption(data.getEncryptedContentInfo(), data.getRecipientInfos());
    }

    private static String encryption(EncryptedContentInfo content, ASN1Set recipients) {
        AlgorithmIdentifier cipher = content.getContentEncryptionAlgorithm();
        return (cipher.getAlgorithm().equals(PKCSObjectIdentifiers.RC2_CBC)
                        ? rc2(RC2CBCParameter.getInstance(cipher.getParameters()))
                        : name(cipher))
                + List.of(recipients.toArray()).stream()
                        .map(Found::management)
                        .sorted()
                        .map(way -> ", " + way)
                        .collect(Collectors.joining());
    }

    private static String management(ASN1Encodable recipient) {
        ASN1Encodable info = RecipientInfo.getInstance(recipient).getInfo();
        if (info instanceof KeyTransRecipientInfo transport) {
            AlgorithmIdentifier algorithm = transport.getKeyEncryptionAlgorithm();
            return transport(algorithm) + (transport.getRecipientIdentifier().isTagged() ? BY_KEY_IDENTIFIER : "");
        }
        if (info instanceof KeyAgreeRecipientInfo agreement) {
            RecipientEncryptedKey key = RecipientEncryptedKey.getInstance(
                    agreement.getRecipientEncryptedKeys().getObjectAt(0));
            return name(agreement.getKeyEncryptionAlgorithm())
                    + (key.getIdentifier().getIssuerAndSerialNumber() == null ? BY_KEY_IDENTIFIER : "");
        }
        if (info instanceof OtherRecipientInfo other && other.getType().equals(CMSObjectIdentifiers.id_ori_kem)) {
            return name(KEMRecipientInfo.getInstance(other.getValue()).getKem());
        }
        return info.getClass().getSimpleName();
    }

    private static String transport(AlgorithmIdentifier algorithm) {
        if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)) {
            return name(algorithm);
        }
        RSAESOAEPparams parameters = RSAESOAEPparams.getInstance(algorithm.getParameters());
        AlgorithmIdentifier mask =
                AlgorithmIdentifier.getInstance(parameters.getMaskGenAlgorithm().getParameters());
        return "OAEP " + same(List.of(name(parameters.getHashAlgorithm()), name(mask)));
    }

    private static String same(List<String> digests) {
        return digests.stream().distinct().count() == 1 ? digests.getFirst() : digests.toString();
    }

    // RFC 2268 §6: the version number encodes the effective key bits.
    private static String rc2(RC2CBCParameter parameter) {
        return switch (parameter.getRC2ParameterVersion().intValueExact()) {
            case 160 -> "RC2-40-CBC";
            case 120 -> "RC2-64-CBC";
            case 58 -> "RC2-128-CBC";
            default -> "RC2 " + parameter.getRC2ParameterVersion();
        };
    }

    private static String name(AlgorithmIdentifier algorithm) {
        String oid = algorithm.getAlgorithm().getId();
        return NAMES.getOrDefault(oid, oid);
    }

    private static ContentInfo content(byte[] object) {
        try {
            return ContentInfo.getInstance(ASN1Primitive.fromByteArray(object));
        } catch (IOException e) {
            throw new AssertionError("not DER or BER", e);
        }
    }

    private static final String X963 = "key agreement by X9.63";
    private static final String HKDF = "key agreement by HKDF";
    private static final String BY_KEY_IDENTIFIER = " by key identifier";

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("1.3.14.3.2.26", "SHA-1"),
            Map.entry("2.16.840.1.101.3.4.2.1", "SHA-256"),
            Map.entry("2.16.840.1.101.3.4.2.2", "SHA-384"),
            Map.entry("2.16.840.1.101.3.4.2.3", "SHA-512"),
            Map.entry("1.2.840.113549.1.1.1", "RSA v1.5"),
            Map.entry("1.2.840.113549.1.1.5", "RSA v1.5"),
            Map.entry("1.2.840.113549.1.1.11", "RSA v1.5"),
            Map.entry("1.2.840.113549.1.1.12", "RSA v1.5"),
            Map.entry("1.2.840.113549.1.1.13", "RSA v1.5"),
            Map.entry("1.2.840.113549.1.1.10", "RSASSA-PSS"),
            Map.entry("1.2.840.10045.4.3.2", "ECDSA"),
            Map.entry("1.2.840.10045.4.3.3", "ECDSA"),
            Map.entry("1.2.840.10045.4.3.4", "ECDSA"),
            Map.entry("1.3.101.112", "Ed25519"),
            Map.entry("1.3.101.113", "Ed448"),
            Map.entry("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
            Map.entry("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
            Map.entry("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
            Map.entry("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
            Map.entry("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
            Map.entry("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
            Map.entry("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
            Map.entry("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
            Map.entry("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
            Map.entry("1.2.840.113549.1.9.16.3.18", "ChaCha20-Poly1305"),
            Map.entry("1.2.840.113549.3.7", "TripleDES-CBC"),
            Map.entry("1.3.14.3.2.7", "DES-CBC"),
            Map.entry("1.3.133.16.840.63.0.2", X963),
            Map.entry("1.3.133.16.840.63.0.3", X963),
            Map.entry("1.3.132.1.11.0", X963),
            Map.entry("1.3.132.1.11.1", X963),
            Map.entry("1.3.132.1.11.2", X963),
            Map.entry("1.3.132.1.11.3", X963),
            Map.entry("1.3.132.1.14.1", X963),
            Map.entry("1.2.840.113549.1.9.16.3.19", HKDF),
            Map.entry("1.2.840.113549.1.9.16.3.20", HKDF),
            Map.entry("1.2.840.113549.1.9.16.3.21", HKDF),
            Map.entry("2.16.840.1.101.3.4.4.1", "ML-KEM-512"),
            Map.entry("2.16.840.1.101.3.4.4.2", "ML-KEM-768"),
            Map.entry("2.16.840.1.101.3.4.4.3", "ML-KEM-1024"));
}
