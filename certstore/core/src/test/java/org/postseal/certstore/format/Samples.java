package org.postseal.certstore.format;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Makes certificates, keys and lists for the tests of formats. */
final class Samples {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant END = Instant.parse("2036-01-01T00:00:00Z");
    static final CertificateAuthority CA = CertificateAuthority.create("Formats", START, END);
    static final IssuedCertificate ALICE = issue("alice@example.com", KeyAlgorithm.P256);
    static final IssuedCertificate BOB = issue("bob@example.com", KeyAlgorithm.RSA2048);
    static final X509CRLHolder CRL = crl();
    static final SmimeCapabilities CAPABILITIES = new SmimeCapabilities(List.of(
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM),
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC),
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.3.7"))));

    private Samples() {}

    static IssuedCertificate issue(String address, KeyAlgorithm algorithm) {
        Profile profile = switch (algorithm) {
            case ED25519, ED448, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> Profile.SIGN;
            case X25519, X448, ML_KEM_512, ML_KEM_768, ML_KEM_1024 -> Profile.ENCRYPT;
            case RSA2048, RSA3072, RSA4096, P256, P384, P521, BRAINPOOLP256R1, BRAINPOOLP384R1, BRAINPOOLP512R1 ->
                Profile.DUAL;
        };
        return CA.issue(MailAddress.of(address), algorithm, profile, START, END);
    }

    static byte[] der(MailCertificate certificate) {
        return CertificateExport.der(certificate);
    }

    static byte[] crlDer() {
        try {
            return CRL.getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509CRLHolder crl() {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(CA.issuer().subject(), Date.from(START));
        builder.setNextUpdate(Date.from(END));
        builder.addCRLEntry(BigInteger.TEN, Date.from(START), CRLReason.keyCompromise);
        // It is signed by any key, since nobody verifies the signature here.
        return builder.build(KeyMaterial.generate(KeyAlgorithm.P256).certificateSigner());
    }
}
