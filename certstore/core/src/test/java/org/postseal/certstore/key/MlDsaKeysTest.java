package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;

/** Reads ML-DSA keys in every form of RFC 9881. */
class MlDsaKeysTest {
    private static final byte[] SEED = seed();

    static Stream<Arguments> forms() {
        return Stream.of(
                        Arguments.of(NISTObjectIdentifiers.id_ml_dsa_44, MLDSAParameters.ml_dsa_44),
                        Arguments.of(NISTObjectIdentifiers.id_ml_dsa_65, MLDSAParameters.ml_dsa_65),
                        Arguments.of(NISTObjectIdentifiers.id_ml_dsa_87, MLDSAParameters.ml_dsa_87))
                .flatMap(set -> Stream.of("seed", "expanded", "both")
                        .map(form -> Arguments.of(set.get()[0], set.get()[1], form)));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormIsTheSameKeyAndStaysAsItCame(ASN1ObjectIdentifier name, MLDSAParameters set, String form)
            throws Exception {
        byte[] file = info(name, form(set, form, SEED)).getEncoded();

        KeyMaterial key = PrivateKeyFile.read("PRIVATE KEY", file, null);

        assertThat(key.kind()).isInstanceOf(PublicKeyKind.MlDsa.class);
        assertThat(key.publicKey().getPublicKeyData().getOctets())
                .isEqualTo(new MLDSAPrivateKeyParameters(set, SEED).getPublicKey());
        assertThat(key.encoded()).isEqualTo(file);
        assertThat(PemFile.read(key.toPem().getBytes(StandardCharsets.US_ASCII))
                        .keys()
                        .getFirst()
                        .publicKey())
                .isEqualTo(key.publicKey());
    }

    @Test
    void brokenKeysAreRefused() throws Exception {
        byte[] other = SEED.clone();
        other[0] ^= 1;
        MLDSAParameters set = MLDSAParameters.ml_dsa_44;
        DERSequence stranger = new DERSequence(new ASN1Encodable[] {
            new DEROctetString(other), new DEROctetString(new MLDSAPrivateKeyParameters(set, SEED).getEncoded())
        });
        for (ASN1Encodable form : new ASN1Encodable[] {
            stranger,
            new DERTaggedObject(false, 0, new DEROctetString(Arrays.copyOf(SEED, 31))),
            new DEROctetString(SEED),
            new DEROctetString(new byte[100]),
            new DERSequence()
        }) {
            byte[] file = info(NISTObjectIdentifiers.id_ml_dsa_44, form).getEncoded();
            assertThatThrownBy(() -> PrivateKeyFile.read("PRIVATE KEY", file, null))
                    .isInstanceOf(KeyFileException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ED448", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void freshKeysSignUnderACertificate(KeyAlgorithm algorithm) throws Exception {
        Instant now = Instant.parse("2026-11-24T12:00:00Z");
        CertificateAuthority authority =
                CertificateAuthority.create("Test", algorithm, now, now.plus(Duration.ofDays(9)));
        KeyHandle key = authority
                .issue(MailAddress.of("a@example.com"), algorithm, Profile.SIGN, now, now.plus(Duration.ofDays(1)))
                .keyHandle();
        byte[] input = {1, 2, 3};

        byte[] signature = key.sign(key.schemes().iterator().next(), input);

        Signature engine = Signature.getInstance(algorithm == KeyAlgorithm.ED448 ? "Ed448" : "ML-DSA");
        engine.initVerify(KeyFactory.getInstance(algorithm == KeyAlgorithm.ED448 ? "Ed448" : "ML-DSA")
                .generatePublic(new X509EncodedKeySpec(
                        key.certificate().holder().getSubjectPublicKeyInfo().getEncoded())));
        engine.update(input);
        assertThat(engine.verify(signature)).isTrue();
        assertThatThrownBy(() -> key.sign(SignatureScheme.ED25519, input))
                .isInstanceOf(java.security.SignatureException.class);
    }

    private static ASN1Encodable form(MLDSAParameters set, String form, byte[] seed) {
        DEROctetString expanded = new DEROctetString(new MLDSAPrivateKeyParameters(set, seed).getEncoded());
        return switch (form) {
            case "seed" -> new DERTaggedObject(false, 0, new DEROctetString(seed));
            case "expanded" -> expanded;
            case "both" -> new DERSequence(new ASN1Encodable[] {new DEROctetString(seed), expanded});
            default -> throw new IllegalArgumentException(form);
        };
    }

    private static PrivateKeyInfo info(ASN1ObjectIdentifier name, ASN1Encodable form) throws Exception {
        return new PrivateKeyInfo(new AlgorithmIdentifier(name), form);
    }

    private static byte[] seed() {
        byte[] seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }
        return seed;
    }
}
