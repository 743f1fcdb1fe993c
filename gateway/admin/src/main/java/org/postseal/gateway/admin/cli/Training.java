package org.postseal.gateway.admin.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.SetupReader;
import picocli.CommandLine;

/**
 * The launcher runs this class once after a build, so that the JVM can record which classes the commands load (AOT
 * cache).
 */
final class Training {
    private Training() {}

    /** Takes one argument: an empty folder to work in. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        String config = setup(folder).toString();
        execute("version");
        execute("help");
        execute("filter", "--wrong");
        execute("check", "-c", config);
        execute("check", "-c", folder.resolve("none.yaml").toString());
        execute("filter", "-c", config, "--from", ADDRESS, "--to", "b@there.example");
        execute("filter", "-c", config, "--from", ADDRESS, "--to", "b@there.example", "--out", folder + "/out");
        execute("demo");
        serve(Path.of(config));
        // The demonstration may leave threads of the network library behind
        System.exit(0);
    }

    private static Path setup(Path folder) throws IOException {
        Instant now = Instant.now();
        CertificateAuthority authority = CertificateAuthority.create("Training", now, now.plus(Duration.ofHours(1)));
        authority.writeStore(
                Files.createDirectories(folder.resolve("store")),
                List.of(authority.issue(
                        MailAddress.of(ADDRESS), KeyAlgorithm.P256, Profile.DUAL, now, now.plus(Duration.ofHours(1)))),
                List.of());
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules:
                  - id: sign
                    when: { direction: outbound }
                    then: { sign: required }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        return Files.writeString(folder.resolve("postseal.yaml"), """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0" }
                nextHop: "127.0.0.1:10026"
                metrics: { address: "127.0.0.1:0" }
                """);
    }

    private static void execute(String... arguments) {
        byte[] message = ("From: " + ADDRESS + "\r\nSubject: x\r\n\r\nx\r\n").getBytes(StandardCharsets.US_ASCII);
        new CommandLineInterface(
                        new GatewayAssembly(), new Console(new ByteArrayInputStream(message), nowhere(), nowhere()))
                .execute(arguments);
    }

    /**
     * Starts {@code postseal run} and ends it as soon as it is ready. The stop is requested before the start begins.
     */
    private static void serve(Path config) {
        GatewayAssembly assembly = new GatewayAssembly();
        CommandLineInterface.Root root = new CommandLineInterface.Root();
        RunCommand run = new RunCommand(
                root::config,
                new Console(new ByteArrayInputStream(new byte[0]), nowhere(), nowhere()),
                assembly,
                new SetupReader(assembly),
                signals -> {
                    Signals.deliverTo(signals);
                    signals.add(Signals.Kind.STOP);
                });
        int _ = new CommandLine(root).addSubcommand(run).execute("run", "-c", config.toString());
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static final String ADDRESS = "a@ours.example";
}
