package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CRLException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.provider.CryptoProviders;

class RevocationListTest {
    /** A fuzzer found it: the name was first looked at while a path was judged, which then ended with an exception. */
    @Test
    void aDamagedIssuerIsRefusedAtOnce() throws Exception {
        byte[] der = ListMaker.current(new TestAuthority("nobody")).der();
        assertThat(RevocationList.of(der).issuer().toString()).isEqualTo("CN=nobody");
        String text = new String(der, StandardCharsets.ISO_8859_1);
        byte[] damaged = text.replace("nobody", "nob\u00ff\u00ff\u00ff").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> RevocationList.of(damaged)).isInstanceOf(CRLException.class);
    }

    /** The native provider takes no key that is named id-RSASSA-PSS, and no parameters may choose it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 20, 32, 48})
    void aListIsBelievedWhateverTheSaltOfItsSignature(int saltLength) throws Exception {
        CryptoProviders.install();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        ContentSigner signer = new JcaContentSignerBuilder(
                        "SHA256WITHRSAANDMGF1",
                        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, saltLength, 1))
                .setProvider(new BouncyCastleProvider())
                .build(pair.getPrivate());
        X500Name name = new X500Name("CN=root");
        Date start = Date.from(TestAuthority.START);
        MailCertificate root = MailCertificate.of(new X509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        start,
                        Date.from(TestAuthority.END),
                        name,
                        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                .build(signer)
                .getEncoded());
        X509v2CRLBuilder list = new X509v2CRLBuilder(name, start);
        list.setNextUpdate(Date.from(TestAuthority.END));

        byte[] der = list.build(signer).getEncoded();
        assertThat(RevocationList.of(der).isSignedBy(root)).isTrue();
        der[der.length - 1] ^= 1;
        assertThat(RevocationList.of(der).isSignedBy(root)).isFalse();
    }
}
