package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.app.assembly.Assembly;

/** A folder with a small configuration, and the commands that run on it with an assembly of the test's own. */
final class ConfiguredCommands {
    final Path folder;
    final FakeAssembly assembly = new FakeAssembly();
    private final CapturedConsole console = new CapturedConsole();

    ConfiguredCommands(Path folder) throws IOException {
        this.folder = folder;
        CertificateAuthority.create("Test", Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(36500)))
                .writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        Files.writeString(folder.resolve("policy.yaml"), """
            version: 1
            internal: [ours.example]
            rules:
              - { id: refuse, when: { recipientDomain: [refused.example] }, then: reject }
              - { id: later, when: { recipientDomain: [later.example] }, then: defer }
              - { id: rest, when: always, then: mailboxPolicy }
            """);
        Files.writeString(folder.resolve("postseal.yaml"), """
            hostName: gw.ours.example
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0" }
            nextHop: "127.0.0.1:10026"
            """);
    }

    /** Runs {@code postseal} with these words over {@link #assembly}, and returns the exit code. */
    int run(String input, String... arguments) {
        return runOver(assembly, input, arguments);
    }

    int runOver(Assembly parts, String input, String... arguments) {
        return new CommandLineInterface(parts, console.reading(input)).execute(arguments);
    }

    String config() {
        return folder.resolve("postseal.yaml").toString();
    }

    /** Returns what the last command printed to standard output. */
    String out() {
        return console.out();
    }

    /** Returns what the last command printed to standard error. */
    String err() {
        return console.err();
    }
}
