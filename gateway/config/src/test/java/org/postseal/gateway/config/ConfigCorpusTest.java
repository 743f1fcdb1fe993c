package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.yaml.Problem;

/**
 * Reads whole files. Each bad file holds every message that it must lead to ({@code # expect LINE: KEY: message}), and
 * each good file its warnings ({@code # warn}).
 */
final class ConfigCorpusTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("good")
    void goodFileIsLoadedWithExactlyItsWarnings(Path vector) throws IOException {
        ConfigResult result = read(vector);

        assertThat(result).isInstanceOf(ConfigResult.Loaded.class);
        assertThat(((ConfigResult.Loaded) result).warnings())
                .containsExactlyInAnyOrderElementsOf(expected(vector, "warn", Problem.Severity.WARNING));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badFileIsRefusedWithExactlyItsMessages(Path vector) throws IOException {
        ConfigResult result = read(vector);

        assertThat(result).isInstanceOf(ConfigResult.Broken.class);
        List<Problem> expected = expected(vector, "expect", Problem.Severity.ERROR);
        assertThat(expected).isNotEmpty();
        assertThat(((ConfigResult.Broken) result).problems()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private ConfigResult read(Path vector) throws IOException {
        Files.createDirectory(folder.resolve("store"));
        for (String name : List.of("policy.yaml", "tls.pem", "tls.key")) {
            Files.createFile(folder.resolve(name));
        }
        Files.writeString(
                folder.resolve("logins"),
                "alice@example.com:$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
                        + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw\n");
        Files.writeString(folder.resolve("wrong-logins"), "alice@example.com:pencil\nbob\n");
        Files.writeString(
                folder.resolve("signer.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + "MCowBQYDK2VwAyEAYO6UdAmKMOinuPS/XQ+HTK9H4DxlrQ25Qi3zAKFoce4=\n-----END PUBLIC KEY-----\n");
        Path loopKey = Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(loopKey, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve("via.key"), "fedcba9876543210fedcba9876543210\n");
        Files.writeString(folder.resolve("short.key"), "0123456789abcde\n");
        Files.writeString(folder.resolve("words.key"), "a secret of several words\n");
        return ConfigReader.read(Files.copy(vector, folder.resolve("postseal.yaml")));
    }

    private List<Problem> expected(Path vector, String mark, Problem.Severity severity) throws IOException {
        Pattern pattern = Pattern.compile("(?m)^# " + mark + " (\\d+): ([^ ]+): (.*)$");
        return pattern.matcher(Files.readString(vector))
                .results()
                .map(found -> problem(found, severity))
                .toList();
    }

    private Problem problem(MatchResult found, Problem.Severity severity) {
        return new Problem(
                folder.resolve("postseal.yaml").toString(),
                Integer.parseInt(found.group(1)),
                found.group(2),
                found.group(3).replace("DIR", folder.toString()),
                severity);
    }

    private static Stream<Path> good() throws IOException {
        return files("good");
    }

    private static Stream<Path> bad() throws IOException {
        return files("bad");
    }

    private static Stream<Path> files(String kind) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/vectors/config", kind))) {
            Path[] sorted = files.sorted().toArray(Path[]::new);
            return Arrays.stream(sorted);
        }
    }
}
