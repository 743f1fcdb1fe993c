package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
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
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;

/** Compares the three forms of RFC 9881 §6 and RFC 9935 §6 with Bouncy Castle's key of the same seed. */
class SeededKeysTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    enum Peer {
        ML_DSA_44(NISTObjectIdentifiers.id_ml_dsa_44, 32),
        ML_DSA_65(NISTObjectIdentifiers.id_ml_dsa_65, 32),
        ML_DSA_87(NISTObjectIdentifiers.id_ml_dsa_87, 32),
        ML_KEM_512(NISTObjectIdentifiers.id_alg_ml_kem_512, 64),
        ML_KEM_768(NISTObjectIdentifiers.id_alg_ml_kem_768, 64),
        ML_KEM_1024(NISTObjectIdentifiers.id_alg_ml_kem_1024, 64);

        @SuppressWarnings("ImmutableEnumChecker")
        private final ASN1ObjectIdentifier name;

        @SuppressWarnings("ImmutableEnumChecker")
        private final byte[] seed;

        Peer(ASN1ObjectIdentifier name, int seedOctets) {
            this.name = name;
            this.seed = new byte[seedOctets];
            Arrays.fill(seed, (byte) 7);
        }

        byte[] expanded() {
            return switch (this) {
                case ML_DSA_44 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed).getEncoded();
                case ML_DSA_65 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed).getEncoded();
                case ML_DSA_87 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_87, seed).getEncoded();
                case ML_KEM_512 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_512, seed).getEncoded();
                case ML_KEM_768 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed).getEncoded();
                case ML_KEM_1024 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_1024, seed).getEncoded();
            };
        }

        byte[] publicKey() {
            return switch (this) {
                case ML_DSA_44 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed).getPublicKey();
                case ML_DSA_65 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed).getPublicKey();
                case ML_DSA_87 -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_87, seed).getPublicKey();
                case ML_KEM_512 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_512, seed).getPublicKey();
                case ML_KEM_768 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed).getPublicKey();
                case ML_KEM_1024 -> new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_1024, seed).getPublicKey();
            };
        }

        byte[] file(ASN1Encodable form) throws Exception {
            return new PrivateKeyInfo(new AlgorithmIdentifier(name), form).getEncoded();
        }

        KeyAlgorithm algorithm() {
            return KeyAlgorithm.valueOf(name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFormIsTheSameKeyAndStaysAsItCame(Peer peer) throws Exception {
        ASN1Encodable seed = new DEROctetString(peer.seed);
        ASN1Encodable expanded = new DEROctetString(peer.expanded());
        for (ASN1Encodable form : new ASN1Encodable[] {
            new DERTaggedObject(false, 0, seed), expanded, new DERSequence(new ASN1Encodable[] {seed, expanded})
        }) {
            byte[] file = peer.file(form);

            KeyMaterial key = PrivateKeyFile.read("PRIVATE KEY", file, null);

            assertThat(key.publicKey().getPublicKeyData().getOctets()).isEqualTo(peer.publicKey());
            assertThat(key.encoded()).isEqualTo(file);
            assertThat(PemFile.read(key.toPem().getBytes(StandardCharsets.US_ASCII))
                            .keys()
                            .getFirst()
                            .publicKey())
                    .isEqualTo(key.publicKey());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFreshKeyIsASeedAndLeavesAsOne(Peer peer) {
        KeyMaterial key = KeyMaterial.generate(peer.algorithm());

        assertThat(key.kind()).isEqualTo(PublicKeys.kind(key.publicKey()));
        // The tag [0], the length, and the seed.
        assertThat(PrivateKeyInfo.getInstance(key.encoded()).getPrivateKey().getOctets())
                .hasSize(2 + peer.seed.length)
                .startsWith(0x80, peer.seed.length);
        KeyHandle handle = issued(key).keyHandle();
        assertThat(KeyMaterial.of(handle).orElseThrow().toPem()).isEqualTo(key.toPem());
    }

    @ParameterizedTest
    @EnumSource
    void aSeedSurvivesPkcs12(Peer peer) throws Exception {
        IssuedCertificate issued = issued(KeyMaterial.generate(peer.algorithm()));
        KeyMaterial key = KeyMaterial.of(issued.keyHandle()).orElseThrow();
        char[] password = "secret".toCharArray();

        byte[] file = Pkcs12Writer.write(
                List.of(new Pkcs12Writer.Identity("alice", key, issued.certificate(), List.of())), password, 1000);

        assertThat(Pkcs12File.read(file, password).keys().getFirst().toPem()).isEqualTo(key.toPem());
    }

    @ParameterizedTest
    @EnumSource
    void brokenKeysAreRefused(Peer peer) throws Exception {
        byte[] good = peer.expanded();
        byte[] otherSeed = peer.seed.clone();
        otherSeed[0] ^= 1;
        byte[] otherEnd = good.clone();
        otherEnd[good.length - 1] ^= 1;
        ASN1Encodable seed = new DEROctetString(peer.seed);
        for (ASN1Encodable bad : new ASN1Encodable[] {
            new DEROctetString(Arrays.copyOf(good, good.length - 1)),
            new DEROctetString(new byte[100]),
            new DEROctetString(new byte[0]),
            seed,
            new DERTaggedObject(false, 0, new DEROctetString(Arrays.copyOf(peer.seed, peer.seed.length - 1))),
            new DERTaggedObject(false, 1, seed),
            new DERSequence(new ASN1Encodable[] {new DEROctetString(otherSeed), new DEROctetString(good)}),
            new DERSequence(new ASN1Encodable[] {seed, new DEROctetString(otherEnd)}),
            new DERSequence(new ASN1Encodable[] {seed, seed}),
            new DERSequence(new ASN1Encodable[] {new DERSequence(), seed}),
            new DERSequence(seed),
            new DERSequence()
        }) {
            byte[] file = peer.file(bad);
            assertThatThrownBy(() -> PrivateKeyFile.read("PRIVATE KEY", file, null))
                    .isInstanceOf(KeyFileException.class);
        }
    }

    /** FIPS 203 §7.3. */
    @Test
    void anMlKemKeyWithAnotherPublicHalfIsRefused() throws Exception {
        byte[] damaged = Peer.ML_KEM_512.expanded();
        damaged[damaged.length - 33] ^= 1;
        byte[] file = Peer.ML_KEM_512.file(new DEROctetString(damaged));

        assertThatThrownBy(() -> PrivateKeyFile.read("PRIVATE KEY", file, null)).hasMessageContaining("damaged");
    }

    @ParameterizedTest
    @EnumSource(names = {"ED448", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void freshKeysSignUnderACertificate(KeyAlgorithm algorithm) throws Exception {
        KeyHandle key = CertificateAuthority.create("Test", algorithm, NOW, NOW.plus(Duration.ofDays(9)))
                .issue(MailAddress.of("a@example.com"), algorithm, Profile.SIGN, NOW, NOW.plus(Duration.ofDays(1)))
                .keyHandle();
        byte[] input = {1, 2, 3};

        byte[] signature = key.sign(key.schemes().iterator().next(), input);

        Signature engine = Signature.getInstance(algorithm == KeyAlgorithm.ED448 ? "Ed448" : "ML-DSA");
        engine.initVerify(key.certificate().x509().getPublicKey());
        engine.update(input);
        assertThat(engine.verify(signature)).isTrue();
        assertThatThrownBy(() -> key.sign(SignatureScheme.ED25519, input)).isInstanceOf(SignatureException.class);
    }

    private static IssuedCertificate issued(KeyMaterial key) {
        return CertificateAuthority.create("Test", NOW, NOW.plus(Duration.ofDays(9)))
                .request(MailAddress.of("alice@example.com"))
                .key(key)
                .profile(key.kind().canSign() ? Profile.SIGN : Profile.ENCRYPT)
                .validity(NOW, NOW.plus(Duration.ofDays(1)))
                .issue();
    }
}
