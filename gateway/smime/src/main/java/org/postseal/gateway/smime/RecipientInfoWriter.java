package org.postseal.gateway.smime;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.ProviderException;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.KEMRecipientInfo;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.OtherRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.key.handle.AgreementKdf;
import org.postseal.certstore.key.handle.ContentKeyAlgorithm;
import org.postseal.certstore.key.handle.ContentKeyWrap;
import org.postseal.certstore.key.handle.KemKdf;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * Makes the RecipientInfos of one content key. For RSA this is key transport (RFC 3370 §4.2.1, RFC 3560). For elliptic
 * curves it is ephemeral-static key agreement (RFC 5753, RFC 8418), with a fresh ephemeral key for each recipient. For
 * ML-KEM it is encapsulation (RFC 9629, RFC 9936), which is fresh for each recipient as well.
 */
final class RecipientInfoWriter {
    private final byte[] contentKey;
    private final EncryptionSettings settings;

    RecipientInfoWriter(byte[] contentKey, EncryptionSettings settings) {
        this.contentKey = contentKey;
        this.settings = settings;
    }

    RecipientInfo recipient(MailCertificate certificate) throws GeneralSecurityException {
        return switch (certificate.keyKind()) {
            case PublicKeyKind.Rsa key when !key.pssOnly() -> new RecipientInfo(transport(certificate));
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(curve.standardName()));
                yield new RecipientInfo(agreement(certificate, generator.generateKeyPair(), "ECDH"));
            }
            case PublicKeyKind.X25519 _ -> new RecipientInfo(agreement(certificate, pair("X25519"), "XDH"));
            case PublicKeyKind.X448 _ -> new RecipientInfo(agreement(certificate, pair("X448"), "XDH"));
            case PublicKeyKind.MlKem(PublicKeyKind.MlKemParameters parameters) ->
                new RecipientInfo(new OtherRecipientInfo(
                        CMSObjectIdentifiers.id_ori_kem, encapsulation(certificate, parameters)));
            case PublicKeyKind.Rsa _, PublicKeyKind.CompositeKem _, PublicKeyKind.SignsOnly _ ->
                throw new GeneralSecurityException("the key of " + certificate.id() + " cannot encrypt");
        };
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(curve).generateKeyPair();
    }

    private KeyTransRecipientInfo transport(MailCertificate certificate) throws GeneralSecurityException {
        KeyTransport transport = KeyTransport.of(settings.rsaKeyTransport());
        byte[] encrypted = transport.encrypt(contentKey, certificate.x509().getPublicKey());
        // The version follows from the identifier: 0 for issuer and serial number, 2 for a key identifier (RFC 5652
        // §6.2.1).
        return new KeyTransRecipientInfo(
                identifier(certificate), transport.identifier(), new DEROctetString(encrypted));
    }

    // RFC 9936 §2.1: the derivation is HKDF with SHA-256; AES-128 wraps for ML-KEM-512 and AES-256 for the others.
    private KEMRecipientInfo encapsulation(MailCertificate certificate, PublicKeyKind.MlKemParameters parameters)
            throws GeneralSecurityException {
        ContentKeyWrap wrap = ContentKeyWrap.under(parameters, contentKey.length);
        KEM.Encapsulated encapsulated = encapsulated(certificate);
        byte[] secret = encapsulated.key().getEncoded();
        byte[] wrappingKey = KemKdf.HKDF_SHA256.derive(secret, wrap.identifier(), wrap.keyLength(), null);
        Arrays.fill(secret, (byte) 0);
        byte[] wrapped = wrap.wrap(wrappingKey, contentKey);
        Arrays.fill(wrappingKey, (byte) 0);
        return new KEMRecipientInfo(
                identifier(certificate),
                certificate.holder().getSubjectPublicKeyInfo().getAlgorithm(),
                new DEROctetString(encapsulated.encapsulation()),
                KemKdf.HKDF_SHA256.identifier(),
                new ASN1Integer(wrap.keyLength()),
                null,
                wrap.identifier(),
                new DEROctetString(wrapped));
    }

    private static KEM.Encapsulated encapsulated(MailCertificate certificate) throws GeneralSecurityException {
        CryptoCount count = count(certificate);
        try {
            KEM.Encapsulator engine =
                    KEM.getInstance("ML-KEM").newEncapsulator(certificate.x509().getPublicKey());
            KEM.Encapsulated encapsulated = engine.encapsulate();
            count.done(engine.providerName());
            return encapsulated;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(null);
            throw e;
        }
    }

    private static CryptoCount count(MailCertificate certificate) {
        return CryptoCount.of(
                CryptoOperation.ENCRYPT_KEY,
                ContentKeyAlgorithm.of(certificate.keyKind()).word());
    }

    private RecipientIdentifier identifier(MailCertificate certificate) {
        return keyIdentifier(certificate)
                .map(RecipientIdentifier::new)
                .orElseGet(() -> new RecipientIdentifier(SignedAttributes.name(certificate)));
    }

    // This is the identifier in the extension. A certificate without it is named by issuer and serial number, since no
    // reader looks for a hash that we choose (RFC 5652 §6.2.1).
    private Optional<ASN1OctetString> keyIdentifier(MailCertificate certificate) {
        return certificate
                .subjectKeyIdentifier()
                .filter(_ -> settings.keyIdentifier())
                .map(identifier -> new DEROctetString(identifier.octets()));
    }

    private KeyAgreeRecipientIdentifier agreeIdentifier(MailCertificate certificate) {
        return keyIdentifier(certificate)
                .map(identifier -> new KeyAgreeRecipientIdentifier(new RecipientKeyIdentifier(identifier.getOctets())))
                .orElseGet(() -> new KeyAgreeRecipientIdentifier(SignedAttributes.name(certificate)));
    }

    private KeyAgreeRecipientInfo agreement(MailCertificate certificate, KeyPair ephemeral, String name)
            throws GeneralSecurityException {
        byte[] secret = agreed(certificate, ephemeral, name);
        // RFC 8551 §2.3: the wrapping key is as long as the content key, and has at least 128 bits.
        ContentKeyWrap wrap = ContentKeyWrap.forContentKey(contentKey.length);
        AgreementKdf derivation = AgreementKdf.of(certificate.keyKind());
        byte[] wrappingKey = derivation.derive(secret, wrap.identifier(), null, wrap.keyLength());
        Arrays.fill(secret, (byte) 0);
        byte[] wrapped = wrap.wrap(wrappingKey, contentKey);
        Arrays.fill(wrappingKey, (byte) 0);
        return new KeyAgreeRecipientInfo(
                new OriginatorIdentifierOrKey(originator(ephemeral)),
                null,
                new AlgorithmIdentifier(derivation.scheme(), wrap.identifier()),
                new DERSequence(new RecipientEncryptedKey(agreeIdentifier(certificate), new DEROctetString(wrapped))));
    }

    private static byte[] agreed(MailCertificate certificate, KeyPair ephemeral, String name)
            throws GeneralSecurityException {
        CryptoCount count = count(certificate);
        Provider provider = null;
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(name);
            agreement.init(ephemeral.getPrivate());
            provider = agreement.getProvider();
            agreement.doPhase(certificate.x509().getPublicKey(), true);
            byte[] secret = agreement.generateSecret();
            count.done(provider);
            return secret;
        } catch (GeneralSecurityException | ProviderException e) {
            count.failed(provider);
            throw e;
        }
    }

    // RFC 5753 §3.1.1: the algorithm stands without the curve, which the recipient's certificate tells.
    private static OriginatorPublicKey originator(KeyPair ephemeral) {
        SubjectPublicKeyInfo key =
                SubjectPublicKeyInfo.getInstance(ephemeral.getPublic().getEncoded());
        return new OriginatorPublicKey(
                new AlgorithmIdentifier(key.getAlgorithm().getAlgorithm()),
                key.getPublicKeyData().getOctets());
    }
}
