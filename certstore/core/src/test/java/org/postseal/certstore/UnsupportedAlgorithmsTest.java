package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that algorithms of drafts are refused by name. */
class UnsupportedAlgorithmsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1.3.6.1.4.1.2.267.7.6.5        | (Dilithium of a draft) is not supported: ML-DSA (FIPS 204) took its place
            1.3.6.1.4.1.2.267.12.4.4       | (ML-DSA of a draft) is not supported: ML-DSA (FIPS 204) took its place
            1.3.6.1.4.1.22554.5.6.2        | (Kyber of a draft) is not supported: ML-KEM (FIPS 203) took its place
            1.2.840.113549.1.9.16.3.14     | (RSA-KEM alone) is not supported: a key that its certificate names rsaEncryption receives by RSA-KEM too
            1.3.9999.3.11                  | (Falcon of a draft) is not supported: it is no standard yet
            1.3.9999.6.4.13                | (SPHINCS+ of a draft) is not supported: SLH-DSA (FIPS 205) took its place
            1.0.18033.2.2.7.8              | (FrodoKEM) is not supported: no RFC says how mail uses it
            2.16.840.1.114027.80.9.1.3     | (a composite signature of an old draft) is not supported: the current draft has other identifiers
            2.16.840.1.101.3.4.3.33        | (HashML-DSA-65) is not supported: mail uses the algorithm without pre-hashing (RFC 9882, RFC 9814)
            2.16.840.1.101.3.4.3.35        | (HashSLH-DSA-SHA2-128s) is not supported: mail uses the algorithm without pre-hashing (RFC 9882, RFC 9814)
            2.16.840.1.101.3.4.3.46        | (HashSLH-DSA-SHAKE-256f) is not supported: mail uses the algorithm without pre-hashing (RFC 9882, RFC 9814)
            1.2.3.4                        | is not supported
            2.16.840.1.101.3.4.3.330       | is not supported
            """)
    void keysAreRefusedByName(String identifier, String why) {
        SubjectPublicKeyInfo key =
                new SubjectPublicKeyInfo(new AlgorithmIdentifier(new ASN1ObjectIdentifier(identifier)), new byte[32]);
        assertThatThrownBy(() -> CertificateLimits.kindOf(key))
                .isInstanceOf(CertificateException.class)
                .hasMessage("public key algorithm " + identifier + " " + why);
    }

    @org.junit.jupiter.api.Test
    void whatIsSupportedIsNotNamed() {
        for (PublicKeyKind.SlhDsaParameters set : PublicKeyKind.SlhDsaParameters.values()) {
            assertThat(UnsupportedAlgorithms.name(set.identifier())).isEmpty();
        }
    }
}
