package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * Tests {@code bin/postseal} on what Maven has just packed: from any folder, through a link, with blanks in the path.
 */
final class LauncherIT {
    @TempDir
    private Path folder;

    private Path launcher = Path.of("");

    @BeforeEach
    void link() throws IOException {
        Path blanks = Files.createDirectory(folder.resolve("a b"));
        launcher = Files.createSymbolicLink(
                blanks.resolve("postseal link"),
                Path.of("../../bin/postseal").toAbsolutePath().normalize());
    }

    @Test
    void startsThroughALinkAndPassesArgumentsOn() throws Exception {
        Result result = run("check", "-c", "not there.yaml");

        assertThat(result.said())
                .isEqualTo("not there.yaml: no such file\nerror: 1 problem in the configuration, see above\n");
        assertThat(result.exitCode()).isEqualTo(ExitCode.CONFIG);
    }

    @Test
    void exitCodeOfUsageIsPassedOn() throws Exception {
        assertThat(run("filter").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void casesOfTheFolderOneIsInAreCalledByTheirNamesAlone() throws Exception {
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [{ id: all, when: always, then: mailboxPolicy }]
                """);
        Files.writeString(folder.resolve("policy.test.yaml"), """
                version: 1
                cases:
                  - { name: in, to: a@example.com, message: { from: b@there.example }, expect: { rule: all } }
                  - { name: out, to: b@there.example, message: { from: a@example.com }, expect: { rule: all } }
                """);

        assertThat(run("policy", "test", ".")).isEqualTo(new Result(0, "policy.test.yaml: 2 cases passed\n"));
    }

    @Test
    void servesUntilItIsToldToStopAndSaysSo() throws Exception {
        Path config = Files.writeString(folder.resolve("postseal.yaml"), """
                listeners: [{ protocol: smtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                policy: policy.yaml
                store: { directory: store }
                metrics: { address: "127.0.0.1:0" }
                """);
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [{ id: all, when: always, then: mailboxPolicy }]
                """);
        Files.createDirectory(folder.resolve("store"));
        Process process = start("run", "-c", config.toString());
        try {
            await(" ready, policy ", process);
            process.toHandle().destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).isZero();
        assertThat(Files.readAllLines(folder.resolve("said")).stream()
                        .filter(line -> !line.contains("WARN"))
                        .map(line -> line.replaceFirst("^\\S+ INFO +\\S+ ", "")
                                .replaceAll("\\d+\\.\\d+\\.\\d+ ready.*", "ready"))
                        .map(line -> line.replaceAll("port \\d+", "port").replaceAll("127.0.0.1:\\d+", "127.0.0.1")))
                .containsSequence(
                        "listening: SMTP 127.0.0.1 port role BOTH",
                        "metrics and health: http://127.0.0.1/metrics, /live, /ready",
                        "postseal ready",
                        "stopping: no new mail, up to 30 s for what runs",
                        "stopped");
    }

    private void await(String text, Process process) throws Exception {
        while (!Files.readString(folder.resolve("said")).contains(text)) {
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("said")))
                    .isTrue();
            Thread.sleep(50);
        }
    }

    private Result run(String... arguments) throws Exception {
        Process process = start(arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(folder.resolve("said")));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().put("POSTSEAL_BUILD", "never");
        return builder.start();
    }

    private record Result(int exitCode, String said) {}
}
