package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks which signature algorithms are on the list. */
class SignatureAlgorithmsTest {
    static Stream<Arguments> algorithms() {
        return Stream.of(
                Arguments.of(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE, true),
                Arguments.of(PKCSObjectIdentifiers.sha512WithRSAEncryption, DERNull.INSTANCE, true),
                Arguments.of(PKCSObjectIdentifiers.sha1WithRSAEncryption, DERNull.INSTANCE, false),
                Arguments.of(PKCSObjectIdentifiers.md5WithRSAEncryption, DERNull.INSTANCE, false),
                Arguments.of(PKCSObjectIdentifiers.sha224WithRSAEncryption, DERNull.INSTANCE, false),
                Arguments.of(X9ObjectIdentifiers.ecdsa_with_SHA1, DERNull.INSTANCE, false),
                Arguments.of(X9ObjectIdentifiers.id_dsa_with_sha1, DERNull.INSTANCE, false),
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, pss(NISTObjectIdentifiers.id_sha256), true),
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, pss(NISTObjectIdentifiers.id_sha512), true),
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, pss(OIWObjectIdentifiers.idSHA1), false),
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, pss(PKCSObjectIdentifiers.md5), false),
                Arguments.of(NISTObjectIdentifiers.id_ml_dsa_44, null, true),
                Arguments.of(NISTObjectIdentifiers.id_ml_dsa_87, null, true),
                Arguments.of(NISTObjectIdentifiers.id_hash_ml_dsa_65_with_sha512, null, false),
                Arguments.of(NISTObjectIdentifiers.id_ml_dsa_44, DERNull.INSTANCE, false),
                Arguments.of(NISTObjectIdentifiers.id_slh_dsa_sha2_128f, null, true),
                Arguments.of(NISTObjectIdentifiers.id_slh_dsa_shake_256s, null, true),
                Arguments.of(NISTObjectIdentifiers.id_slh_dsa_shake_256s, DERNull.INSTANCE, false),
                Arguments.of(NISTObjectIdentifiers.id_hash_slh_dsa_sha2_128f_with_sha256, null, false),
                // If all parameters have their defaults, the digest is SHA-1 (RFC 4055 §3.1).
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, new RSASSAPSSparams(), false),
                Arguments.of(PKCSObjectIdentifiers.id_RSASSA_PSS, DERNull.INSTANCE, false));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void strongOnesAreListed(ASN1ObjectIdentifier name, ASN1Encodable parameters, boolean isStrong) {
        assertThat(SignatureAlgorithms.isStrong(new AlgorithmIdentifier(name, parameters)))
                .isEqualTo(isStrong);
    }

    @Test
    void absentParametersOfPssMeanSha1AndOfOthersNothing() {
        assertThat(SignatureAlgorithms.isStrong(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS)))
                .isFalse();
        assertThat(SignatureAlgorithms.isStrong(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519)))
                .isTrue();
        assertThat(SignatureAlgorithms.isStrong(new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384)))
                .isTrue();
    }

    private static RSASSAPSSparams pss(ASN1ObjectIdentifier digest) {
        AlgorithmIdentifier hash = new AlgorithmIdentifier(digest, DERNull.INSTANCE);
        return new RSASSAPSSparams(
                hash,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
                new ASN1Integer(32),
                new ASN1Integer(1));
    }
}
