package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.key.ContentKeyWrap;

/**
 * Finds the RecipientInfos that are for keys of ours, by exact issuer and serial number or subject key identifier. Passwords, key-encryption keys and other kinds are
 * passed over: nothing in mail is opened with them, and their iteration counts are bombs.
 */
final class RecipientKeys {
    /** Finds none. */
    static final RecipientKeys NONE = new RecipientKeys(List.of(), LegacyReading.NONE);

    private final List<KeyHandle> keys;
    private final LegacyReading legacy;

    RecipientKeys(List<KeyHandle> keys, LegacyReading legacy) {
        this.keys = List.copyOf(keys);
        this.legacy = legacy;
    }

    /** How many recipients this RecipientInfo stands for. */
    static int count(RecipientInfo info) {
        return info.getInfo() instanceof KeyAgreeRecipientInfo agreement
                ? Math.max(1, agreement.getRecipientEncryptedKeys().size())
                : 1;
    }

    /** The key that this RecipientInfo is for. */
    Optional<RecipientKey> find(RecipientInfo info) {
        return switch (info.getInfo()) {
            case KeyTransRecipientInfo transport -> transport(transport);
            case KeyAgreeRecipientInfo agreement -> agreement(agreement);
            default -> Optional.empty();
        };
    }

    private Optional<RecipientKey> transport(KeyTransRecipientInfo info) {
        AlgorithmIdentifier algorithm = info.getKeyEncryptionAlgorithm();
        ASN1ObjectIdentifier name = algorithm.getAlgorithm();
        boolean known =
                name.equals(PKCSObjectIdentifiers.rsaEncryption) || name.equals(PKCSObjectIdentifiers.id_RSAES_OAEP);
        return known
                ? key(info.getRecipientIdentifier().getId(), false)
                        .map(key -> new RecipientKey(
                                key,
                                name,
                                length -> new WrappedContentKey.KeyTransport(
                                        algorithm, info.getEncryptedKey().getOctets(), length)))
                : Optional.empty();
    }

    private Optional<RecipientKey> agreement(KeyAgreeRecipientInfo info) {
        OriginatorPublicKey originator = info.getOriginator().getOriginatorKey();
        if (originator == null) {
            // static-static: the originator's certificate would have to be found first
            return Optional.empty();
        }
        byte[] material = info.getUserKeyingMaterial() == null
                ? null
                : info.getUserKeyingMaterial().getOctets();
        AlgorithmIdentifier algorithm = info.getKeyEncryptionAlgorithm();
        if (!isAllowed(algorithm)) {
            return Optional.empty();
        }
        for (ASN1Encodable element : info.getRecipientEncryptedKeys()) {
            RecipientEncryptedKey encrypted = RecipientEncryptedKey.getInstance(element);
            Optional<RecipientKey> found = key(id(encrypted.getIdentifier()), true)
                    .flatMap(key -> ephemeral(originator, key.certificate())
                            .map(publicKey -> new RecipientKey(
                                    key,
                                    algorithm.getAlgorithm(),
                                    length -> new WrappedContentKey.KeyAgreement(
                                            algorithm,
                                            publicKey,
                                            material,
                                            encrypted.getEncryptedKey().getOctets(),
                                            length))));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean isAllowed(AlgorithmIdentifier agreement) {
        return legacy.allowsTripleDesWrap()
                || ContentKeyWrap.of(AlgorithmIdentifier.getInstance(agreement.getParameters())
                                .getAlgorithm())
                        .filter(wrap -> wrap == ContentKeyWrap.TRIPLE_DES)
                        .isEmpty();
    }

    private static ASN1Encodable id(KeyAgreeRecipientIdentifier identifier) {
        IssuerAndSerialNumber name = identifier.getIssuerAndSerialNumber();
        return name != null ? name : identifier.getRKeyID().getSubjectKeyIdentifier();
    }

    // RFC 5753 §3.1.1: absent or NULL parameters mean the recipient's own curve
    private static Optional<SubjectPublicKeyInfo> ephemeral(OriginatorPublicKey originator, MailCertificate ours) {
        AlgorithmIdentifier own = ours.holder().getSubjectPublicKeyInfo().getAlgorithm();
        AlgorithmIdentifier theirs = originator.getAlgorithm();
        if (!own.getAlgorithm().equals(theirs.getAlgorithm())) {
            return Optional.empty();
        }
        ASN1Encodable parameters = theirs.getParameters();
        boolean absent = parameters == null || DERNull.INSTANCE.equals(parameters);
        return Optional.of(new SubjectPublicKeyInfo(absent ? own : theirs, originator.getPublicKeyData()));
    }

    private Optional<KeyHandle> key(ASN1Encodable id, boolean agrees) {
        return keys.stream()
                .filter(key -> key.certificate().keyKind().canEncrypt()
                        && key.certificate().keyKind().agrees() == agrees
                        && SignerCheck.isNamed(key.certificate(), id))
                .findFirst();
    }
}
