package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.SignatureScheme;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;

class PssPaddingTest {
    private static final byte[] INPUT = "signed attributes".getBytes(StandardCharsets.US_ASCII);
    // This provider supports every key length, as a token does. Native engines that another test class may have
    // registered round the length down.
    private static final Engines RAW = Engines.of(Security.getProvider("SunJCE"));
    private static final CryptoCount COUNT = CryptoCount.of(CryptoOperation.SIGN, "padding of ours");

    // With 2049 bits, the padded block is an octet shorter than the modulus. With 2047 and 2050 bits, some bits of the
    // first octet must be cleared.
    static Stream<Arguments> keys() {
        return Stream.of(2047, 2048, 2049, 2050)
                .flatMap(bits -> Stream.of(
                                SignatureScheme.RSA_PSS_SHA256,
                                SignatureScheme.RSA_PSS_SHA384,
                                SignatureScheme.RSA_PSS_SHA512)
                        .map(scheme -> Arguments.of(bits, scheme)));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void theJdkVerifiesIt(int bits, SignatureScheme scheme) throws Exception {
        KeyPair pair = keyPair(bits);
        byte[] signature = PssPadding.sign(scheme, INPUT, bits, pair.getPrivate(), RAW, COUNT);
        Signature engine = Engines.of(Security.getProvider("SunRsaSign"))
                .signature(scheme, keyless -> keyless.initVerify(pair.getPublic()));
        engine.update(INPUT);
        assertThat(engine.verify(signature)).isTrue();
        assertThat(PssPadding.sign(scheme, INPUT, bits, pair.getPrivate(), RAW, COUNT))
                .as("salted")
                .isNotEqualTo(signature);
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void knowsItsSchemes(SignatureScheme scheme) {
        assertThat(PssPadding.isPss(scheme)).isEqualTo(scheme.name().contains("_PSS_"));
    }

    @ParameterizedTest
    @EnumSource(value = SignatureScheme.class, names = "RSA_PSS_SHA512")
    void aKeyTooShortForDigestAndSaltRefuses(SignatureScheme scheme) throws Exception {
        KeyPair pair = keyPair(1024);
        assertThatThrownBy(() -> PssPadding.sign(scheme, INPUT, 1024, pair.getPrivate(), RAW, COUNT))
                .isInstanceOf(SignatureException.class)
                .hasMessage("key too short for PSS");
    }

    private static KeyPair keyPair(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }
}
