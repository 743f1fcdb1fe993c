package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Checks the rejection secret of a key that cannot leave its token. */
class ImplicitRejectionTest {
    private static final byte[] CIPHERTEXT = {1, 2, 3};

    @Test
    void isTheSameForTheSameKeyInEveryProcess() throws Exception {
        KeyPair pair = keyPair("RSA");
        KeyPair other = keyPair("RSA");
        assertThat(substitute(pair)).isEqualTo(substitute(pair)).isNotEqualTo(substitute(other));
    }

    @Test
    void isNotTheOneOfTheEncoding() throws Exception {
        KeyPair pair = keyPair("RSA");
        String ofEncoding =
                HexFormat.of().formatHex(ImplicitRejection.of(pair.getPrivate()).substitute(CIPHERTEXT, 32));
        assertThat(substitute(pair)).isNotEqualTo(ofEncoding);
    }

    @Test
    void isDrawnWhereNothingHangsOnIt() throws Exception {
        KeyPair pair = keyPair("EC");
        assertThat(substitute(pair)).isNotEqualTo(substitute(pair));
    }

    @Test
    void isDrawnWhenTheTokenRefuses() throws Exception {
        KeyPair pair = keyPair("RSA");
        KeyAccess refusing = new KeyAccess() {
            @Override
            public <T> T use(Operation<T> operation) throws GeneralSecurityException {
                throw new KeyException("not permitted");
            }

            @Override
            public boolean isHardware() {
                return true;
            }
        };
        byte[] one = ImplicitRejection.ofToken(refusing, pair.getPublic()).substitute(CIPHERTEXT, 32);
        byte[] two = ImplicitRejection.ofToken(refusing, pair.getPublic()).substitute(CIPHERTEXT, 32);
        assertThat(one).hasSize(32).isNotEqualTo(two);
    }

    private static String substitute(KeyPair pair) {
        ImplicitRejection rejection =
                ImplicitRejection.ofToken(new InMemoryKey(pair.getPrivate(), null), pair.getPublic());
        return HexFormat.of().formatHex(rejection.substitute(CIPHERTEXT, 32));
    }

    private static KeyPair keyPair(String family) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
        generator.initialize(family.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }
}
