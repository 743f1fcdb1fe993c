package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile.Contents;
import org.postseal.certstore.format.CertificateFile.Refused;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;
import org.postseal.certstore.key.Pkcs12Writer.Identity;

/** Reads PKCS #12 that other programs wrote, and lets them read ours. */
@Tag("thorough")
class Pkcs12PeerTest {
    private static final String PASSWORD = "pass-wörd";

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-legacy",
                "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1",
                "-legacy -keypbe PBE-SHA1-RC2-40 -certpbe PBE-SHA1-RC2-128",
                "-keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512",
                "-keypbe DES-EDE3-CBC -certpbe DES-EDE3-CBC -macalg sha384",
                "-keypbe NONE -certpbe NONE",
                "-nomac",
                "-iter 100000 -maciter",
                "-pbmac1_pbkdf2",
                "-pbmac1_pbkdf2 -pbmac1_pbkdf2_md sha512 -macalg sha384"
            })
    void readsWhatOpenSslWrites(String options) throws Exception {
        Peer.demand("openssl");
        Files.writeString(directory.resolve("key.pem"), Samples.BOB.privateKeyPem());
        Files.writeString(
                directory.resolve("certificate.pem"), Samples.BOB.certificate().toPem());
        Files.writeString(directory.resolve("chain.pem"), Samples.CA.issuer().toPem());
        Peer.run(
                directory,
                ("openssl pkcs12 -export -out out.p12 -inkey key.pem"
                                + " -in certificate.pem -certfile chain.pem -name Bob -passout pass:"
                                + PASSWORD + " " + options)
                        .strip()
                        .split(" "));

        Contents contents = contents(Files.readAllBytes(directory.resolve("out.p12")), PASSWORD);

        assertThat(contents.format()).isEqualTo(Format.PKCS12);
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.certificates())
                .map(CertificateElement::certificate)
                .containsExactly(Samples.BOB.certificate(), Samples.CA.issuer());
        assertThat(contents.keys())
                .singleElement()
                .satisfies(each -> assertThat(each.key().matches(Samples.BOB.certificate()))
                        .isTrue());
        assertThat(read(Files.readAllBytes(directory.resolve("out.p12")), "other"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.WRONG_PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v2 aes-256-cbc",
                "-v2 aes-128-cbc -v2prf hmacWithSHA1",
                "-v2 des3",
                "-v1 PBE-SHA1-3DES",
            })
    void readsEncryptedPrivateKeys(String options) throws Exception {
        Peer.demand("openssl");
        Files.writeString(directory.resolve("key.pem"), Samples.BOB.privateKeyPem());
        Peer.run(
                directory,
                ("openssl pkcs8 -topk8 -in key.pem -out out.pem -passout pass:" + PASSWORD + " " + options).split(" "));
        byte[] pem = Files.readAllBytes(directory.resolve("out.pem"));
        assertThat(contents(pem, PASSWORD).keys())
                .singleElement()
                .satisfies(each -> assertThat(each.key().matches(Samples.BOB.certificate()))
                        .isTrue());
        assertThat(contents(pem, "other").problems())
                .map(FormatProblem::message)
                .containsExactly("wrong password, or damaged private key");
    }

    @Test
    void scryptIsRefusedByName() throws Exception {
        Peer.demand("openssl");
        Files.writeString(directory.resolve("key.pem"), Samples.BOB.privateKeyPem());
        Peer.run(
                directory,
                ("openssl pkcs8 -topk8 -scrypt -in key.pem -out out.pem -passout pass:" + PASSWORD).split(" "));
        assertThat(contents(Files.readAllBytes(directory.resolve("out.pem")), PASSWORD)
                        .problems())
                .map(FormatProblem::message)
                .containsExactly("private key refused: key derivation 1.3.6.1.4.1.11591.4.11 is not supported");
    }

    @Test
    void openSslReadsWhatWeWrite() throws Exception {
        Peer.demand("openssl");
        IssuedCertificate signing = Samples.issue("carol@example.com", KeyAlgorithm.P384);
        IssuedCertificate encryption = Samples.issue("carol@example.com", KeyAlgorithm.RSA2048);
        byte[] file = Pkcs12Writer.write(
                List.of(identity("Cärol signs", signing), identity("Carol decrypts", encryption)),
                PASSWORD.toCharArray(),
                Pkcs12Profile.MODERN.iterations());
        Files.write(directory.resolve("out.p12"), file);

        String info =
                Peer.run(directory, ("openssl pkcs12 -info -noout -in out.p12 -passin pass:" + PASSWORD).split(" "));
        assertThat(info.lines().filter(line -> !line.isBlank()))
                .containsExactly(
                        "MAC: sha256, Iteration 100000",
                        "MAC length: 32, salt length: 32",
                        "PKCS7 Encrypted data: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
                        "Certificate bag",
                        "Certificate bag",
                        "Certificate bag",
                        "PKCS7 Data",
                        "Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256",
                        "PKCS7 Data",
                        "Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256");
        String keys =
                Peer.run(directory, ("openssl pkcs12 -nocerts -noenc -in out.p12 -passin pass:" + PASSWORD).split(" "));
        assertThat(contents(keys.getBytes(java.nio.charset.StandardCharsets.UTF_8), "")
                        .keys())
                .hasSize(2);
        // The JDK shows the friendly names in lower case.
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(file), PASSWORD.toCharArray());
        assertThat(Collections.list(store.aliases())).containsExactlyInAnyOrder("cärol signs", "carol decrypts");
    }

    @ParameterizedTest
    @EnumSource(Pkcs12Profile.class)
    void weReadWhatWeWrite(Pkcs12Profile profile) {
        IssuedCertificate carol = Samples.issue("carol@example.com", KeyAlgorithm.P256);
        byte[] file = Pkcs12Writer.write(List.of(identity("Cärol", carol)), PASSWORD.toCharArray(), profile);
        Contents contents = contents(file, PASSWORD);
        assertThat(contents.keys())
                .singleElement()
                .satisfies(each ->
                        assertThat(each.key().matches(carol.certificate())).isTrue());
        assertThat(contents.certificates())
                .map(CertificateElement::certificate)
                .containsExactly(carol.certificate(), Samples.CA.issuer());
        assertThat(read(file, "other"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.WRONG_PASSWORD));
    }

    private static Identity identity(String name, IssuedCertificate issued) {
        return new Identity(name, issued.key(), issued.certificate(), issued.chain());
    }

    private static CertificateFile read(byte[] octets, String password) {
        return CertificateFiles.read("file", octets, ReadOptions.strict().withPassword(password.toCharArray()));
    }

    private static Contents contents(byte[] octets, String password) {
        CertificateFile file = read(octets, password);
        assertThat(file).isInstanceOf(Contents.class);
        return (Contents) file;
    }
}
