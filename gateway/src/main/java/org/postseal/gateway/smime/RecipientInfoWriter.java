package org.postseal.gateway.smime;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.policy.EncryptionSettings;

/**
 * Makes the RecipientInfos of one content key: key transport for RSA (RFC 3370 §4.2.1, RFC 3560), ephemeral-static key agreement for elliptic curves (RFC 5753,
 * RFC 8418), with a fresh ephemeral key for each recipient.
 */
final class RecipientInfoWriter {
    private final byte[] contentKey;
    private final ContentCipher cipher;
    private final EncryptionSettings settings;

    RecipientInfoWriter(byte[] contentKey, ContentCipher cipher, EncryptionSettings settings) {
        this.contentKey = contentKey;
        this.cipher = cipher;
        this.settings = settings;
    }

    /** One recipient. */
    RecipientInfo recipient(MailCertificate certificate) throws GeneralSecurityException {
        return switch (certificate.keyKind()) {
            case PublicKeyKind.Rsa key when !key.pssOnly() -> new RecipientInfo(transport(certificate));
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(curve.standardName()));
                yield new RecipientInfo(agreement(certificate, generator.generateKeyPair(), "ECDH"));
            }
            case PublicKeyKind.X25519 _ ->
                new RecipientInfo(agreement(
                        certificate, KeyPairGenerator.getInstance("X25519").generateKeyPair(), "X25519"));
            case PublicKeyKind.Rsa _, PublicKeyKind.Ed25519 _, PublicKeyKind.Ed448 _, PublicKeyKind.MlDsa _ ->
                throw new GeneralSecurityException("the key of " + certificate.id() + " cannot encrypt");
        };
    }

    private KeyTransRecipientInfo transport(MailCertificate certificate) throws GeneralSecurityException {
        PublicKey key = certificate.x509().getPublicKey();
        return switch (settings.rsaKeyTransport()) {
            case PKCS1 -> {
                Cipher padding = Cipher.getInstance("RSA/ECB/PKCS1Padding");
                padding.init(Cipher.ENCRYPT_MODE, key);
                yield transport(
                        certificate,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        padding);
            }
            case OAEP_SHA256 -> {
                // this spelling, with the digests as parameters, is the one that every provider knows
                Cipher padding = Cipher.getInstance("RSA/ECB/OAEPPadding");
                padding.init(Cipher.ENCRYPT_MODE, key, OAEP_SHA256);
                yield transport(
                        certificate,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, SignedAttributes.oaepSha256()),
                        padding);
            }
        };
    }

    private KeyTransRecipientInfo transport(MailCertificate certificate, AlgorithmIdentifier algorithm, Cipher padding)
            throws GeneralSecurityException {
        // its version follows from the identifier: 0 for issuer and serial number, 2 for a key (RFC 5652 §6.2.1)
        return new KeyTransRecipientInfo(
                keyIdentifier(certificate)
                        .map(RecipientIdentifier::new)
                        .orElseGet(() -> new RecipientIdentifier(SignedAttributes.name(certificate))),
                algorithm,
                new DEROctetString(padding.doFinal(contentKey)));
    }

    // The one of the extension; a certificate without it is named by issuer and serial number, since no reader looks
    // for
    // a hash that we choose (RFC 5652 §6.2.1).
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
        KeyAgreement agreement = KeyAgreement.getInstance(name);
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(certificate.x509().getPublicKey(), true);
        byte[] secret = agreement.generateSecret();
        // RFC 3565 §2.3.2: AES key wrap has no parameters
        AlgorithmIdentifier wrap = new AlgorithmIdentifier(cipher.keyWrap());
        byte[] sharedInfo = Der.encode(new ECCCMSSharedInfo(
                wrap, ByteBuffer.allocate(4).putInt(8 * cipher.keyLength()).array()));
        boolean montgomery = certificate.keyKind() instanceof PublicKeyKind.X25519;
        byte[] wrappingKey = montgomery ? hkdf(secret, sharedInfo) : x963(secret, sharedInfo);
        Arrays.fill(secret, (byte) 0);
        Cipher wrapper = Cipher.getInstance("AESWrap");
        wrapper.init(Cipher.WRAP_MODE, new SecretKeySpec(wrappingKey, "AES"));
        byte[] wrapped = wrapper.wrap(new SecretKeySpec(contentKey, "AES"));
        Arrays.fill(wrappingKey, (byte) 0);
        return new KeyAgreeRecipientInfo(
                new OriginatorIdentifierOrKey(originator(ephemeral)),
                null,
                new AlgorithmIdentifier(montgomery ? STD_DH_HKDF_SHA256 : STD_DH_X963_SHA256, wrap),
                new DERSequence(new RecipientEncryptedKey(agreeIdentifier(certificate), new DEROctetString(wrapped))));
    }

    // RFC 5753 §3.1.1: the algorithm without the curve, which the recipient's certificate tells
    private static OriginatorPublicKey originator(KeyPair ephemeral) {
        SubjectPublicKeyInfo key =
                SubjectPublicKeyInfo.getInstance(ephemeral.getPublic().getEncoded());
        return new OriginatorPublicKey(
                new AlgorithmIdentifier(key.getAlgorithm().getAlgorithm()),
                key.getPublicKeyData().getOctets());
    }

    // RFC 8418 §2.2: no salt
    private byte[] hkdf(byte[] secret, byte[] info) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, cipher.keyLength()));
    }

    // SEC 1 §3.6.1; one round of SHA-256 is enough for every AES key
    private byte[] x963(byte[] secret, byte[] sharedInfo) {
        MessageDigest digest = DigestAlgorithm.SHA256.newDigest();
        digest.update(secret);
        digest.update(new byte[] {0, 0, 0, 1});
        digest.update(sharedInfo);
        return Arrays.copyOf(digest.digest(), cipher.keyLength());
    }

    private static final ASN1ObjectIdentifier STD_DH_X963_SHA256 =
            SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme;
    private static final ASN1ObjectIdentifier STD_DH_HKDF_SHA256 =
            PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha256_scheme;
    private static final OAEPParameterSpec OAEP_SHA256 =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
}
