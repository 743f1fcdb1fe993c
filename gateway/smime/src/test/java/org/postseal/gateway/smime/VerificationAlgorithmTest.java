package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.policy.protection.LegacyAlgorithm;

/** Checks which pairs of digest and signature algorithm are believed, and for which keys. */
class VerificationAlgorithmTest {
    private static final ASN1ObjectIdentifier SHA1 = OIWObjectIdentifiers.idSHA1;
    private static final ASN1ObjectIdentifier SHA256 = NISTObjectIdentifiers.id_sha256;
    private static final ASN1ObjectIdentifier SHA384 = NISTObjectIdentifiers.id_sha384;
    private static final ASN1ObjectIdentifier SHA512 = NISTObjectIdentifiers.id_sha512;
    private static final ASN1ObjectIdentifier SHA3 = NISTObjectIdentifiers.id_sha3_256;
    private static final ASN1ObjectIdentifier RSA = PKCSObjectIdentifiers.rsaEncryption;
    private static final ASN1ObjectIdentifier ED25519 = EdECObjectIdentifiers.id_Ed25519;

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(SHA256, RSA, "SHA256withRSA"),
                Arguments.of(SHA512, RSA, "SHA512withRSA"),
                Arguments.of(SHA256, PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA"),
                Arguments.of(SHA384, PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA"),
                Arguments.of(SHA384, X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA"),
                Arguments.of(SHA512, X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA"),
                Arguments.of(SHA512, ED25519, "Ed25519"),
                // These have two digests in one SignerInfo (RFC 8933 §3).
                Arguments.of(SHA512, PKCSObjectIdentifiers.sha256WithRSAEncryption, "MALFORMED"),
                Arguments.of(SHA256, PKCSObjectIdentifiers.sha512WithRSAEncryption, "MALFORMED"),
                Arguments.of(SHA256, X9ObjectIdentifiers.ecdsa_with_SHA512, "MALFORMED"),
                Arguments.of(SHA512, X9ObjectIdentifiers.ecdsa_with_SHA256, "MALFORMED"),
                // The digest is fixed by RFC 8419 §3.1.
                Arguments.of(SHA256, ED25519, "MALFORMED"),
                Arguments.of(SHA384, ED25519, "MALFORMED"),
                Arguments.of(SHA1, RSA, "ALGORITHM_WEAK"),
                Arguments.of(PKCSObjectIdentifiers.md5, RSA, "ALGORITHM_WEAK"),
                Arguments.of(PKCSObjectIdentifiers.md2, RSA, "ALGORITHM_WEAK"),
                Arguments.of(SHA1, X9ObjectIdentifiers.ecdsa_with_SHA256, "ALGORITHM_WEAK"),
                Arguments.of(SHA256, PKCSObjectIdentifiers.sha1WithRSAEncryption, "ALGORITHM_WEAK"),
                Arguments.of(SHA256, PKCSObjectIdentifiers.md5WithRSAEncryption, "ALGORITHM_WEAK"),
                Arguments.of(SHA256, X9ObjectIdentifiers.ecdsa_with_SHA1, "ALGORITHM_WEAK"),
                Arguments.of(SHA256, X9ObjectIdentifiers.id_dsa_with_sha1, "ALGORITHM_WEAK"),
                Arguments.of(SHA256, X9ObjectIdentifiers.id_dsa, "ALGORITHM_WEAK"),
                Arguments.of(SHA3, RSA, "SHA3-256withRSA"),
                Arguments.of(SHA3, NISTObjectIdentifiers.id_ecdsa_with_sha3_256, "SHA3-256withECDSA"),
                Arguments.of(SHA3, NISTObjectIdentifiers.id_ecdsa_with_sha3_512, "MALFORMED"),
                Arguments.of(NISTObjectIdentifiers.id_sha224, RSA, "SHA224withRSA"),
                Arguments.of(
                        NISTObjectIdentifiers.id_shake256,
                        X509ObjectIdentifiers.id_ecdsa_with_shake256,
                        "SHAKE256withECDSA"),
                Arguments.of(
                        NISTObjectIdentifiers.id_shake128,
                        X509ObjectIdentifiers.id_rsassa_pss_shake128,
                        "SHAKE128withRSAPSS"),
                Arguments.of(NISTObjectIdentifiers.id_shake128, RSA, "ALGORITHM_UNKNOWN"),
                // No digest may be weaker than the parameter set (RFC 9882 §3.3).
                Arguments.of(SHA256, NISTObjectIdentifiers.id_ml_dsa_44, "ML-DSA-44"),
                Arguments.of(SHA256, NISTObjectIdentifiers.id_ml_dsa_65, "MALFORMED"),
                Arguments.of(SHA384, NISTObjectIdentifiers.id_ml_dsa_65, "ML-DSA-65"),
                Arguments.of(SHA384, NISTObjectIdentifiers.id_ml_dsa_87, "MALFORMED"),
                Arguments.of(SHA512, NISTObjectIdentifiers.id_ml_dsa_87, "ML-DSA-87"),
                Arguments.of(NISTObjectIdentifiers.id_shake256, NISTObjectIdentifiers.id_ml_dsa_87, "ML-DSA-87"),
                Arguments.of(NISTObjectIdentifiers.id_shake256, EdECObjectIdentifiers.id_Ed448, "Ed448"),
                Arguments.of(SHA512, EdECObjectIdentifiers.id_Ed448, "MALFORMED"),
                Arguments.of(SHA256, new ASN1ObjectIdentifier("1.2.3.4"), "ALGORITHM_UNKNOWN"));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void digestAndSignatureGoTogether(ASN1ObjectIdentifier digest, ASN1ObjectIdentifier signature, String outcome) {
        assertThat(describe(VerificationAlgorithm.of(
                        new AlgorithmIdentifier(digest), new AlgorithmIdentifier(signature), Believed.NOTHING)))
                .isEqualTo(outcome);
    }

    static Stream<Arguments> pssParameters() {
        return Stream.of(
                Arguments.of(SHA256, pss(SHA256, SHA256, 32, 1), "SHA-256 MGF1 SHA-256 32"),
                Arguments.of(SHA512, pss(SHA512, SHA512, 0, 1), "SHA-512 MGF1 SHA-512 0"),
                Arguments.of(SHA256, pss(SHA256, SHA512, 32, 1), "SHA-256 MGF1 SHA-512 32"),
                Arguments.of(SHA256, pss(SHA512, SHA512, 32, 1), "MALFORMED"),
                Arguments.of(SHA512, pss(SHA256, SHA256, 32, 1), "MALFORMED"),
                Arguments.of(SHA256, pss(SHA1, SHA256, 32, 1), "ALGORITHM_WEAK"),
                Arguments.of(SHA256, pss(SHA256, SHA1, 32, 1), "ALGORITHM_WEAK"),
                // With all defaults it is SHA-1 (RFC 4055 §3.1).
                Arguments.of(SHA256, new RSASSAPSSparams(), "ALGORITHM_WEAK"),
                Arguments.of(SHA256, pss(SHA256, SHA3, 32, 1), "SHA-256 MGF1 SHA3-256 32"),
                Arguments.of(SHA256, pss(SHA256, SHA256, -1, 1), "MALFORMED"),
                Arguments.of(SHA256, pss(SHA256, SHA256, 1 << 20, 1), "MALFORMED"),
                Arguments.of(SHA256, pss(SHA256, SHA256, 32, 2), "MALFORMED"),
                Arguments.of(
                        SHA256,
                        new RSASSAPSSparams(
                                hash(SHA256),
                                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3.4"), hash(SHA256)),
                                new ASN1Integer(32),
                                new ASN1Integer(1)),
                        "ALGORITHM_UNKNOWN"));
    }

    @ParameterizedTest
    @MethodSource("pssParameters")
    void pssParametersAreTheDigestsOwn(ASN1ObjectIdentifier digest, ASN1Encodable parameters, String outcome) {
        assertThat(describe(VerificationAlgorithm.of(
                        new AlgorithmIdentifier(digest),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters),
                        Believed.NOTHING)))
                .isEqualTo(outcome);
    }

    @Test
    void pssWithoutParametersMeansSha1() {
        assertThat(describe(VerificationAlgorithm.of(
                        new AlgorithmIdentifier(SHA256),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS),
                        Believed.NOTHING)))
                .isEqualTo("ALGORITHM_WEAK");
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                // The digits say which of v1.5, PSS, ECDSA, Ed25519 and ML-DSA-65 a key makes.
                Arguments.of(new PublicKeyKind.Rsa(2048, false), "11000"),
                // Such a key makes only PSS (RFC 4055 §1.2).
                Arguments.of(new PublicKeyKind.Rsa(2048, true), "01000"),
                Arguments.of(new PublicKeyKind.Ec(PublicKeyKind.Curve.P256), "00100"),
                Arguments.of(new PublicKeyKind.Ed25519(), "00010"),
                Arguments.of(new PublicKeyKind.Ed448(), "00000"),
                Arguments.of(new PublicKeyKind.MlDsa(PublicKeyKind.MlDsaParameters.ML_DSA_65), "00001"),
                Arguments.of(new PublicKeyKind.MlDsa(PublicKeyKind.MlDsaParameters.ML_DSA_87), "00000"),
                Arguments.of(new PublicKeyKind.X25519(), "00000"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void keysMakeTheSignaturesOfTheirKind(PublicKeyKind key, String fits) {
        StringBuilder found = new StringBuilder();
        for (VerificationAlgorithm algorithm : new VerificationAlgorithm[] {
            VerificationAlgorithm.of(hash(SHA256), new AlgorithmIdentifier(RSA), Believed.NOTHING),
            VerificationAlgorithm.of(
                    hash(SHA256),
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, pss(SHA256, SHA256, 32, 1)),
                    Believed.NOTHING),
            VerificationAlgorithm.of(
                    hash(SHA256), new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256), Believed.NOTHING),
            VerificationAlgorithm.of(hash(SHA512), new AlgorithmIdentifier(ED25519), Believed.NOTHING),
            VerificationAlgorithm.of(
                    hash(SHA512), new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_65), Believed.NOTHING)
        }) {
            found.append(((VerificationAlgorithm.Allowed) algorithm).fits(key) ? '1' : '0');
        }
        assertThat(found).hasToString(fits);
    }

    @Test
    void oldDigestsAreBelievedByName() {
        Believed sha1 = new Believed(Set.of(LegacyAlgorithm.SHA1, LegacyAlgorithm.TRIPLE_DES), false);
        AlgorithmIdentifier rsa = new AlgorithmIdentifier(RSA);

        assertThat(describe(VerificationAlgorithm.of(hash(SHA1), rsa, sha1))).isEqualTo("SHA1withRSA");
        assertThat(describe(VerificationAlgorithm.of(hash(PKCSObjectIdentifiers.md5), rsa, sha1)))
                .isEqualTo("ALGORITHM_WEAK");
        assertThat(describe(VerificationAlgorithm.of(
                        hash(SHA1), new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS), sha1)))
                .isEqualTo("SHA-1 MGF1 SHA-1 20");
        // A strong digest of the content does not make that of the signature stronger.
        assertThat(describe(VerificationAlgorithm.of(
                        hash(SHA256), new AlgorithmIdentifier(PKCSObjectIdentifiers.sha1WithRSAEncryption), sha1)))
                .isEqualTo("ALGORITHM_WEAK");
    }

    private static String describe(VerificationAlgorithm algorithm) {
        return switch (algorithm) {
            case VerificationAlgorithm.Refused(Cause cause) -> cause.name();
            case VerificationAlgorithm.Allowed allowed ->
                allowed.parameters()
                        .map(parameters -> {
                            assertThat(allowed.jcaName()).isEqualTo("RSASSA-PSS");
                            var pss = (java.security.spec.PSSParameterSpec) parameters;
                            var mask = (java.security.spec.MGF1ParameterSpec) pss.getMGFParameters();
                            return pss.getDigestAlgorithm() + " " + pss.getMGFAlgorithm() + " "
                                    + mask.getDigestAlgorithm() + " " + pss.getSaltLength();
                        })
                        .orElse(allowed.jcaName());
        };
    }

    private static AlgorithmIdentifier hash(ASN1ObjectIdentifier digest) {
        return new AlgorithmIdentifier(digest, DERNull.INSTANCE);
    }

    private static RSASSAPSSparams pss(ASN1ObjectIdentifier digest, ASN1ObjectIdentifier mask, int salt, int trailer) {
        return new RSASSAPSSparams(
                hash(digest),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash(mask)),
                new ASN1Integer(salt),
                new ASN1Integer(trailer));
    }
}
