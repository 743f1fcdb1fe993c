package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.yaml.Problem;

/** Tests that no file may be readable or writable for other users of the machine if that would be dangerous. */
class GuardedFilesTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({
        "postseal.yaml, rw-rw-rw-, '', write to",
        "policy.yaml, rw-rw-rw-, policy, write to",
        "logins, rw----rw-, 'listeners[0].auth.passwords', write to",
        "logins, rw-r--r--, 'listeners[0].auth.passwords', read the secret in",
        "tls.key, rw-r--r--, 'listeners[0].tls.key', read the secret in",
        "tls.pem, rw-rw-rw-, 'listeners[0].tls.certificate', write to",
        "loop.key, rw-r--r--, loops.keyFile, read the secret in",
        "hop.password, rw-r--r--, nextHop.auth.passwordFile, read the secret in",
        "master.key, rw-r--r--, directory.masterKey, read the secret in",
        "sign.pem, rw-r--r--, audit.checkpoint.key, read the secret in",
    })
    void eachFileIsLookedAt(String name, String mode, String key, String what) throws IOException {
        Path folder = folder();
        assertThat(errors(folder)).isEmpty();

        Path file = folder.resolve(name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThat(errors(folder)).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo(key);
            assertThat(problem.message()).startsWith("everybody can " + what + " " + file + ": chmod o-");
        });
    }

    @Test
    void aFolderAboveThemIsSaidOnce() throws IOException {
        Path folder = folder();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(errors(folder))
                .extracting(Problem::message)
                .containsExactly("everybody can write to the folder " + folder + ": chmod o-w " + folder);
    }

    private Path folder() throws IOException {
        Path above = temporary.toRealPath();
        Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path folder = Files.createDirectory(above.resolve("etc"));
        Files.createDirectory(folder.resolve("store"));
        Files.writeString(folder.resolve("policy.yaml"), "");
        Files.writeString(
                folder.resolve("logins"),
                "alice@example.com:$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw\n");
        for (String name : List.of("tls.pem", "tls.key", "loop.key", "hop.password", "master.key", "sign.pem")) {
            Files.writeString(folder.resolve(name), "0123456789abcdef0123456789abcdef\n");
        }
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners:
                  - protocol: smtp
                    address: "127.0.0.1:10024"
                    role: submission
                    tls: { certificate: tls.pem, key: tls.key }
                    auth: { passwords: logins }
                nextHop: { address: "127.0.0.1:10026", tls: verify, auth: { user: a, passwordFile: hop.password } }
                loops: { keyFile: loop.key }
                directory: { database: postseal.db, masterKey: master.key }
                audit: { checkpoint: { key: sign.pem } }
                """);
        for (String secret : List.of("logins", "tls.key", "loop.key", "hop.password", "master.key", "sign.pem")) {
            Files.setPosixFilePermissions(folder.resolve(secret), PosixFilePermissions.fromString("rw-r-----"));
        }
        return folder;
    }

    private static List<Problem> errors(Path folder) {
        return switch (ConfigReader.read(folder.resolve("postseal.yaml"))) {
            case ConfigResult.Loaded _ -> List.of();
            case ConfigResult.Broken broken ->
                broken.problems().stream()
                        .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                        .toList();
        };
    }
}
