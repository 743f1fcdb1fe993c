package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.PrivateKeyFile;

/** OpenSSL makes an authority and signers with keys for SLH-DSA (RFC 9909), and signs by it (RFC 9814). */
@Tag("thorough")
class SlhDsaPeerTest extends OpenSslFixture {
    @ParameterizedTest
    @CsvSource({
        "SHA2-128f, SHA2-128f, sha256, Valid",
        "SHAKE-128f, SHAKE-192f, shake256, Valid",
        "SHA2-192f, SHA2-256f, sha512, Valid",
        // The digest is weaker than the parameter set.
        "SHA2-128f, SHA2-192f, sha256, MALFORMED",
        "SHA2-128f, SHAKE-128f, sha1, ALGORITHM_WEAK",
    })
    void verifiesWhatItSigns(String authority, String signer, String digest, String verdict) throws Exception {
        String[] asLeaf = {
            "-CA",
            path("root.pem"),
            "-CAkey",
            path("root.key"),
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-addext",
            "keyUsage=critical,digitalSignature",
            "-addext",
            "subjectAltName=email:" + Pki.ALICE
        };
        make("root", authority);
        make("alice", signer, asLeaf);
        Files.writeString(directory.resolve("entity"), ENTITY);
        run(
                "-sign",
                "-binary",
                "-nodetach",
                "-in",
                path("entity"),
                "-signer",
                path("alice.pem"),
                "-inkey",
                path("alice.key"),
                "-md",
                digest,
                "-outform",
                "DER",
                "-out",
                path("signed"));
        byte[] signed = Files.readAllBytes(directory.resolve("signed"));

        assertThat(verdict(signed)).isEqualTo(verdict);
        signed[signed.length - 100] ^= 1;
        assertThat(verdict(signed)).isEqualTo(verdict.equals("Valid") ? "SIGNATURE_WRONG" : verdict);
    }

    @Test
    void itsPrivateKeysAreRefusedByName() throws Exception {
        make("alice", "SHAKE-128f");
        byte[] key = PemText.find(read(directory.resolve("alice.key")), "PRIVATE KEY")
                .orElseThrow();

        assertThatThrownBy(() -> PrivateKeyFile.read("PRIVATE KEY", key, null))
                .isInstanceOf(KeyFileException.class)
                .hasMessage(
                        "private key refused: private key algorithm SLH-DSA is verified, and no key for it is used");
    }

    private String verdict(byte[] signed) throws Exception {
        byte[] root =
                PemText.find(read(directory.resolve("root.pem")), "CERTIFICATE").orElseThrow();
        return Mail.describe(Mail.verify(
                Samples.labelled(signed), Pki.ALICE, new TrustingStore(MailCertificate.of(root)), Instant.now()));
    }

    private void make(String name, String set, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "req",
                "-x509",
                "-noenc",
                "-newkey",
                "SLH-DSA-" + set,
                "-subj",
                "/CN=" + name,
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".pem")));
        command.addAll(List.of(more));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> command + "\n" + read(log)).isZero();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
