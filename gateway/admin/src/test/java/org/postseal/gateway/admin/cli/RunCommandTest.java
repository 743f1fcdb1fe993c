package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.SetupReader;
import picocli.CommandLine;

final class RunCommandTest {
    @TempDir
    private Path folder;

    private final FakeAssembly assembly = new FakeAssembly();

    @BeforeEach
    void files() throws Exception {
        CertificateAuthority.create("Test", Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(36500)))
                .writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        policy("first");
        Files.writeString(folder.resolve("postseal.yaml"), """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0" }
                nextHop: "127.0.0.1:10026"
                """);
    }

    @Test
    void runsUntilItIsStoppedAndDrains() {
        assertThat(run(() -> {}, Signals.Kind.STOP)).isZero();
        assertThat(assembly.happened.getFirst()).isEqualTo("audit audit.jsonl");
        assertThat(assembly.happened.stream().filter(event -> !event.startsWith("road")))
                .containsSubsequence("audit audit.jsonl", "started", "drained 30", "closed", "next hop closed");
        assertThat(roads()).isEqualTo(1);
    }

    @Test
    void reloadPutsTheNewPolicyInForce() {
        assertThat(run(() -> policy("second"), Signals.Kind.RELOAD, Signals.Kind.STOP))
                .isZero();
        assertThat(assembly.happened.stream()
                        .filter(event -> event.startsWith("road"))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void aBrokenReloadKeepsTheOldOne() {
        assertThat(run(() -> policy("wrong: ["), Signals.Kind.RELOAD, Signals.Kind.STOP))
                .isZero();
        assertThat(roads()).isEqualTo(1);
    }

    private long roads() {
        return assembly.happened.stream()
                .filter(event -> event.startsWith("road"))
                .count();
    }

    /** Starts the command, changes files after the first reading, and then sends the signals. */
    private int run(Runnable change, Signals.Kind... signals) {
        CommandLineInterface.Root root = new CommandLineInterface.Root();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        RunCommand command = new RunCommand(
                root::config,
                new Console(InputStream.nullInputStream(), nowhere, nowhere),
                assembly,
                new SetupReader(assembly),
                queue -> {
                    change.run();
                    queue.addAll(List.of(signals));
                });
        return new CommandLine(root)
                .addSubcommand(command)
                .execute("run", "-c", folder.resolve("postseal.yaml").toString());
    }

    private void policy(String id) {
        try {
            Files.writeString(folder.resolve("policy.yaml"), """
                    version: 1
                    internal: [ours.example]
                    rules:
                      - { id: %s, when: always, then: mailboxPolicy }
                    """.formatted(id));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
