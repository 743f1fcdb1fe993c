package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;

/** The folder of a small gateway that does not run, and the commands that are given about it. */
public final class GatewayFolder {
    private final Path path;
    private final Function<Console, Surroundings> surroundings;
    private final CapturedConsole console = new CapturedConsole();

    public GatewayFolder(Path path) throws IOException {
        this(path, Surroundings::of);
    }

    public GatewayFolder(Path path, Surroundings surroundings) throws IOException {
        this(path, _ -> surroundings);
    }

    private GatewayFolder(Path path, Function<Console, Surroundings> surroundings) throws IOException {
        this.path = path;
        this.surroundings = surroundings;
        Files.createDirectories(path.resolve("store/trust"));
        Files.writeString(path.resolve("policy.yaml"), """
            version: 1
            internal: [ours.example]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """);
        configure("");
    }

    /** Writes the configuration, with these lines at its end. */
    public void configure(String more) throws IOException {
        Files.writeString(config(), """
            hostName: gw.ours.example
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
            nextHop: "127.0.0.1:10026"
            """ + more);
    }

    public Path config() {
        return path.resolve("postseal.yaml");
    }

    /** Runs {@code postseal} with these words and the configuration, and returns the exit code. */
    public int run(String... words) {
        Console one = console.reading("");
        return new CommandLineInterface(new GatewayAssembly(), one, surroundings.apply(one))
                .execute(Stream.concat(Stream.of("-c", config().toString()), Stream.of(words))
                        .toArray(String[]::new));
    }

    /** Returns what the last command printed to standard output. */
    public String out() {
        return console.out();
    }

    public List<String> lines() {
        return console.lines();
    }

    /** Returns what the last command printed to standard error. */
    public String err() {
        return console.err();
    }
}
