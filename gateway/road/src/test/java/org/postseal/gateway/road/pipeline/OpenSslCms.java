package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailAddress;

/**
 * Makes entities with OpenSSL's command for CMS, with the certificates and keys of {@link Parties}.
 *
 * @param directory for its files
 */
record OpenSslCms(Path directory) {
    /** Returns the entity that the command makes of another one. */
    String make(String entity, String what, String... arguments) throws Exception {
        Path in = Files.writeString(directory.resolve("entity"), entity, StandardCharsets.ISO_8859_1);
        Path out = directory.resolve("made.eml");
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of("openssl", "cms"));
        command.addAll(List.of(what.split(" ")));
        command.addAll(List.of("-in", in.toString(), "-out", out.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code = process.waitFor();
        assertThat(code).as("%s\n%s", command, Files.readString(log)).isZero();
        return Files.readString(out, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace("\n", "\r\n");
    }

    String sign(String entity, String digest, MailAddress signer) throws Exception {
        return make(entity, "-sign -md " + digest, "-signer", certificate(signer), "-inkey", key(signer));
    }

    /** Returns the file of a certificate that nobody trusts; its key is in {@code self.key}. */
    String selfSigned(MailAddress address) throws Exception {
        Path out = directory.resolve("self.pem");
        Process process = new ProcessBuilder(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-subj",
                        "/CN=x",
                        "-addext",
                        "subjectAltName=email:" + address,
                        "-keyout",
                        directory.resolve("self.key").toString(),
                        "-out",
                        out.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        return out.toString();
    }

    String certificate(MailAddress address) throws IOException {
        return Files.writeString(
                        directory.resolve(address + ".pem"),
                        Parties.issued(address).certificate().toPem())
                .toString();
    }

    private String key(MailAddress address) throws IOException {
        return Files.writeString(
                        directory.resolve(address + ".key"),
                        Parties.issued(address).privateKeyPem())
                .toString();
    }
}
