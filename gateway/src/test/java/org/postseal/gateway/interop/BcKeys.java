package org.postseal.gateway.interop;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKEMAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.Identity;
import org.postseal.policy.EncryptionSettings.Cipher;

/** What bcjmail needs of keys, certificates and algorithms, all by Bouncy Castle's own primitives. */
final class BcKeys {
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private final People people;

    BcKeys(People people) {
        this.people = people;
    }

    X509Certificate certificate(KeyAlgorithm key) {
        return people.issued(key).certificate().x509();
    }

    X509Certificate certificate(Identity identity) {
        return people.issued(identity).certificate().x509();
    }

    X509CertificateHolder certificateHolder(Identity identity) {
        return people.issued(identity).certificate().holder();
    }

    /** The signer's certificate out of the message, if there is a path to the root. */
    X509Certificate trusted(CMSSignedData signed, SignerInformation signer) throws GeneralSecurityException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider(PROVIDER);
        List<X509Certificate> all = new ArrayList<>();
        for (X509CertificateHolder each : signed.getCertificates().getMatches(null)) {
            all.add(converter.getCertificate(each));
        }
        Collection<X509CertificateHolder> own = signed.getCertificates().getMatches(signer.getSID());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(converter.getCertificate(own.iterator().next()));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(
                Set.of(new TrustAnchor(people.authority().root().x509(), null)), target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
        parameters.setRevocationEnabled(false);
        CertPathBuilder.getInstance("PKIX", PROVIDER).build(parameters);
        return target.getCertificate();
    }

    SignerInfoGenerator signer(SignatureLine line)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        String digest = line.digestName().replace("-", "");
        String algorithm = switch (line.key()) {
            case RSA2048, RSA3072, RSA4096 -> digest + (line.isPss() ? "withRSAandMGF1" : "withRSA");
            case P256, P384, P521 -> digest + "withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case ML_DSA_44 -> "ML-DSA-44";
            case ML_DSA_65 -> "ML-DSA-65";
            case ML_DSA_87 -> "ML-DSA-87";
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 ->
                throw new IllegalArgumentException(line.key() + " does not sign");
        };
        return new JcaSimpleSignerInfoGeneratorBuilder()
                .setProvider(PROVIDER)
                .build(algorithm, privateKey(people.identity(line.key())), certificate(line.key()));
    }

    RecipientInfoGenerator recipient(KeyAlgorithm key, EncryptionLine line)
            throws IOException, GeneralSecurityException {
        X509Certificate certificate = certificate(key);
        return switch (key) {
            case RSA2048, RSA3072, RSA4096 -> transport(certificate, line);
            case P256 -> agreement(certificate, "secp256r1", CMSAlgorithm.ECDH_SHA256KDF, line);
            case P384 -> agreement(certificate, "secp384r1", CMSAlgorithm.ECDH_SHA384KDF, line);
            case P521 -> agreement(certificate, "secp521r1", CMSAlgorithm.ECDH_SHA512KDF, line);
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
        return builder.setProvider(PROVIDER).build();
    }

    Recipient opener(Identity reader, boolean isAuthenticated) throws IOException {
        PrivateKey key = privateKey(reader);
        return switch (certificate(reader).getPublicKey().getAlgorithm()) {
            case "RSA" ->
                isAuthenticated
                        ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKeyTransEnvelopedRecipient(key).setProvider(PROVIDER);
            case "EC", "XDH", "X25519", "X448" ->
                isAuthenticated
                        ? new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKeyAgreeEnvelopedRecipient(key).setProvider(PROVIDER);
            default ->
                isAuthenticated
                        ? new JceKEMAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKEMEnvelopedRecipient(key).setProvider(PROVIDER);
        };
    }

    private RecipientInfoGenerator transport(X509Certificate certificate, EncryptionLine line)
            throws GeneralSecurityException {
        if (line.settings().keyIdentifier()) {
            return new JceKeyTransRecipientInfoGenerator(keyIdentifier(certificate), certificate.getPublicKey())
                    .setProvider(PROVIDER);
        }
        if (line.oaepDigest().isEmpty()) {
            return new JceKeyTransRecipientInfoGenerator(certificate).setProvider(PROVIDER);
        }
        AlgorithmIdentifier oaep = new JcaAlgorithmParametersConverter()
                .getAlgorithmIdentifier(
                        PKCSObjectIdentifiers.id_RSAES_OAEP,
                        new OAEPParameterSpec(
                                line.oaepDigest(),
                                "MGF1",
                                new MGF1ParameterSpec(line.oaepDigest()),
                                PSource.PSpecified.DEFAULT));
        return new JceKeyTransRecipientInfoGenerator(certificate, oaep).setProvider(PROVIDER);
    }

    private static RecipientInfoGenerator agreement(
            X509Certificate certificate, String curve, ASN1ObjectIdentifier scheme, EncryptionLine line)
            throws GeneralSecurityException {
        boolean isWeierstrass = curve.startsWith("secp");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(isWeierstrass ? "EC" : curve, PROVIDER);
        if (isWeierstrass) {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        KeyPair ephemeral = generator.generateKeyPair();
        ASN1ObjectIdentifier wrap = line.settings().cipher() == Cipher.AES128_CBC
                ? CMSAlgorithm.AES128_WRAP
                : CMSAlgorithm.AES256_WRAP;
        JceKeyAgreeRecipientInfoGenerator recipient = new JceKeyAgreeRecipientInfoGenerator(
                        scheme, ephemeral.getPrivate(), ephemeral.getPublic(), wrap)
                .setProvider(PROVIDER);
        return line.settings().keyIdentifier()
                ? recipient.addRecipient(keyIdentifier(certificate), certificate.getPublicKey())
                : recipient.addRecipient(certificate);
    }

    private static RecipientInfoGenerator kem(X509Certificate certificate, ASN1ObjectIdentifier wrap)
            throws GeneralSecurityException {
        return new JceKEMRecipientInfoGenerator(certificate, wrap)
                .setKDF(CMSAlgorithm.SHA256_HKDF)
                .setProvider(PROVIDER);
    }

    private static byte[] keyIdentifier(X509Certificate certificate) throws GeneralSecurityException {
        PublicKey key = certificate.getPublicKey();
        return new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key).getKeyIdentifier();
    }

    private static PrivateKey privateKey(Identity identity) throws IOException {
        try (Reader reader = Files.newBufferedReader(identity.key());
                PEMParser parser = new PEMParser(reader)) {
            return new JcaPEMKeyConverter().setProvider(PROVIDER).getPrivateKey((PrivateKeyInfo) parser.readObject());
        }
    }
}
