package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.mail.RawMessage;

/** Runs {@code openssl cms} on files in a folder. */
abstract class OpenSslFixture {
    static final String ENTITY = "Content-Type: text/plain\r\n\r\nPay 100\r\nto Bob\r\n";

    @TempDir
    Path directory = Path.of("");

    @BeforeAll
    static void find() throws Exception {
        boolean found;
        try {
            found = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException absent) {
            found = false;
        }
        Assumptions.assumeTrue(found || System.getenv("CI") != null, "openssl is not installed");
    }

    void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "cms"));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> command + "\n" + read(log)).isZero();
    }

    String pem(String name, MailCertificate... certificates) throws IOException {
        StringBuilder pem = new StringBuilder();
        for (MailCertificate certificate : certificates) {
            pem.append(certificate.toPem());
        }
        return Files.writeString(directory.resolve(name + ".pem"), pem.toString())
                .toString();
    }

    String key(String name, IssuedCertificate issued) throws IOException {
        return Files.writeString(directory.resolve(name + ".key"), issued.privateKeyPem())
                .toString();
    }

    String file(String name, RawMessage message) throws IOException {
        return Files.write(directory.resolve(name), message.toByteArray()).toString();
    }

    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void expectSoundFor(RawMessage mail, MailCertificate certificate) throws Exception {
        assertThat(CiphertextMutationTest.read(mail))
                .isInstanceOfSatisfying(
                        SenderEncryption.Sound.class,
                        sound -> assertThat(sound.isFor(certificate)).isTrue());
    }
}
