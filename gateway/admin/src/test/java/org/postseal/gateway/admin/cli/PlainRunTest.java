package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.logging.LogFormat;
import picocli.CommandLine;

/** The options of {@code run} are read alike by both who read them. */
class PlainRunTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run -c /etc/postseal/postseal.yaml",
                "run --config other.yaml",
                "run --log-format json",
                "run --log-format text -c ./a-b_c/../d.yaml",
                "run -c x --log-format json"
            })
    void whatAServiceSaysIsReadAsByTheLibrary(String line) {
        String[] arguments = line.split(" ");
        CommandLine read =
                new CommandLineInterface(new GatewayAssembly(), console(new ByteArrayOutputStream())).commands();
        CommandLine.ParseResult run = read.parseArgs(arguments).subcommand();
        Path config = run.commandSpec().findOption("-c").getValue();
        LogFormat format = run.commandSpec().findOption("--log-format").getValue();
        assertThat(PlainRun.of(arguments)).contains(new PlainRun(config, format));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check -c x",
                "run --help",
                "run -c",
                "run -c x -c y",
                "run -c x --config y",
                "run -c=x",
                "run -cx",
                "run -c --log-format",
                "run -c @file",
                "run -c 'x'",
                "run --log-format xml",
                "run --log-format json --log-format json",
                "run --nonsense x",
                "run x",
                "run x y",
                "-c x run",
                "runs"
            })
    void anythingElseIsLeftToTheLibrary(String line) {
        assertThat(PlainRun.of(line.split(" "))).isEmpty();
    }

    @Test
    void noArgumentsAreNoRun() {
        assertThat(PlainRun.of()).isEqualTo(Optional.empty());
    }

    @Test
    void whatStopsAStartIsSaidAlike() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream byLibrary = new ByteArrayOutputStream();
        Assembly assembly = new GatewayAssembly();
        PlainRun run = PlainRun.of("run", "-c", "/nonexistent/postseal.yaml").orElseThrow();
        int code = run.execute(assembly, console(plain));
        assertThat(code).isEqualTo(ExitCode.CONFIG);
        assertThat(new CommandLineInterface(assembly, console(byLibrary))
                        .execute("run", "--config=/nonexistent/postseal.yaml"))
                .isEqualTo(code);
        assertThat(plain.toString(StandardCharsets.UTF_8))
                .isEqualTo(byLibrary.toString(StandardCharsets.UTF_8))
                .contains("error: ");
    }

    private static Console console(ByteArrayOutputStream err) {
        return new Console(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
