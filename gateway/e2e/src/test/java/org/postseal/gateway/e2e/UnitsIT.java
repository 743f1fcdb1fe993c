package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/** Checks {@code systemd/} with systemd's own tools. */
final class UnitsIT {
    private static final Path UNITS = Path.of("../../systemd");
    private static final Path TARGETS = Path.of("/usr/lib/systemd/system");
    private static final double MOST_EXPOSED = 1.5;

    @TempDir
    private Path root;

    @BeforeEach
    void tools() {
        Requirements.programs("systemd-analyze", "systemd-sysusers", "systemd-tmpfiles");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postseal",
                "postseal-ca-ocsp",
                "postseal-ca-serve",
                "postseal-console",
                "postseal-enrol",
                "postseal-stamp",
                "postseal-sync"
            })
    void theServiceIsHardlyExposed(String name) {
        Command.Result result = Command.of(
                        "systemd-analyze", "security", "--offline=true", "--no-pager", UNITS.resolve(name + ".service"))
                .run();
        Matcher level =
                Pattern.compile("Overall exposure level for \\S+: ([0-9.]+) ").matcher(said(result));
        assertThat(level.find()).as(said(result)).isTrue();
        assertThat(Double.parseDouble(level.group(1))).isLessThanOrEqualTo(MOST_EXPOSED);
    }

    @Test
    void systemdUnderstandsEveryLine() throws IOException {
        List<String> units = install();
        assertThat(verify(units)).isEmpty();
        Path service = root.resolve("usr/lib/systemd/system/postseal.service");
        Files.writeString(service, Files.readString(service).replace("WatchdogSec=", "WachtdogSec="));
        assertThat(verify(units)).contains("WachtdogSec");
    }

    private String verify(List<String> units) {
        return said(Command.of(Stream.concat(
                                Stream.of("systemd-analyze", "verify", "--man=no", "--root=" + root), units.stream())
                        .toList())
                .run());
    }

    /** Makes a root with our units, the units that they are ordered after, something to start, and nothing else. */
    private List<String> install() throws IOException {
        Path folder = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        List<String> units;
        try (Stream<Path> files = Files.list(UNITS)) {
            units = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".service") || name.endsWith(".timer"))
                    .sorted()
                    .toList();
        }
        assertThat(units)
                .containsExactly(
                        "postseal-ca-ocsp.service",
                        "postseal-ca-ocsp.timer",
                        "postseal-ca-serve.service",
                        "postseal-console.service",
                        "postseal-enrol.service",
                        "postseal-enrol.timer",
                        "postseal-stamp.service",
                        "postseal-stamp.timer",
                        "postseal-sync.service",
                        "postseal-sync.timer",
                        "postseal.service");
        for (String unit : units) {
            Files.copy(UNITS.resolve(unit), folder.resolve(unit));
        }
        try (Stream<Path> targets = Files.list(TARGETS)) {
            for (Path target : targets.filter(file -> file.toString().endsWith(".target"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                Files.copy(target, folder.resolve(target.getFileName().toString()));
            }
        }
        Path program = Files.writeString(
                Files.createDirectories(root.resolve("usr/bin")).resolve("postseal"), "#!/bin/sh\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return units;
    }

    @Test
    void usersAndFoldersAreMadeAsTheUnitsNeedThem() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Command.Result users = Command.of(
                        "systemd-sysusers",
                        "--root=" + root,
                        UNITS.resolve("postseal.sysusers").toAbsolutePath())
                .run();
        assertThat(users.isSuccess()).as(said(users)).isTrue();
        assertThat(Files.readString(root.resolve("etc/group")))
                .containsPattern("(?m)^postseal:x:\\d+:postseal-console$");
        assertThat(Files.readString(root.resolve("etc/passwd")))
                .containsPattern(
                        "(?m)^postseal:x:\\d+:\\d+:Postseal S/MIME gateway:/var/lib/postseal:/usr/sbin/nologin$");
        Command.Result folders = Command.of(
                        "systemd-tmpfiles",
                        "--create",
                        "--root=" + root,
                        UNITS.resolve("postseal.tmpfiles").toAbsolutePath())
                .run();
        assertThat(folders.isSuccess()).as(said(folders)).isTrue();
        assertThat(Files.getPosixFilePermissions(root.resolve("var/lib/postseal/store/trust")))
                .hasSize(3);
        for (String forTheGroup : List.of("var/log/postseal", "var/lib/postseal/public")) {
            assertThat(Files.getPosixFilePermissions(root.resolve(forTheGroup))).hasSize(5);
        }
    }

    private static String said(Command.Result result) {
        return new String(result.output(), UTF_8) + result.messages();
    }
}
