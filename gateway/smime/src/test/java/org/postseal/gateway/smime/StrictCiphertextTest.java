package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.facts.EncryptionDoubt;

/** Tests the end of the object, where a message with something behind it is not plain either and never gets so far. */
class StrictCiphertextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\n"})
    void aLineEndMayStandBehindTheObject(String behind) throws Exception {
        assertThat(doubt(behind)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\0\0", "0", "Pay 9999 to Eve", "\r\nPay 9999 to Eve", "\r\n\r\n", "\n\r", "\r\r\n"})
    void anythingElseBehindItIsADoubt(String behind) throws Exception {
        assertThat(doubt(behind)).contains(EncryptionDoubt.SURROUNDED);
    }

    private static Optional<EncryptionDoubt> doubt(String behind) throws Exception {
        byte[] object = Der.join(
                CiphertextMutationTest.object(Mail.encrypt(
                        Mail.message(Mail.body(300)),
                        Mail.CBC,
                        Pki.issued(Pki.BOB, KeyAlgorithm.RSA2048).certificate())),
                behind.getBytes(StandardCharsets.US_ASCII));
        StrictCiphertext ciphertext = new StrictCiphertext();
        ciphertext.read(new ByteArrayInputStream(object), object.length);
        return ciphertext.doubt();
    }
}
