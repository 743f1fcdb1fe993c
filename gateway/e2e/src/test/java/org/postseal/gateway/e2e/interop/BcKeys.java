package org.postseal.gateway.e2e.interop;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.KeyAgreeRecipientId;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientId;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceKEMAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyAgreeAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyTransAuthEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientId;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;

/** Makes keys and certificates for Bouncy Castle, with its own primitives. */
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

    /** Returns the identifiers by which the reader's RecipientInfo may be found. */
    List<RecipientId> identifiers(Identity reader) throws GeneralSecurityException {
        X509Certificate certificate = certificate(reader);
        return switch (Kind.of(certificate)) {
            case TRANSPORT -> List.of(new JceKeyTransRecipientId(certificate));
            case AGREEMENT ->
                List.of(new JceKeyAgreeRecipientId(certificate), new KeyAgreeRecipientId(keyIdentifier(certificate)));
            case ENCAPSULATION -> List.of(new JceKEMRecipientId(certificate));
        };
    }

    static byte[] keyIdentifier(X509Certificate certificate) throws GeneralSecurityException {
        return new JcaX509ExtensionUtils()
                .createSubjectKeyIdentifier(certificate.getPublicKey())
                .getKeyIdentifier();
    }

    /** Returns the signer's certificate from the message, if a path leads to the root. */
    X509Certificate trusted(CMSSignedData signed, SignerInformation signer) throws GeneralSecurityException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider(PROVIDER);
        List<X509Certificate> all = new ArrayList<>();
        X509CertSelector target = new X509CertSelector();
        for (X509CertificateHolder each : signed.getCertificates().getMatches(null)) {
            X509Certificate certificate = converter.getCertificate(each);
            all.add(certificate);
            if (each.getIssuer().equals(signer.getSID().getIssuer())
                    && each.getSerialNumber().equals(signer.getSID().getSerialNumber())) {
                target.setCertificate(certificate);
            }
        }
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
            case P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 -> digest + "withECDSA";
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

    Recipient opener(Identity reader, boolean isAuthenticated) throws IOException {
        PrivateKey key = privateKey(reader);
        return switch (Kind.of(certificate(reader))) {
            case TRANSPORT ->
                isAuthenticated
                        ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKeyTransEnvelopedRecipient(key).setProvider(PROVIDER);
            case AGREEMENT ->
                isAuthenticated
                        ? new JceKeyAgreeAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKeyAgreeEnvelopedRecipient(key).setProvider(PROVIDER);
            case ENCAPSULATION ->
                isAuthenticated
                        ? new JceKEMAuthEnvelopedRecipient(key).setProvider(PROVIDER)
                        : new JceKEMEnvelopedRecipient(key).setProvider(PROVIDER);
        };
    }

    /** How a content key reaches the owner of a key. */
    private enum Kind {
        TRANSPORT,
        AGREEMENT,
        ENCAPSULATION;

        static Kind of(X509Certificate certificate) {
            return switch (certificate.getPublicKey().getAlgorithm()) {
                case "RSA" -> TRANSPORT;
                case "EC", "XDH", "X25519", "X448" -> AGREEMENT;
                default -> ENCAPSULATION;
            };
        }
    }

    private static PrivateKey privateKey(Identity identity) throws IOException {
        try (Reader reader = Files.newBufferedReader(identity.key());
                PEMParser parser = new PEMParser(reader)) {
            return new JcaPEMKeyConverter().setProvider(PROVIDER).getPrivateKey((PrivateKeyInfo) parser.readObject());
        }
    }
}
