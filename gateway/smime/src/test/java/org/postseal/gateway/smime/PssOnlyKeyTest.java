package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;
import org.postseal.gateway.mail.RawMessage;

/** Signs and verifies with a key that its certificate names id-RSASSA-PSS (RFC 4055 §1.2), which only the JDK takes. */
class PssOnlyKeyTest {
    @Test
    void signsAndIsVerifiedWithAllProvidersInstalled() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=Alice");
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name,
                CertificateAuthority.serialNumber(),
                Date.from(Pki.FROM),
                Date.from(Pki.UNTIL),
                name,
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, Pki.ALICE.toString())));
        MailCertificate certificate = CertificateAuthority.sign(builder, KeyMaterial.generate(KeyAlgorithm.P256));
        KeyHandle key = PrivateKeyFile.read("PRIVATE KEY", pair.getPrivate().getEncoded(), null)
                .handle(certificate, List.of());
        assertThat(key.schemes())
                .isEqualTo(EnumSet.range(SignatureScheme.RSA_PSS_SHA256, SignatureScheme.RSA_PSS_SHA512));

        RawMessage signed = Mail.sign(Mail.message("x\r\n"), key, Mail.CLEAR);

        assertThat(Mail.describe(Mail.verify(signed, Pki.ALICE, new TrustingStore(certificate), Pki.NOW)))
                .isEqualTo("Valid");
    }
}
