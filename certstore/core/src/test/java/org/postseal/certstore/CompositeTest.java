package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.key.ForeignKeys;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.provider.CryptoProviders;

/** Checks composites against the keys that Bouncy Castle makes, and that nothing comes in while they are not allowed. */
@ResourceLock("drafts")
class CompositeTest {
    @BeforeAll
    static void install() {
        CryptoProviders.install();
    }

    @AfterEach
    void allowNone() {
        Draft.allow(Set.of());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*RSA[34].*")
    void keysOfOthersHaveTheHalvesOfTheTable(Composite composite) throws Exception {
        SubjectPublicKeyInfo key = ForeignKeys.of(composite.standardName()).publicKey();

        assertThat(key.getAlgorithm().getAlgorithm()).isEqualTo(composite.identifier());
        assertThat(CertificateLimits.kindOf(key)).isEqualTo(composite.kind());
    }

    @Test
    void halvesThatDoNotFitTogetherAreRefusedByName() {
        byte[] key = ForeignKeys.of(Composite.MLKEM768_P256.standardName())
                .publicKey()
                .getPublicKeyData()
                .getOctets();

        assertThatThrownBy(() -> CertificateLimits.kindOf(of(Composite.MLKEM768_P384, key)))
                .isInstanceOf(CertificateException.class)
                .hasMessage("malformed point of P-384");
        assertThatThrownBy(() -> CertificateLimits.kindOf(of(Composite.MLKEM768_X25519, key)))
                .hasMessage("malformed X25519 key");
        assertThatThrownBy(() -> CertificateLimits.kindOf(of(Composite.MLKEM1024_X448, key)))
                .hasMessage("malformed MLKEM1024-X448-SHA3-256 key");
        byte[] rsa = ForeignKeys.of(Composite.MLKEM768_RSA2048.standardName())
                .publicKey()
                .getPublicKeyData()
                .getOctets();
        assertThatThrownBy(() -> CertificateLimits.kindOf(of(Composite.MLKEM768_RSA3072, rsa)))
                .hasMessage("its classical half is RSA-2048, and MLKEM768-RSA3072-SHA3-256 has RSA-3072");
    }

    @Test
    void whatIsNotAllowedIsRefusedAndWhatIsStoredIsNotDamaged() throws Exception {
        SubjectPublicKeyInfo key =
                ForeignKeys.of(Composite.MLDSA44_ED25519.standardName()).publicKey();
        Draft.allow(Set.of(Draft.COMPOSITE));
        MailCertificate certificate = new TestAuthority("root").certify(new X500Name("CN=alice"), key);
        assertThat(certificate.whyNot(CertificatePurpose.SIGN)).isEmpty();
        AlgorithmIdentifier signature = new AlgorithmIdentifier(Composite.MLDSA44_ED25519.identifier());
        assertThat(SignatureAlgorithms.isStrong(signature)).isTrue();

        allowNone();
        String why = "MLDSA44-Ed25519-SHA512: it is a composite by a draft,"
                + " which crypto.drafts: [composite] allows to read";
        assertThatThrownBy(() -> MailCertificate.of(certificate.encoded()))
                .isInstanceOf(CertificateException.class)
                .hasMessage(why);
        assertThat(MailCertificate.stored(certificate.encoded()).whyNot(CertificatePurpose.SIGN))
                .hasValue(why);
        assertThat(SignatureAlgorithms.isStrong(signature)).isFalse();
    }

    private static SubjectPublicKeyInfo of(Composite composite, byte[] key) {
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(composite.identifier()), key);
    }
}
