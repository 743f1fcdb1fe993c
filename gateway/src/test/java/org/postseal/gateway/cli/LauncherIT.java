package org.postseal.gateway.cli;

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

/** {@code bin/postseal} on what Maven has just packed: from any folder, through a link, with blanks in the path. */
final class LauncherIT {
    @TempDir
    private Path folder;

    private Path launcher = Path.of("");

    @BeforeEach
    void link() throws IOException {
        Path blanks = Files.createDirectory(folder.resolve("a b"));
        launcher = Files.createSymbolicLink(
                blanks.resolve("postseal link"),
                Path.of("../bin/postseal").toAbsolutePath().normalize());
    }

    @Test
    void startsThroughALinkAndPassesArgumentsOn() throws Exception {
        Result result = run("check", "-c", "not there.yaml");

        assertThat(result.said())
                .isEqualTo("not there.yaml:0: no such file\nerror: 1 problem in the configuration, see above\n");
        assertThat(result.exitCode()).isEqualTo(ExitCode.CONFIG);
    }

    @Test
    void exitCodeOfUsageIsPassedOn() throws Exception {
        assertThat(run("filter").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("POSTSEAL_BUILD", "never");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(said));
    }

    private record Result(int exitCode, String said) {}
}
