package org.postseal.gateway.e2e.interop;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKEMRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.Cipher;

/** Makes the RecipientInfos and content ciphers of Bouncy Castle, with its own primitives. */
final class BcRecipients {
    private final BcKeys keys;

    BcRecipients(BcKeys keys) {
        this.keys = keys;
    }

    RecipientInfoGenerator recipient(KeyAlgorithm key, EncryptionLine line)
            throws IOException, GeneralSecurityException {
        X509Certificate certificate = keys.certificate(key);
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> transport(certificate, line);
            case P256 -> agreement(certificate, "secp256r1", CMSAlgorithm.ECDH_SHA256KDF, line);
            case P384 -> agreement(certificate, "secp384r1", CMSAlgorithm.ECDH_SHA384KDF, line);
            case P521 -> agreement(certificate, "secp521r1", CMSAlgorithm.ECDH_SHA512KDF, line);
            case BRAINPOOLP256R1 -> agreement(certificate, "brainpoolP256r1", CMSAlgorithm.ECDH_SHA256KDF, line);
            case BRAINPOOLP384R1 -> agreement(certificate, "brainpoolP384r1", CMSAlgorithm.ECDH_SHA384KDF, line);
            case BRAINPOOLP512R1 -> agreement(certificate, "brainpoolP512r1", CMSAlgorithm.ECDH_SHA512KDF, line);
            case X25519 -> agreement(certificate, "X25519", CMSAlgorithm.ECDH_HKDF_SHA256, line);
            case X448 -> agreement(certificate, "X448", CMSAlgorithm.ECDH_HKDF_SHA512, line);
            case ML_KEM_512 -> kem(certificate, CMSAlgorithm.AES128_WRAP);
            case ML_KEM_768, ML_KEM_1024 -> kem(certificate, CMSAlgorithm.AES256_WRAP);
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalArgumentException(key + " does not encrypt");
        };
    }

    OutputEncryptor cipher(EncryptionLine line) throws CMSException {
        Cipher cipher = line.settings().cipher();
        JceCMSContentEncryptorBuilder builder = switch (cipher) {
            case RC2_40_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.RC2_CBC, 40);
            case RC2_64_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.RC2_CBC, 64);
            case RC2_128_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.RC2_CBC, 128);
            case DES_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.DES_CBC);
            case TRIPLE_DES_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.DES_EDE3_CBC);
            case AES128_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC);
            case AES192_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES192_CBC);
            case AES256_CBC -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC);
            case AES128_GCM -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_GCM);
            case AES192_GCM -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES192_GCM);
            case AES256_GCM -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM);
            case CHACHA20_POLY1305 -> new JceCMSContentEncryptorBuilder(CMSAlgorithm.ChaCha20Poly1305);
        };
        return builder.setProvider(BcKeys.PROVIDER).build();
    }

    private static RecipientInfoGenerator transport(X509Certificate certificate, EncryptionLine line)
            throws GeneralSecurityException {
        if (line.settings().keyIdentifier()) {
            return new JceKeyTransRecipientInfoGenerator(BcKeys.keyIdentifier(certificate), certificate.getPublicKey())
                    .setProvider(BcKeys.PROVIDER);
        }
        if (line.oaepDigest().isEmpty()) {
            return new JceKeyTransRecipientInfoGenerator(certificate).setProvider(BcKeys.PROVIDER);
        }
        AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter()
                .getAlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_RSAES_OAEP,
                        new OAEPParameterSpec(
                                line.oaepDigest(),
                                "MGF1",
                                new MGF1ParameterSpec(line.oaepDigest()),
                                PSource.PSpecified.DEFAULT));
        return new JceKeyTransRecipientInfoGenerator(certificate, oaep).setProvider(BcKeys.PROVIDER);
    }

    private static RecipientInfoGenerator agreement(
            X509Certificate certificate, String curve, ASN1ObjectIdentifier scheme, EncryptionLine line)
            throws GeneralSecurityException {
        boolean isWeierstrass = !curve.startsWith("X");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(isWeierstrass ? "EC" : curve, BcKeys.PROVIDER);
        if (isWeierstrass) {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        KeyPair ephemeral = generator.generateKeyPair();
        ASN1ObjectIdentifier wrap =
                line.settings().cipher() == Cipher.AES128_CBC ? CMSAlgorithm.AES128_WRAP : CMSAlgorithm.AES256_WRAP;
        JceKeyAgreeRecipientInfoGenerator recipient = new JceKeyAgreeRecipientInfoGenerator(
                        scheme, ephemeral.getPrivate(), ephemeral.getPublic(), wrap)
                .setProvider(BcKeys.PROVIDER);
        return line.settings().keyIdentifier()
                ? recipient.addRecipient(BcKeys.keyIdentifier(certificate), certificate.getPublicKey())
                : recipient.addRecipient(certificate);
    }

    private static RecipientInfoGenerator kem(X509Certificate certificate, ASN1ObjectIdentifier wrap)
            throws GeneralSecurityException {
        return new JceKEMRecipientInfoGenerator(certificate, wrap)
                .setKDF(CMSAlgorithm.SHA256_HKDF)
                .setProvider(BcKeys.PROVIDER);
    }
}
