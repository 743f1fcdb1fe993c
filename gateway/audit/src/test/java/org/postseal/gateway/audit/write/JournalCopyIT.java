package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.CopiedRecords;
import org.postseal.gateway.audit.CopyState;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.testkit.DatagramPeer;
import org.postseal.gateway.testkit.Requirements;

/**
 * Copies records to systemd's journal. They are read as datagrams, and from the journal of a journald that the test
 * starts.
 */
class JournalCopyIT {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void eachRecordIsAnEntryWithItsNumberAndHash() throws Exception {
        Path socket = folder.resolve("socket");
        try (DatagramPeer journal = DatagramPeer.start(socket.toString())) {
            write(CopiedRecords.ALL, socket);
            List<String> entries = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                entries.add(journal.next());
            }
            List<String> expected = new ArrayList<>();
            for (String log : List.of("audit", "admin")) {
                lines(log).forEach(line -> expected.add(entry(log, line)));
            }
            assertThat(entries).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void whatIsTooLongLeavesItsNumberAndHash() {
        String line = "{\"a\":\"" + "x".repeat(JournalEntry.LONGEST)
                + "\",\"postseal.chain.number\":7,\"postseal.chain.hash\":\"" + "ab".repeat(32) + "\"}";
        assertThat(new String(JournalEntry.of("audit", line.getBytes(UTF_8)), UTF_8))
                .isEqualTo("""
                        MESSAGE=a record of %d octets is not copied
                        PRIORITY=6
                        SYSLOG_FACILITY=13
                        SYSLOG_IDENTIFIER=postseal
                        POSTSEAL_AUDIT=audit
                        POSTSEAL_NUMBER=7
                        POSTSEAL_HASH=%s
                        """.formatted(line.length(), "ab".repeat(32)));
    }

    @Test
    void aJournalThatIsNotThereHoldsNothingUpAndIsCounted() throws Exception {
        AuditLog log = write(CopiedRecords.ALL, folder.resolve("nobody"));
        assertThat(log.copy()).contains(new CopyState(0, 5, 0));
        assertThat(lines("audit")).hasSize(3);
    }

    @Test
    void aJournalThatHangsDelaysNobodyAndWhatIsLostIsCounted() throws Exception {
        Path socket = folder.resolve("socket");
        try (DatagramPeer _ = DatagramPeer.start(socket.toString(), 0);
                AuditLog log = AuditLogs.open(copied(CopiedRecords.ALL), () -> NOW, socket)) {
            for (int i = 0; i < 5; i++) {
                log.append(Collections.nCopies(3000, EVENT));
            }
            CopyState state = log.copy().orElseThrow();
            assertThat(state.waiting()).isPositive();
            assertThat(state.lost()).isPositive();
            assertThat(lines("audit").stream().filter(line -> line.contains("\"recipient-done\"")))
                    .hasSize(15_000);
        }
    }

    @Test
    void journaldGivesBackWhatVerifyReads() throws Exception {
        Requirements.root("a journald of one's own needs root");
        Requirements.programs("journalctl");
        String namespace = "postseal-" + ProcessHandle.current().pid();
        Path runtime = Files.createDirectories(Path.of("/run/systemd/journal." + namespace));
        Process journald = new ProcessBuilder("/usr/lib/systemd/systemd-journald", namespace)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("journald.out").toFile())
                .start();
        try {
            Path socket = runtime.resolve("socket");
            awaitSocket(socket, journald);
            AuditLog log = write(CopiedRecords.CHECKPOINTS, socket);
            assertThat(log.copy()).contains(new CopyState(2, 0, 0));
            Path kept = folder.resolve("kept");
            List<String> expected = Stream.of("audit", "admin")
                    .flatMap(name -> lines(name).stream())
                    .filter(line -> line.contains("\"chain-checkpoint\""))
                    .toList();
            assertThat(entries(namespace, kept, expected.size(), journald))
                    .containsExactlyInAnyOrderElementsOf(expected);
            List<ChainReport> reports = ChainVerifier.verify(
                    List.of(List.of(folder.resolve("audit.jsonl")), List.of(folder.resolve("admin.jsonl"))),
                    List.of(folder.resolve("audit-key.pem.pub")),
                    Optional.of(kept));
            assertThat(reports).allMatch(ChainReport::isSound);
            assertThat(reports.getFirst().provenTo()).contains(2L);
        } finally {
            journald.destroy();
            int _ = journald.waitFor();
            remove(runtime);
            for (Path place : JOURNALS) {
                removeJournals(place, namespace);
            }
        }
    }

    private static void removeJournals(Path place, String namespace) throws IOException {
        if (Files.exists(place)) {
            try (Stream<Path> journals = Files.list(place)) {
                for (Path journal : journals.filter(path -> path.toString().endsWith("." + namespace))
                        .toList()) {
                    remove(journal);
                }
            }
        }
    }

    private static void awaitSocket(Path socket, Process journald) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(socket)) {
            assertThat(journald.isAlive()).as("systemd-journald").isTrue();
            assertThat(System.nanoTime()).as("systemd-journald has no socket").isLessThan(end);
            Thread.sleep(20);
        }
    }

    /**
     * Returns what {@code journalctl} prints with the options of docs/howto-ship-audit.md, when it has so many lines.
     */
    private static List<String> entries(String namespace, Path kept, int count, Process journald)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Process journalctl = new ProcessBuilder(
                            "journalctl", "--namespace=" + namespace, "-o", "cat", "SYSLOG_IDENTIFIER=postseal")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(kept.toFile())
                    .start();
            int _ = journalctl.waitFor();
            List<String> lines = Files.readAllLines(kept);
            if (lines.size() >= count) {
                return lines;
            }
            assertThat(journald.isAlive()).as("systemd-journald").isTrue();
            assertThat(System.nanoTime()).as("only %s", lines).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static void remove(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String entry(String log, String line) {
        Link link = Link.Line.of(line.getBytes(UTF_8)).orElseThrow().link();
        return """
                MESSAGE=%s
                PRIORITY=6
                SYSLOG_FACILITY=13
                SYSLOG_IDENTIFIER=postseal
                POSTSEAL_AUDIT=%s
                POSTSEAL_NUMBER=%d
                POSTSEAL_HASH=%s
                """.formatted(line, log, link.number(), link.hash());
    }

    private List<String> lines(String log) {
        try {
            return Files.readAllLines(folder.resolve(log + ".jsonl"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes one record and the lines of the chains. */
    private AuditLog write(CopiedRecords records, Path socket) throws IOException {
        AuditLog log = AuditLogs.open(copied(records), () -> NOW, socket);
        try (log) {
            log.append(List.of(EVENT));
        }
        return log;
    }

    private AuditConfig copied(CopiedRecords records) {
        AuditConfig standard = AuditConfig.of(folder.resolve("audit.jsonl"));
        return new AuditConfig(
                standard.file(),
                standard.adminFile(),
                standard.checkpoint(),
                standard.rotateSize(),
                standard.rotateEvery(),
                standard.keep(),
                Optional.of(records),
                Optional.empty(),
                Optional.empty());
    }

    private static final AuditEvent EVENT =
            Records.done(NOW, "Q1", "<1@ours.example>", "ann@ours.example", "b\u00f6b@p\u00e4rtner.example", "rest");

    /** This time is long enough for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<Path> JOURNALS = List.of(Path.of("/var/log/journal"), Path.of("/run/log/journal"));
}
