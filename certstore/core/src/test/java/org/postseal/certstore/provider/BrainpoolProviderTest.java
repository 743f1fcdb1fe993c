package org.postseal.certstore.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows which provider gets a key, whoever has read it. */
class BrainpoolProviderTest {
    private static final byte[] TEXT = {1, 2, 3};
    private static final BouncyCastleProvider BC = new BouncyCastleProvider();

    @BeforeAll
    static void install() {
        CryptoProviders.install();
    }

    @ParameterizedTest
    @CsvSource({
        "brainpoolP256r1, true", "brainpoolP384r1, true", "brainpoolP512r1, true",
        "secp256r1, false", "secp384r1, false", "secp521r1, false"
    })
    void keysOnTheseCurvesReachNoEngineThatFailsWithThem(String curve, boolean isBrainpool) throws Exception {
        KeyPair ours = pair(curve);
        KeyPair read = read(KeyFactory.getInstance("EC"), ours);
        KeyPair readByTheJdk = read(KeyFactory.getInstance("EC", "SunEC"), ours);
        for (KeyPair pair : new KeyPair[] {ours, read, readByTheJdk}) {
            Signature engine = Signature.getInstance("SHA384withECDSA");
            engine.initSign(pair.getPrivate());
            assertThat(engine.getProvider() instanceof BrainpoolProvider).isEqualTo(isBrainpool);
            engine.update(TEXT);
            byte[] signature = engine.sign();

            Signature verifier = Signature.getInstance("SHA384withECDSA");
            verifier.initVerify(pair.getPublic());
            assertThat(verifier.getProvider() instanceof BrainpoolProvider).isEqualTo(isBrainpool);
            verifier.update(TEXT);
            assertThat(verifier.verify(signature)).isTrue();

            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(pair.getPrivate());
            assertThat(agreement.getProvider() instanceof BrainpoolProvider).isEqualTo(isBrainpool);
            agreement.doPhase(pair.getPublic(), true);
            assertThat(agreement.generateSecret()).isEqualTo(secretByBouncyCastle(ours));
        }
    }

    /** These stay with the providers that had them, so a signature by P-256 costs what it did. */
    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1", "brainpoolP320r1", "brainpoolP256t1"})
    void otherKeysAreRefused(String curve) throws Exception {
        BrainpoolProvider provider = new BrainpoolProvider(BC);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair other = generator.generateKeyPair();
        assertThat(provider.getService("Signature", "SHA256withECDSA").supportsParameter(other.getPrivate()))
                .isFalse();
        assertThat(provider.getService("KeyAgreement", "ECDH").supportsParameter(other.getPrivate()))
                .isFalse();
        assertThatThrownBy(() -> read(KeyFactory.getInstance("EC", provider), other))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("damaged key, or one on another curve");
    }

    @Test
    void aPointThatIsNotOnTheCurveIsRefused() throws Exception {
        KeyPair ours = pair("brainpoolP256r1");
        byte[] encoded = ours.getPublic().getEncoded();
        encoded[encoded.length - 1] ^= 1;
        KeyFactory factory = KeyFactory.getInstance("EC", new BrainpoolProvider(BC));
        assertThatThrownBy(() -> factory.generatePublic(new X509EncodedKeySpec(encoded)))
                .isInstanceOf(GeneralSecurityException.class);
        // The JDK reads it, but nobody works with it.
        PublicKey hostile = KeyFactory.getInstance("EC", "SunEC").generatePublic(new X509EncodedKeySpec(encoded));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ours.getPrivate());
        assertThatThrownBy(() -> agreement.doPhase(hostile, true)).isInstanceOf(Exception.class);
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static KeyPair read(KeyFactory factory, KeyPair pair) throws GeneralSecurityException {
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded())),
                factory.generatePrivate(
                        new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded())));
    }

    private static byte[] secretByBouncyCastle(KeyPair ours) throws GeneralSecurityException {
        KeyPair pair = read(KeyFactory.getInstance("EC", BC), ours);
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH", BC);
        agreement.init(pair.getPrivate());
        agreement.doPhase(pair.getPublic(), true);
        return agreement.generateSecret();
    }
}
