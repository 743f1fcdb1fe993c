package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.testkit.Await;
import picocli.CommandLine;

/**
 * Runs {@code postseal run} while its files change as editors, Git and Kubernetes change them. Nobody sends a signal.
 */
class PolicyWatchIT {
    @TempDir
    private Path folder;

    private final FakeAssembly assembly = new FakeAssembly();
    private final CompletableFuture<Queue<Signals.Kind>> signals = new CompletableFuture<>();
    private CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);

    @AfterEach
    void stop() {
        signals.join().add(Signals.Kind.STOP);
        assertThat(exit.join()).isZero();
    }

    @Test
    void everyWayToPutAnotherFileInItsPlaceCounts() throws IOException {
        Path link = folder.resolve("policy.yaml");
        Path file =
                Files.writeString(Files.createDirectory(folder.resolve("..one")).resolve("policy.yaml"), policy(1));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(link, Path.of("..data/policy.yaml"));
        start("policy: policy.yaml");
        awaitRoads(1);

        Files.writeString(file, policy(2));
        awaitRoads(2);

        Path swap = Files.writeString(folder.resolve(".policy.yaml.swp"), policy(3));
        Files.move(swap, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        awaitRoads(3);

        Files.delete(file);
        Files.writeString(file, policy(4));
        awaitRoads(4);

        Files.writeString(Files.createDirectory(folder.resolve("..two")).resolve("policy.yaml"), policy(5));
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..two"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        awaitRoads(5);

        assertThat(roads()).doesNotHaveDuplicates();
    }

    @Test
    void withOnSignalOnlyASignalCounts() throws IOException {
        Path file = Files.writeString(folder.resolve("policy.yaml"), policy(1));
        start("policy: { file: policy.yaml, reload: onSignal }");
        awaitRoads(1);

        Files.writeString(file, policy(2));
        signals.join().add(Signals.Kind.RELOAD);
        awaitRoads(2);
        Files.writeString(file, policy(3));
        stop();

        assertThat(roads()).hasSize(2);
    }

    private void start(String policyLine) throws IOException {
        CertificateAuthority.create("Test", Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(36500)))
                .writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        Path config = Files.writeString(folder.resolve("postseal.yaml"), """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:0" }
                nextHop: "127.0.0.1:10026"
                %s
                """.formatted(policyLine));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        CommandLineInterface.Root root = new CommandLineInterface.Root();
        RunCommand command = new RunCommand(
                root::config,
                new Console(InputStream.nullInputStream(), nowhere, nowhere),
                assembly,
                new SetupReader(assembly),
                signals::complete);
        exit = CompletableFuture.supplyAsync(
                () -> new CommandLine(root).addSubcommand(command).execute("run", "-c", config.toString()));
    }

    private void awaitRoads(int count) {
        Await.until(() -> roads().size() >= count, () -> "no " + count + " roads: " + assembly.happened);
    }

    private List<String> roads() {
        return assembly.happened.stream()
                .filter(event -> event.startsWith("road"))
                .toList();
    }

    private static String policy(int number) {
        return """
                version: 1
                internal: [ours.example]
                rules:
                  - { id: v%d, when: always, then: mailboxPolicy }
                """.formatted(number);
    }
}
