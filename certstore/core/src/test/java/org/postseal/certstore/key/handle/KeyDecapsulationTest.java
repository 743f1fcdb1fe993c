package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import javax.crypto.KEM;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;

/** Checks that every wrong encapsulated key yields a content key of the right length, and the same one each time. */
class KeyDecapsulationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final CertificateAuthority CA = CertificateAuthority.create("Root", START, END);
    private static final byte[] CONTENT_KEY =
            "0123456789abcdef0123456789ABCDEF".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @ParameterizedTest
    @EnumSource(names = {"ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"})
    void theRightOneIsFoundAndNothingElseTellsWhatWasWrong(KeyAlgorithm algorithm) throws Exception {
        KeyHandle key = handle(algorithm);
        WrappedContentKey.Encapsulation good = encapsulated(key, KemKdf.HKDF_SHA256);
        AlgorithmIdentifier other = new AlgorithmIdentifier(
                algorithm == KeyAlgorithm.ML_KEM_768
                        ? NISTObjectIdentifiers.id_alg_ml_kem_512
                        : NISTObjectIdentifiers.id_alg_ml_kem_768);

        assertThat(key.recoverContentKey(good)).isEqualTo(CONTENT_KEY);
        for (WrappedContentKey bad : List.of(
                with(good, good.kem(), flipped(good.ciphertext()), good.kdf(), 32, good.wrap(), good.encryptedKey()),
                with(good, good.kem(), new byte[5], good.kdf(), 32, good.wrap(), good.encryptedKey()),
                with(good, good.kem(), new byte[0], good.kdf(), 32, good.wrap(), good.encryptedKey()),
                with(good, other, good.ciphertext(), good.kdf(), 32, good.wrap(), good.encryptedKey()),
                with(
                        good,
                        good.kem(),
                        good.ciphertext(),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha512),
                        32,
                        good.wrap(),
                        good.encryptedKey()),
                with(
                        good,
                        good.kem(),
                        good.ciphertext(),
                        new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.31")),
                        32,
                        good.wrap(),
                        good.encryptedKey()),
                with(good, good.kem(), good.ciphertext(), good.kdf(), 16, good.wrap(), good.encryptedKey()),
                with(
                        good,
                        good.kem(),
                        good.ciphertext(),
                        good.kdf(),
                        24,
                        ContentKeyWrap.TRIPLE_DES.identifier(),
                        good.encryptedKey()),
                with(good, good.kem(), good.ciphertext(), good.kdf(), 32, good.wrap(), flipped(good.encryptedKey())),
                with(good, good.kem(), good.ciphertext(), good.kdf(), 32, good.wrap(), new byte[1]))) {
            byte[] substitute = key.recoverContentKey(bad);
            assertThat(substitute).hasSize(32).isNotEqualTo(CONTENT_KEY);
            assertThat(key.recoverContentKey(bad)).isEqualTo(substitute);
        }
        assertThat(handle(algorithm).recoverContentKey(good)).hasSize(32).isNotEqualTo(CONTENT_KEY);
        assertThat(handle(KeyAlgorithm.P256).recoverContentKey(good))
                .hasSize(32)
                .isNotEqualTo(CONTENT_KEY);
    }

    @ParameterizedTest
    @EnumSource
    void everyDerivationIsRead(KemKdf derivation) throws Exception {
        KeyHandle key = handle(KeyAlgorithm.ML_KEM_768);

        assertThat(key.recoverContentKey(encapsulated(key, derivation))).isEqualTo(CONTENT_KEY);
    }

    private static KeyHandle handle(KeyAlgorithm algorithm) {
        Profile profile = algorithm == KeyAlgorithm.P256 ? Profile.DUAL : Profile.ENCRYPT;
        return CA.issue(MailAddress.of("alice@example.com"), algorithm, profile, START, END)
                .keyHandle();
    }

    private static WrappedContentKey.Encapsulation encapsulated(KeyHandle key, KemKdf derivation) throws Exception {
        ContentKeyWrap wrap = ContentKeyWrap.AES256;
        KEM.Encapsulated made = KEM.getInstance("ML-KEM")
                .newEncapsulator(key.certificate().x509().getPublicKey())
                .encapsulate();
        byte[] wrappingKey = derivation.derive(made.key().getEncoded(), wrap.identifier(), wrap.keyLength(), null);
        return new WrappedContentKey.Encapsulation(
                key.certificate().holder().getSubjectPublicKeyInfo().getAlgorithm(),
                made.encapsulation(),
                derivation.identifier(),
                wrap.keyLength(),
                null,
                wrap.identifier(),
                wrap.wrap(wrappingKey, CONTENT_KEY),
                CONTENT_KEY.length);
    }

    private static WrappedContentKey.Encapsulation with(
            WrappedContentKey.Encapsulation good,
            AlgorithmIdentifier kem,
            byte[] ciphertext,
            AlgorithmIdentifier kdf,
            int length,
            AlgorithmIdentifier wrap,
            byte[] encryptedKey) {
        return new WrappedContentKey.Encapsulation(
                kem, ciphertext, kdf, length, good.userKeyingMaterial(), wrap, encryptedKey, good.contentKeyLength());
    }

    private static byte[] flipped(byte[] octets) {
        byte[] copy = octets.clone();
        copy[copy.length / 2] ^= 1;
        return copy;
    }
}
