package org.postseal.certstore.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks each delegated service against the JDK's own, in both directions. No provider is installed. */
class DelegatingProviderTest {
    private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.US_ASCII);
    private static Provider ours;
    private static KeyPair rsa;

    @BeforeAll
    static void load() throws Exception {
        ours = new DelegatingProvider(NativeProvider.load());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
        generator.initialize(2048);
        rsa = generator.generateKeyPair();
    }

    @Test
    void hasExactlyTheListedServices() {
        Stream<String> names = ours.getServices().stream()
                .map(service -> service.getType() + " " + service.getAlgorithm())
                .sorted();
        assertThat(names)
                .containsExactly(
                        "Cipher 2.16.840.1.101.3.4.1.26",
                        "Cipher AES/GCM/NoPadding",
                        "Cipher AES_128/GCM/NoPadding",
                        "Cipher AES_256/GCM/NoPadding",
                        "Cipher RSA/ECB/NoPadding",
                        "Cipher RSA/ECB/OAEPPadding",
                        "Cipher RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
                        "Cipher RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
                        "Cipher RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
                        "Cipher RSA/ECB/PKCS1Padding",
                        "KeyAgreement ECDH",
                        "KeyFactory EC",
                        "KeyFactory RSA",
                        "KeyPairGenerator EC",
                        "KeyPairGenerator RSA",
                        "Signature Ed25519",
                        "Signature RSASSA-PSS",
                        "Signature SHA256withECDSA",
                        "Signature SHA256withRSA",
                        "Signature SHA256withRSAandMGF1",
                        "Signature SHA384withECDSA",
                        "Signature SHA384withRSA",
                        "Signature SHA384withRSAandMGF1",
                        "Signature SHA512withECDSA",
                        "Signature SHA512withRSA",
                        "Signature SHA512withRSAandMGF1");
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withRSA,",
        "SHA384withRSA,",
        "SHA512withRSA,",
        "1.2.840.113549.1.1.11,",
        "1.2.840.113549.1.1.13,",
        "SHA256withECDSA,secp256r1",
        "SHA384withECDSA,secp384r1",
        "SHA512withECDSA,secp521r1",
        "1.2.840.10045.4.3.2,secp256r1",
        "Ed25519,Ed25519",
        "1.3.101.112,Ed25519"
    })
    void signsAndVerifiesAsTheJdkDoes(String name, String parameter) throws Exception {
        KeyPair pair = parameter == null ? rsa : keyPair(parameter);
        Signature signer = Signature.getInstance(name, ours);
        Signature peer = Signature.getInstance(name, jdk("Signature." + name));
        assertThat(verifies(peer, pair, sign(signer, pair))).isTrue();
        assertThat(verifies(signer, pair, sign(peer, pair))).isTrue();
        byte[] forged = sign(peer, pair);
        forged[forged.length - 1] ^= 1;
        assertThat(verifies(signer, pair, forged)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withRSAandMGF1,SHA-256,32",
        "SHA384WITHRSAANDMGF1,SHA-384,48",
        "SHA512withRSAandMGF1,SHA-512,64",
        "SHA256WITHRSASSA-PSS,SHA-256,32"
    })
    void namesOfPssImplyTheirParameters(String name, String digest, int salt) throws Exception {
        Signature named = Signature.getInstance(name, ours);
        Signature told = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
        told.setParameter(new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), salt, 1));
        assertThat(verifies(told, rsa, sign(named, rsa))).isTrue();
        assertThat(verifies(named, rsa, sign(told, rsa))).isTrue();
    }

    @Test
    void pssTakesParameters() throws Exception {
        for (String name : List.of("RSASSA-PSS", "1.2.840.113549.1.1.10", "SHA256withRSAandMGF1")) {
            PSSParameterSpec odd = new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 20, 1);
            Signature signer = Signature.getInstance(name, ours);
            signer.setParameter(odd);
            Signature peer = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
            peer.setParameter(odd);
            assertThat(verifies(peer, rsa, sign(signer, rsa))).isTrue();
            assertThat(verifies(signer, rsa, sign(peer, rsa))).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RSA/ECB/PKCS1Padding,RSA/ECB/PKCS1Padding",
        "RSA/ECB/OAEPPadding,RSA/ECB/OAEPPadding",
        "1.2.840.113549.1.1.7,RSA/ECB/OAEPPadding",
        "RSA/ECB/OAEPWithSHA-256AndMGF1Padding,RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-384AndMGF1Padding,RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-512AndMGF1Padding,RSA/ECB/OAEPWithSHA-512AndMGF1Padding"
    })
    void rsaCipherMeansWhatTheJdkMeansByTheName(String name, String jdkName) throws Exception {
        Cipher cipher = Cipher.getInstance(name, ours);
        Cipher peer = Cipher.getInstance(jdkName, "SunJCE");
        byte[] contentKey = new byte[32];
        Arrays.fill(contentKey, (byte) 7);
        cipher.init(Cipher.ENCRYPT_MODE, rsa.getPublic());
        peer.init(Cipher.DECRYPT_MODE, rsa.getPrivate());
        assertThat(peer.doFinal(cipher.doFinal(contentKey))).isEqualTo(contentKey);
        peer.init(Cipher.WRAP_MODE, rsa.getPublic());
        cipher.init(Cipher.UNWRAP_MODE, rsa.getPrivate());
        byte[] wrapped = peer.wrap(new SecretKeySpec(contentKey, "AES"));
        assertThat(cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded())
                .isEqualTo(contentKey);
    }

    @Test
    void oaepTakesParametersInBothForms() throws Exception {
        OAEPParameterSpec spec =
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
        AlgorithmParameters encoded = AlgorithmParameters.getInstance("OAEP");
        encoded.init(spec);
        Cipher peer = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
        peer.init(Cipher.DECRYPT_MODE, rsa.getPrivate(), spec);
        Cipher cipher = Cipher.getInstance("1.2.840.113549.1.1.7", ours);
        cipher.init(Cipher.ENCRYPT_MODE, rsa.getPublic(), encoded);
        assertThat(peer.doFinal(cipher.doFinal(TEXT))).isEqualTo(TEXT);
        cipher.init(Cipher.ENCRYPT_MODE, rsa.getPublic(), spec);
        assertThat(peer.doFinal(cipher.doFinal(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void bareRsaInvertsAndKeepsLeadingZeros() throws Exception {
        byte[] block = new byte[256];
        block[255] = 5;
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding", ours);
        Cipher peer = Cipher.getInstance("RSA/ECB/NoPadding", "SunJCE");
        peer.init(Cipher.ENCRYPT_MODE, rsa.getPublic());
        cipher.init(Cipher.DECRYPT_MODE, rsa.getPrivate());
        assertThat(cipher.doFinal(peer.doFinal(block))).isEqualTo(block);
    }

    @ParameterizedTest
    @CsvSource({
        "2.16.840.1.101.3.4.1.6,16",
        "2.16.840.1.101.3.4.1.26,24",
        "2.16.840.1.101.3.4.1.46,32",
        "AES/GCM/NoPadding,32"
    })
    void gcmGivesTheOctetsOfTheJdk(String name, int keyLength) throws Exception {
        SecretKeySpec key = new SecretKeySpec(Arrays.copyOf(TEXT, keyLength), "AES");
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("GCM");
        parameters.init(new GCMParameterSpec(128, new byte[12]));
        Cipher cipher = Cipher.getInstance(name, ours);
        Cipher peer = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        byte[] plain = new byte[100_001];
        cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
        peer.init(Cipher.ENCRYPT_MODE, key, parameters);
        byte[] sealed = cipher.doFinal(plain);
        assertThat(sealed).isEqualTo(peer.doFinal(plain));
        cipher.init(Cipher.DECRYPT_MODE, key, parameters);
        assertThat(cipher.doFinal(sealed)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void ecdhAgreesWithTheJdk(String curve) throws Exception {
        KeyPair one = keyPair(curve);
        KeyPair other = keyPair(curve);
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH", ours);
        agreement.init(one.getPrivate());
        agreement.doPhase(other.getPublic(), true);
        KeyAgreement peer = KeyAgreement.getInstance("ECDH", "SunEC");
        peer.init(other.getPrivate());
        peer.doPhase(one.getPublic(), true);
        assertThat(agreement.generateSecret()).isEqualTo(peer.generateSecret());
    }

    @Test
    void keysSurviveTheNativeFactory() throws Exception {
        for (KeyPair pair : List.of(rsa, keyPair("secp256r1"))) {
            KeyFactory factory = KeyFactory.getInstance(pair.getPublic().getAlgorithm(), ours);
            assertThat(factory.generatePublic(
                                    new X509EncodedKeySpec(pair.getPublic().getEncoded()))
                            .getEncoded())
                    .isEqualTo(pair.getPublic().getEncoded());
            Signature signer = Signature.getInstance(pair == rsa ? "SHA256withRSA" : "SHA256withECDSA", ours);
            KeyPair translated = new KeyPair(
                    pair.getPublic(),
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded())));
            assertThat(verifies(signer, pair, sign(signer, translated))).isTrue();
        }
    }

    @Test
    void generatedKeysServeTheJdk() throws Exception {
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC", ours);
        ec.initialize(new ECGenParameterSpec("secp384r1"));
        KeyPair pair = ec.generateKeyPair();
        Signature peer = Signature.getInstance("SHA384withECDSA", "SunEC");
        assertThat(verifies(peer, pair, sign(peer, pair))).isTrue();
    }

    private static Provider jdk(String filter) {
        return Stream.of(Security.getProviders(filter)).findFirst().orElseThrow();
    }

    private static KeyPair keyPair(String parameter) throws Exception {
        if (parameter.equals("Ed25519")) {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
        generator.initialize(new ECGenParameterSpec(parameter));
        return generator.generateKeyPair();
    }

    private static byte[] sign(Signature engine, KeyPair pair) throws Exception {
        engine.initSign(pair.getPrivate());
        engine.update(TEXT);
        return engine.sign();
    }

    private static boolean verifies(Signature engine, KeyPair pair, byte[] signature) throws Exception {
        engine.initVerify(pair.getPublic());
        engine.update(TEXT);
        return engine.verify(signature);
    }
}
