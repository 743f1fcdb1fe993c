package org.postseal.gateway.smime;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.key.handle.KeyMethods;

/**
 * Finds the RecipientInfos that are for keys of ours, by exact issuer and serial number or subject key identifier.
 * Passwords, key-encryption keys and other kinds are passed over: nothing in mail is opened with them, and their
 * iteration counts are bombs.
 */
final class RecipientKeys {
    /** Has no key, and so finds no RecipientInfo. */
    static final RecipientKeys NONE = new RecipientKeys(List.of(), LegacyReading.NONE);

    private final List<KeyHandle> keys;
    private final LegacyReading legacy;
    private boolean hasOldWrap;
    private boolean hasUnknownMethod;

    RecipientKeys(List<KeyHandle> keys, LegacyReading legacy) {
        this.keys = List.copyOf(keys);
        this.legacy = legacy;
    }

    /** Returns how many recipients this RecipientInfo stands for. */
    static int count(RecipientInfo info) {
        return info.getInfo() instanceof KeyAgreeRecipientInfo agreement
                ? Math.max(1, agreement.getRecipientEncryptedKeys().size())
                : 1;
    }

    /** Tells whether one of the keys was passed over because its content key came wrapped by TripleDES. */
    boolean hasOldWrap() {
        return hasOldWrap;
    }

    /**
     * Tells whether one of the keys was passed over because its content key came by an algorithm that we do not know.
     */
    boolean hasUnknownMethod() {
        return hasUnknownMethod;
    }

    /** Returns our key that this RecipientInfo is for. */
    Optional<RecipientKey> find(RecipientInfo info) {
        Optional<RecipientKey> named = named(info);
        boolean isKnown = named.map(key -> KeyMethods.areKnown(key.wrapped().apply(ANY_LENGTH)))
                .orElse(true);
        hasUnknownMethod |= !isKnown;
        return named.filter(_ -> isKnown);
    }

    private Optional<RecipientKey> named(RecipientInfo info) {
        return switch (info.getInfo()) {
            case KeyTransRecipientInfo transport -> transport(transport);
            case KeyAgreeRecipientInfo agreement -> agreement(agreement);
            case OtherRecipientInfo other
            when CMSObjectIdentifiers.id_ori_kem.equals(other.getType()) -> encapsulation(other.getValue());
            default -> Optional.empty();
        };
    }

    private Optional<RecipientKey> transport(KeyTransRecipientInfo info) {
        AlgorithmIdentifier algorithm = info.getKeyEncryptionAlgorithm();
        return key(info.getRecipientIdentifier().getId(), PublicKeyKind.Rsa.class::isInstance)
                .map(key -> new RecipientKey(
                        key,
                        algorithm.getAlgorithm(),
                        false,
                        length -> new WrappedContentKey.KeyTransport(
                                algorithm, info.getEncryptedKey().getOctets(), length)));
    }

    private Optional<RecipientKey> agreement(KeyAgreeRecipientInfo info) {
        OriginatorPublicKey originator = info.getOriginator().getOriginatorKey();
        if (originator == null) {
            // This is static-static: the originator's certificate would have to be found first.
            return Optional.empty();
        }
        byte[] material = info.getUserKeyingMaterial() == null
                ? null
                : info.getUserKeyingMaterial().getOctets();
        AlgorithmIdentifier algorithm = info.getKeyEncryptionAlgorithm();
        boolean isPassedOver = isTripleDesWrap(algorithm) && !legacy.allowsTripleDesWrap();
        for (ASN1Encodable element : info.getRecipientEncryptedKeys()) {
            RecipientEncryptedKey encrypted = RecipientEncryptedKey.getInstance(element);
            Optional<RecipientKey> found = key(id(encrypted.getIdentifier()), PublicKeyKind::agrees)
                    .flatMap(key -> ephemeral(originator, key.certificate())
                            .map(publicKey -> new RecipientKey(
                                    key,
                                    algorithm.getAlgorithm(),
                                    isTripleDesWrap(algorithm),
                                    length -> new WrappedContentKey.KeyAgreement(
                                            algorithm,
                                            publicKey,
                                            material,
                                            encrypted.getEncryptedKey().getOctets(),
                                            length))));
            if (found.isPresent()) {
                hasOldWrap |= isPassedOver;
                return isPassedOver ? Optional.empty() : found;
            }
        }
        return Optional.empty();
    }

    private Optional<RecipientKey> encapsulation(ASN1Encodable value) {
        KEMRecipientInfo info;
        try {
            info = KEMRecipientInfo.getInstance(value);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException | ClassCastException other) {
            // It has another version or is damaged, and is passed over like every other unknown kind (RFC 9629 §3).
            return Optional.empty();
        }
        return key(info.getRecipientIdentifier().getId(), kind -> !kind.agrees())
                .map(key -> new RecipientKey(
                        key,
                        info.getKem().getAlgorithm(),
                        false,
                        length -> new WrappedContentKey.Encapsulation(
                                info.getKem(),
                                info.getKemct().getOctets(),
                                info.getKdf(),
                                info.getKekLength(),
                                info.getUkm(),
                                info.getWrap(),
                                info.getEncryptedKey().getOctets(),
                                length)));
    }

    // An agreement without a wrap, or with one that cannot be read, is not old: the other recipients are read all the
    // same (RFC 5652 §6.2).
    private static boolean isTripleDesWrap(AlgorithmIdentifier agreement) {
        return agreement.getParameters() instanceof ASN1Sequence wrap
                && wrap.size() > 0
                && PKCSObjectIdentifiers.id_alg_CMS3DESwrap.equals(wrap.getObjectAt(0));
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

    private Optional<KeyHandle> key(ASN1Encodable id, Predicate<PublicKeyKind> fits) {
        return keys.stream()
                .filter(key -> key.certificate().keyKind().canEncrypt()
                        && key.certificate().keyKind().whyNotUsed().isEmpty()
                        && fits.test(key.certificate().keyKind())
                        && SignerCheck.isNamed(key.certificate(), id))
                .findFirst();
    }

    /** Does not matter where only the names of algorithms are looked at. */
    private static final int ANY_LENGTH = 16;
}
