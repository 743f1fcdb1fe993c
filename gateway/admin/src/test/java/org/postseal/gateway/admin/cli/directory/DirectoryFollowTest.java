package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.NOW;
import static org.postseal.gateway.admin.cli.directory.ServerBench.steady;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Turn;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;

/** Tests {@code postseal directory sync --follow}; the first line that it prints stops it. */
final class DirectoryFollowTest {
    @TempDir
    private Path folder;

    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AutoClose
    private MemoryDirectory directory;

    private CommandBench bench;

    @BeforeEach
    void start() throws Exception {
        directory = MemoryDirectory.start();
        directory.person("Alice", "alice@example.com");
        bench = ServerBench.with(folder, directory.settings("corp", ", sync: {}"));
    }

    @Test
    void aLineIsPrintedForEachChange() {
        assertThat(follow(stop::set, "--note", "while the gateway is down")).isZero();
        assertThat(lines(out)).containsExactly(NOW + " corp: 1 added, 0 changed, 0 deleted, 0 skipped");
        assertThat(bench.lastChange().details()).containsExactly("follows the server");
        assertThat(bench.lastChange().act().note()).isEqualTo("while the gateway is down");
    }

    @Test
    void scriptsGetAnObjectPerLine() {
        assertThat(follow(stop::set, "--json")).isZero();
        assertThat(steady(lines(out), directory.port()))
                .containsExactly(
                        "{\"server\": \"corp\",\"from\": \"127.0.0.1:PORT\",\"method\": \"full\",\"full\": true,"
                                + "\"added\": 1,\"changed\": 0,\"deleted\": 0,\"unchanged\": 0,\"skipped\": {},"
                                + "\"skippedEntries\": [],\"notes\": [],\"milliseconds\": N}");
    }

    @Test
    void anInterruptEndsIt() {
        Thread following = Thread.currentThread();
        assertThat(follow(_ -> stop.set(following::interrupt))).isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lines(out)).hasSize(1);
    }

    @Test
    void whatFailsIsToldAndTriedAgain() throws Exception {
        try (CertificateDatabase other = CertificateDatabase.open(folder.resolve("directory.db"));
                Turn turn = other.turn("mirror:corp").orElseThrow()) {
            assertThat(turn).isNotNull();
            assertThat(follow(stop::set)).isZero();
        }
        assertThat(lines(err))
                .containsExactly(
                        "warning: corp: another process keeps this copy up to date at the moment; tried again in 1 s");
        assertThat(lines(out)).isEmpty();
    }

    private int follow(Consumer<Runnable> stops, String... more) {
        Console console = new Console(new ByteArrayInputStream(new byte[0]), stopping(out), stopping(err));
        Surroundings surroundings = new Surroundings(
                "tester", OptionalInt.empty(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofMillis(200));
        StoreAccess store = new StoreAccess(() -> folder.resolve("postseal.yaml"), console, surroundings);
        String[] arguments = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--follow"), List.of(more).stream())
                .toArray(String[]::new);
        return new CommandLine(new DirectorySyncCommand(store, stops)).execute(arguments);
    }

    private PrintStream stopping(OutputStream kept) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int octet) throws java.io.IOException {
                        kept.write(octet);
                        if (octet == '\n') {
                            stop.get().run();
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream octets) {
        return octets.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
