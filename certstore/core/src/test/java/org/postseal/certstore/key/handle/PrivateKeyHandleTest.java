package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

class PrivateKeyHandleTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final byte[] TEXT = "signed attributes".getBytes(StandardCharsets.US_ASCII);
    private static final Map<KeyAlgorithm, KeyHandle> KEYS = new EnumMap<>(Map.of(
            KeyAlgorithm.RSA2048, handle(KeyAlgorithm.RSA2048, Profile.DUAL),
            KeyAlgorithm.P256, handle(KeyAlgorithm.P256, Profile.DUAL),
            KeyAlgorithm.P384, handle(KeyAlgorithm.P384, Profile.DUAL),
            KeyAlgorithm.ED448, handle(KeyAlgorithm.ED448, Profile.SIGN),
            KeyAlgorithm.ML_DSA_65, handle(KeyAlgorithm.ML_DSA_65, Profile.SIGN),
            KeyAlgorithm.ED25519, handle(KeyAlgorithm.ED25519, Profile.SIGN),
            KeyAlgorithm.X25519, handle(KeyAlgorithm.X25519, Profile.ENCRYPT)));

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void signsWithEverySchemeOfItsKind(SignatureScheme scheme) throws Exception {
        for (Map.Entry<KeyAlgorithm, KeyHandle> each : KEYS.entrySet()) {
            boolean fits = switch (scheme) {
                case RSA_PKCS1_MD5,
                        RSA_PKCS1_SHA1,
                        RSA_PKCS1_SHA256,
                        RSA_PKCS1_SHA384,
                        RSA_PKCS1_SHA512,
                        RSA_PSS_SHA256,
                        RSA_PSS_SHA384,
                        RSA_PSS_SHA512 -> each.getKey() == KeyAlgorithm.RSA2048;
                case ECDSA_SHA1, ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512 ->
                    each.getKey() == KeyAlgorithm.P256 || each.getKey() == KeyAlgorithm.P384;
                case ED448 -> each.getKey() == KeyAlgorithm.ED448;
                case ML_DSA -> each.getKey() == KeyAlgorithm.ML_DSA_65;
                case ED25519 -> each.getKey() == KeyAlgorithm.ED25519;
            };
            KeyHandle key = each.getValue();
            assertThat(key.schemes().contains(scheme)).isEqualTo(fits);
            if (fits) {
                byte[] signature = key.sign(scheme, TEXT);
                assertThat(verifies(key, scheme, TEXT, signature)).isTrue();
                assertThat(verifies(key, scheme, new byte[] {1}, signature)).isFalse();
            } else {
                assertThatThrownBy(() -> key.sign(scheme, TEXT))
                        .isInstanceOf(SignatureException.class)
                        .hasMessage(scheme + " cannot be made with this key");
            }
        }
    }

    @Test
    void neverShowsTheKey() {
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        assertThat(key).hasToString("[redacted]");
    }

    @Test
    void refusesACertificateForAnotherKey() {
        IssuedCertificate issued = CA.issue(ALICE, KeyAlgorithm.P256, Profile.DUAL, START, END);
        KeyMaterial other = KeyMaterial.generate(KeyAlgorithm.P256);
        assertThatThrownBy(() -> other.handle(issued.certificate(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static KeyHandle handle(KeyAlgorithm algorithm, Profile profile) {
        return CA.issue(ALICE, algorithm, profile, START, END).keyHandle();
    }

    private static boolean verifies(KeyHandle key, SignatureScheme scheme, byte[] text, byte[] signature)
            throws Exception {
        Signature engine = Engines.REGISTERED.signature(
                scheme, keyless -> keyless.initVerify(key.certificate().x509().getPublicKey()));
        engine.update(text);
        return engine.verify(signature);
    }
}
