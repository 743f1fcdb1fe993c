package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;

/**
 * Verifies the samples of RFC 9882 Appendix B. They have no certificates, and their keys are those of RFC 9881 Appendix
 * C, of the seed 00 01 ... 1f.
 */
class MlDsaSamplesTest {
    static String file(String set) {
        return "pqc/ml-dsa/mldsa" + set + "-signed-attrs.pem";
    }

    @ParameterizedTest
    @CsvSource({"44, 17, ML-DSA-44", "65, 18, ML-DSA-65", "87, 19, ML-DSA-87"})
    void samplesVerifyWithTheKeyOfTheirSeed(String set, String arc, String name) throws Exception {
        String armoured = Files.readString(Corpora.directory().resolve(file(set)));
        byte[] object = Base64.getMimeDecoder().decode(armoured.replaceAll("-----.*-----", ""));
        SignedDataReader.Contents contents =
                new SignedDataReader().read(new ByteArrayInputStream(object), object.length);
        SignerInfo signer = contents.signers().getFirst();
        byte[] seed = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        KeyMaterial key = PrivateKeyFile.read(
                "PRIVATE KEY",
                new PrivateKeyInfo(
                                new AlgorithmIdentifier(new ASN1ObjectIdentifier("2.16.840.1.101.3.4.3." + arc)),
                                new DERTaggedObject(false, 0, new DEROctetString(seed)))
                        .getEncoded(),
                null);

        VerificationAlgorithm.Allowed algorithm = (VerificationAlgorithm.Allowed) VerificationAlgorithm.of(
                signer.getDigestAlgorithm(), signer.getDigestEncryptionAlgorithm(), Believed.NOTHING);
        assertThat(algorithm.text()).isEqualTo(name + " SHA-512");
        assertThat(SignerAttributes.of(signer.getAuthenticatedAttributes())
                        .orElseThrow()
                        .messageDigest())
                .hasValue(contents.digests().get(DigestAlgorithm.SHA512));
        byte[] signed = Der.encode(signer.getAuthenticatedAttributes());
        assertThat(verifies(algorithm, key, signed, signer)).isTrue();
        signed[signed.length - 1] ^= 1;
        assertThat(verifies(algorithm, key, signed, signer)).isFalse();
    }

    private static boolean verifies(
            VerificationAlgorithm.Allowed algorithm, KeyMaterial key, byte[] signed, SignerInfo signer)
            throws Exception {
        Signature engine = algorithm.engine();
        engine.initVerify(KeyFactory.getInstance("ML-DSA")
                .generatePublic(new X509EncodedKeySpec(key.publicKey().getEncoded())));
        engine.update(signed);
        return engine.verify(signer.getEncryptedDigest().getOctets());
    }
}
