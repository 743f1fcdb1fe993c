package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Checks what key type, keyUsage and extKeyUsage allow. In the tables, {@code -} is an absent extension or an allowed
 * purpose.
 */
class CertificateUsageTest {
    private static final KeyMaterial ISSUER = KeyMaterial.generate(KeyAlgorithm.P256);
    private static final Map<KeyAlgorithm, KeyMaterial> KEYS = new EnumMap<>(KeyAlgorithm.class);

    @BeforeAll
    static void makeKeys() {
        for (KeyAlgorithm algorithm :
                new KeyAlgorithm[] {KeyAlgorithm.RSA2048, KeyAlgorithm.P256, KeyAlgorithm.ED25519, KeyAlgorithm.X25519
                }) {
            KEYS.put(algorithm, KeyMaterial.generate(algorithm));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // An absent keyUsage allows every use that the key type has (RFC 8550 §4.4.2).
        "RSA2048, -, -, -, -",
        "P256, -, -, -, -",
        "ED25519, -, -, -, the key type cannot encrypt",
        "X25519, -, -, the key type cannot sign, -",
        // Either bit is enough to sign.
        "RSA2048, digitalSignature, -, -, keyUsage has no keyEncipherment",
        "RSA2048, nonRepudiation, -, -, keyUsage has no keyEncipherment",
        "RSA2048, keyEncipherment, -, keyUsage has no digitalSignature, -",
        "RSA2048, keyAgreement, -, keyUsage has no digitalSignature, keyUsage has no keyEncipherment",
        "RSA2048, dataEncipherment, -, keyUsage has no digitalSignature, keyUsage has no keyEncipherment",
        "RSA2048, keyCertSign, -, keyUsage has no digitalSignature, keyUsage has no keyEncipherment",
        "P256, digitalSignature, -, -, keyUsage has no keyAgreement",
        "P256, nonRepudiation, -, -, keyUsage has no keyAgreement",
        "P256, keyAgreement, -, keyUsage has no digitalSignature, -",
        "P256, keyEncipherment, -, keyUsage has no digitalSignature, keyUsage has no keyAgreement",
        // A bit does not enable a use that the key type lacks.
        "ED25519, digitalSignature|keyAgreement|keyEncipherment, -, -, the key type cannot encrypt",
        "X25519, digitalSignature|keyAgreement, -, the key type cannot sign, -",
        "X25519, keyEncipherment, -, the key type cannot sign, keyUsage has no keyAgreement",
        "RSA2048, -, emailProtection, -, -",
        "RSA2048, -, any, -, -",
        "RSA2048, -, serverAuth|emailProtection, -, -",
        "RSA2048, -, serverAuth|any, -, -",
        "RSA2048, -, serverAuth|clientAuth, extKeyUsage has no emailProtection, extKeyUsage has no emailProtection",
        "P256, digitalSignature|keyAgreement, clientAuth,"
                + " extKeyUsage has no emailProtection, extKeyUsage has no emailProtection",
    })
    void allows(KeyAlgorithm key, String keyUsage, String purposes, String whyNotSign, String whyNotEncrypt)
            throws Exception {
        MailCertificate certificate = certificate(key, keyUsage, purposes);

        assertThat(certificate.whyNot(CertificatePurpose.SIGN).orElse("-")).isEqualTo(whyNotSign);
        assertThat(certificate.whyNot(CertificatePurpose.ENCRYPT).orElse("-")).isEqualTo(whyNotEncrypt);
        assertThat(certificate.allowsMail()).isEqualTo(!whyNotSign.startsWith("extKeyUsage"));
    }

    private static MailCertificate certificate(KeyAlgorithm key, String keyUsage, String purposes) throws Exception {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X500Name("CN=issuer"),
                BigInteger.ONE,
                Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                Date.from(Instant.parse("2027-01-01T00:00:00Z")),
                new X500Name("CN=leaf"),
                Objects.requireNonNull(KEYS.get(key)).publicKey());
        if (!keyUsage.equals("-")) {
            int bits = Arrays.stream(keyUsage.split("\\|"))
                    .mapToInt(CertificateUsageTest::bit)
                    .reduce(0, (one, other) -> one | other);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
        }
        if (!purposes.equals("-")) {
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(Arrays.stream(purposes.split("\\|"))
                            .map(CertificateUsageTest::purpose)
                            .toArray(KeyPurposeId[]::new)));
        }
        return MailCertificate.of(builder.build(ISSUER.certificateSigner()).getEncoded());
    }

    private static int bit(String name) {
        return switch (name) {
            case "digitalSignature" -> KeyUsage.digitalSignature;
            case "nonRepudiation" -> KeyUsage.nonRepudiation;
            case "keyEncipherment" -> KeyUsage.keyEncipherment;
            case "dataEncipherment" -> KeyUsage.dataEncipherment;
            case "keyAgreement" -> KeyUsage.keyAgreement;
            case "keyCertSign" -> KeyUsage.keyCertSign;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static KeyPurposeId purpose(String name) {
        return switch (name) {
            case "emailProtection" -> KeyPurposeId.id_kp_emailProtection;
            case "any" -> KeyPurposeId.anyExtendedKeyUsage;
            case "serverAuth" -> KeyPurposeId.id_kp_serverAuth;
            case "clientAuth" -> KeyPurposeId.id_kp_clientAuth;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
