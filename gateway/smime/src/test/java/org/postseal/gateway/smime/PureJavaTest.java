package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.SigningSettings;

/**
 * Does the round trips without native code. This needs its own process, since the providers of a process are put in
 * order once.
 */
@Tag("thorough")
class PureJavaTest {
    @Test
    void everythingWorksWithoutNativeCode() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + CryptoProviders.PROPERTY + "=java",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RoundTrips.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().reduce((_, last) -> last)).contains("JAVA 156");
    }

    /** Runs in the other process, and prints the engine and the number of round trips. */
    static final class RoundTrips {
        private RoundTrips() {}

        public static void main(String[] arguments) throws Exception {
            int trips = 0;
            for (KeyAlgorithm key : List.of(
                    KeyAlgorithm.RSA2048,
                    KeyAlgorithm.P256,
                    KeyAlgorithm.P384,
                    KeyAlgorithm.P521,
                    KeyAlgorithm.BRAINPOOLP384R1,
                    KeyAlgorithm.ED25519)) {
                for (SigningSettings.RsaPadding padding : SigningSettings.RsaPadding.values()) {
                    RawMessage signed = Mail.sign(
                            Mail.message(Mail.body(5_000)),
                            Pki.key(Pki.ALICE, key),
                            new SigningSettings(SigningSettings.Digest.SHA256, padding, true));
                    assertThat(Mail.verify(signed)).isInstanceOf(SignatureVerdict.Valid.class);
                    trips++;
                }
            }
            for (KeyAlgorithm key : List.of(
                    KeyAlgorithm.RSA2048,
                    KeyAlgorithm.P256,
                    KeyAlgorithm.P384,
                    KeyAlgorithm.P521,
                    KeyAlgorithm.BRAINPOOLP384R1,
                    KeyAlgorithm.X25519,
                    KeyAlgorithm.X448,
                    KeyAlgorithm.ML_KEM_768)) {
                IssuedCertificate bob = Pki.issued(Pki.BOB, key);
                for (Cipher cipher : Cipher.values()) {
                    for (RsaKeyTransport transport : key == KeyAlgorithm.RSA2048
                            ? RsaKeyTransport.values()
                            : new RsaKeyTransport[] {RsaKeyTransport.PKCS1}) {
                        RawMessage message = Mail.message(Mail.body(5_000));
                        RawMessage sealed =
                                Mail.encrypt(message, new EncryptionSettings(cipher, transport), bob.certificate());
                        assertThat(Mail.opened(sealed, bob.keyHandle()).toByteArray())
                                .isEqualTo(message.toByteArray());
                        trips++;
                    }
                }
            }
            System.out.println(CryptoProviders.install() + " " + trips);
        }
    }
}
