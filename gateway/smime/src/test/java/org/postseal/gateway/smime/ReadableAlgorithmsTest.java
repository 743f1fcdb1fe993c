package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;

class ReadableAlgorithmsTest {
    @ParameterizedTest
    @CsvSource({
        "2.16.840.1.101.3.4.1.6, AES128_GCM",
        "2.16.840.1.101.3.4.1.26, AES192_GCM",
        "2.16.840.1.101.3.4.1.46, AES256_GCM",
        "2.16.840.1.101.3.4.1.42, AES256_CBC",
        "1.2.840.113549.1.9.16.3.18, CHACHA20_POLY1305",
        "1.2.840.113549.3.7, TRIPLE_DES_CBC",
        "1.3.14.3.2.7, DES_CBC"
    })
    void ciphersByTheirObjectIdentifier(String oid, Cipher cipher) {
        assertThat(ReadableAlgorithms.ciphers(said(new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)))))
                .containsExactly(cipher);
    }

    @ParameterizedTest
    @CsvSource({"40, RC2_40_CBC", "64, RC2_64_CBC", "128, RC2_128_CBC"})
    void rc2ByItsBits(int bits, Cipher cipher) {
        ASN1ObjectIdentifier rc2 = PKCSObjectIdentifiers.RC2_CBC;
        assertThat(ReadableAlgorithms.ciphers(said(new AlgorithmIdentifier(rc2, new ASN1Integer(bits)))))
                .containsExactly(cipher);
        assertThat(ReadableAlgorithms.ciphers(said(
                        new AlgorithmIdentifier(rc2),
                        new AlgorithmIdentifier(rc2, new ASN1Integer(bits + 1)),
                        new AlgorithmIdentifier(rc2, DERNull.INSTANCE))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void keyTransportsAsWeWriteThem(RsaKeyTransport transport) {
        AlgorithmIdentifier written = KeyTransport.of(transport).identifier();

        assertThat(ReadableAlgorithms.keyTransports(said(written))).containsExactly(transport);
        assertThat(new SmimeCapabilities(List.of(written)).der()).isNotEmpty();
    }

    @Test
    void oaepThatIsNotOursIsPassedOver() {
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        AlgorithmIdentifier sha512 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512, DERNull.INSTANCE);
        AlgorithmIdentifier label =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_pSpecified, new DEROctetString(new byte[] {1}));
        for (AlgorithmIdentifier other : List.of(
                oaep(sha256, sha512, RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM),
                oaep(sha256, sha256, label),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, new ASN1Integer(1)))) {
            assertThat(ReadableAlgorithms.keyTransports(said(other))).isEmpty();
        }
        // Without parameters it means SHA-1 (RFC 4055 §4.1).
        assertThat(ReadableAlgorithms.keyTransports(said(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP))))
                .containsExactly(RsaKeyTransport.OAEP_SHA1);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, 1.2.840.113549.1.1.7 1.2.840.113549.1.1.7"
                + " 1.2.840.113549.1.1.7 1.2.840.113549.1.1.7 1.2.840.113549.1.1.1",
        "P256, 1.3.132.1.11.1 1.3.132.1.11.1 1.3.132.1.11.1",
        "P384, 1.3.132.1.11.2 1.3.132.1.11.2 1.3.132.1.11.2",
        "P521, 1.3.132.1.11.3 1.3.132.1.11.3 1.3.132.1.11.3",
        "BRAINPOOLP384R1, 1.3.132.1.11.2 1.3.132.1.11.2 1.3.132.1.11.2",
        "X25519, 1.2.840.113549.1.9.16.3.19 1.2.840.113549.1.9.16.3.19 1.2.840.113549.1.9.16.3.19",
        "X448, 1.2.840.113549.1.9.16.3.21 1.2.840.113549.1.9.16.3.21 1.2.840.113549.1.9.16.3.21",
        "ML_KEM_1024, 2.16.840.1.101.3.4.4.3"
    })
    void whatWeSayOfOurselves(KeyAlgorithm key, String keyManagement) {
        SmimeCapabilities own = OwnCapabilities.of(Pki.issued(Pki.BOB, key).certificate());

        assertThat(own.oids())
                .startsWith("2.16.840.1.101.3.4.1.46", "2.16.840.1.101.3.4.1.6")
                .endsWith(keyManagement.split(" "));
        assertThat(ReadableAlgorithms.ciphers(own))
                .containsExactlyInAnyOrder(
                        Cipher.AES128_CBC,
                        Cipher.AES192_CBC,
                        Cipher.AES256_CBC,
                        Cipher.AES128_GCM,
                        Cipher.AES192_GCM,
                        Cipher.AES256_GCM,
                        Cipher.CHACHA20_POLY1305);
    }

    private static AlgorithmIdentifier oaep(
            AlgorithmIdentifier digest, AlgorithmIdentifier mask, AlgorithmIdentifier source) {
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSAES_OAEP,
                new RSAESOAEPparams(digest, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, mask), source));
    }

    private static SmimeCapabilities said(AlgorithmIdentifier... algorithms) {
        return new SmimeCapabilities(List.of(algorithms));
    }
}
