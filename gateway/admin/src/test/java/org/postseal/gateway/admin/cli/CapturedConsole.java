package org.postseal.gateway.admin.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** Runs commands in this process, and keeps what the last one printed. */
public final class CapturedConsole {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Runs {@code postseal} with these words and without input, and returns the exit code. */
    public int run(String... words) {
        return new CommandLineInterface(new GatewayAssembly(), reading("")).execute(words);
    }

    /** Does the same at this time. */
    public int runAt(Instant now, String... words) {
        Surroundings at = new Surroundings(
                "tester", OptionalInt.empty(), Clock.fixed(now, ZoneOffset.UTC), Duration.ofMillis(200));
        return new CommandLineInterface(new GatewayAssembly(), reading(""), at).execute(words);
    }

    /** Does the same with this configuration. */
    public int runOn(Path config, String... words) {
        return run(Stream.concat(Stream.of("-c", config.toString()), Stream.of(words))
                .toArray(String[]::new));
    }

    /** Returns the console for one command, which finds this text on standard input. */
    public Console reading(String text) {
        return reading(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    public Console reading(InputStream in) {
        out.reset();
        err.reset();
        return new Console(in, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    public String out() {
        return out.toString(UTF_8);
    }

    /** Returns the lines of standard output. */
    public List<String> lines() {
        return out().lines().toList();
    }

    public byte[] octets() {
        return out.toByteArray();
    }

    public String err() {
        return err.toString(UTF_8);
    }
}
