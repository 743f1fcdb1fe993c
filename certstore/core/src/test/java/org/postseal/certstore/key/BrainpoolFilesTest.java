package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.PemText;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.provider.CryptoProviders;

/** Reads the files of keys and certificates on Brainpool curves that OpenSSL makes. */
class BrainpoolFilesTest {
    private static final String PASSWORD = "geheim";

    @TempDir
    Path directory;

    @BeforeAll
    static void install() {
        CryptoProviders.install();
    }

    @ParameterizedTest
    @ValueSource(strings = {"brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"})
    void everyFormIsRead(String curve) throws Exception {
        openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", "sec1.pem");
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "pkcs8.pem");
        openssl("pkcs8", "-topk8", "-in", "sec1.pem", "-out", "encrypted.pem", "-passout", "pass:" + PASSWORD);
        openssl("req", "-x509", "-key", "sec1.pem", "-subj", "/CN=alice@example.com", "-days", "9", "-out", "cert.pem");
        openssl(
                "pkcs12",
                "-export",
                "-inkey",
                "sec1.pem",
                "-in",
                "cert.pem",
                "-out",
                "all.p12",
                "-passout",
                "pass:" + PASSWORD);

        KeyFile file = Pkcs12File.read(Files.readAllBytes(directory.resolve("all.p12")), PASSWORD.toCharArray());
        KeyMaterial key = file.keys().getFirst();
        assertThat(key.kind().text()).isEqualTo("EC " + curve);
        assertThat(key.matches(file.certificates().getFirst())).isTrue();
        assertThat(file.certificates().getFirst().keyKind())
                .isInstanceOfSatisfying(
                        PublicKeyKind.Ec.class,
                        ec -> assertThat(ec.curve().text()).isEqualTo(curve));
        for (KeyMaterial other : List.of(
                read("sec1.pem"),
                read("pkcs8.pem"),
                PrivateKeyFile.read("ENCRYPTED PRIVATE KEY", der("encrypted.pem"), PASSWORD.toCharArray()))) {
            assertThat(PublicKeys.same(other.publicKey(), key.publicKey())).isTrue();
        }
        // OpenSSL reads what we write of a key that we made.
        KeyMaterial made = KeyMaterial.generate(KeyAlgorithm.valueOf(curve.toUpperCase(Locale.ROOT)));
        Files.writeString(directory.resolve("made.pem"), made.toPem());
        openssl("pkey", "-in", "made.pem", "-check", "-noout");
        assertThat(made.kind()).isEqualTo(key.kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "brainpoolP160r1",
                "brainpoolP192r1",
                "brainpoolP224r1",
                "brainpoolP320r1",
                "brainpoolP256t1",
                "brainpoolP384t1",
                "brainpoolP512t1"
            })
    void otherCurvesAreRefusedByName(String curve) throws Exception {
        openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", "key.pem");
        assertThatThrownBy(() -> read("key.pem")).hasMessage("private key refused: curve " + curve + NOT_SUPPORTED);
    }

    @Test
    void aCurveThatIsSpeltOutIsRefusedThoughItIsOurs() throws Exception {
        openssl(
                "ecparam",
                "-name",
                "brainpoolP256r1",
                "-param_enc",
                "explicit",
                "-genkey",
                "-noout",
                "-out",
                "key.pem");
        assertThatThrownBy(() -> read("key.pem"))
                .hasMessage("private key refused: a curve that is spelt out" + NOT_SUPPORTED);
    }

    private KeyMaterial read(String name) throws Exception {
        return PemFile.read(Files.readAllBytes(directory.resolve(name))).keys().getFirst();
    }

    private byte[] der(String name) throws Exception {
        String text = Files.readString(directory.resolve(name));
        return PemText.find(text, "ENCRYPTED PRIVATE KEY").orElseThrow();
    }

    private void openssl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static final String NOT_SUPPORTED = " is not supported"
            + " (supported: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1)";
}
