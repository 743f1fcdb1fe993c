package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;

/**
 * The real rsyslog ships the log by the blocks of {@code docs/howto-ship-audit.md}, while full files are compressed.
 * The page promises that each record arrives at least once. It arrives exactly once as long as rsyslog is not
 * restarted.
 */
class ShippedLogIT {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path folder;

    private Path again;
    private Path received;
    private Path settings;
    private Process server;
    private Process sender;
    private AuditLog log;
    private int count;

    @BeforeEach
    void begin() throws Exception {
        Requirements.relp();
        Requirements.programs("openssl", "zcat");
        Path logs = Files.createDirectory(folder.resolve("log"));
        Path spool = Files.createDirectory(folder.resolve("spool"));
        Path store = Files.createDirectory(folder.resolve("store"));
        received = folder.resolve("received");
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=root"
                + " -keyout root.key -out ca.pem");
        String port = Integer.toString(freePort());
        HowtoPage page = new HowtoPage("howto-ship-audit.md");
        server = rsyslog(
                "server",
                store,
                page.with(Map.of(
                                "imrelp\" port=\"2514\"", "imrelp\" address=\"127.0.0.1\" port=\"" + port + "\"",
                                "/etc/postseal-relp",
                                        identity("logs.example.com").toString(),
                                "/var/log/postseal.log", received.toString()))
                        .block("rsyslog server"));
        HowtoPage own = page.with(Map.of(
                "target=\"logs.example.com\"", "target=\"127.0.0.1\"",
                "2514", port,
                "/etc/postseal-relp", identity("gw.example.com").toString(),
                "/var/log/postseal", logs.toString(),
                "/var/spool/rsyslog", spool.toString()));
        settings = settings("sender", spool, own.block("rsyslog"));
        again = Files.writeString(folder.resolve("postseal-again"), own.block("sh again"));
        log = AuditLogs.open(
                AuditConfigs.rotated(
                        AuditConfig.of(logs.resolve("audit.jsonl")),
                        64 << 10,
                        Duration.ofDays(1),
                        Duration.ofDays(400)),
                () -> NOW);
        start();
    }

    @AfterEach
    void end() throws Exception {
        stop(sender);
        stop(server);
        log.close();
    }

    @Test
    void noRecordIsLostOverRotationsAndRestarts() throws Exception {
        for (int i = 0; i < 3; i++) {
            full();
            untilAllArrived();
            append(5);
            stop(sender);
            append(5);
            start();
            untilAllArrived();
        }
        assertThat(new HashSet<>(arrived())).isEqualTo(new HashSet<>(records()));
        assertThat(records().stream().filter(line -> line.contains("\"chain-segment\"")))
                .hasSizeGreaterThan(3);
        verifies();
    }

    @Test
    void aReaderThatLagsHasTheFileOpenThatIsCompressed() throws Exception {
        append(5);
        untilAllArrived();
        signal("STOP");
        full();
        append(5);
        signal("CONT");
        untilAllArrived();
        assertThat(arrived()).containsExactlyInAnyOrderElementsOf(records());
    }

    @Test
    void whatWasCompressedWhileNobodyReadArrivesAtTheNextStart() throws Exception {
        append(5);
        untilAllArrived();
        stop(sender);
        full();
        full();
        append(5);
        start();
        untilAllArrived();
        assertThat(new HashSet<>(arrived())).isEqualTo(new HashSet<>(records()));
    }

    /** Appends records until one more file is full and compressed. */
    private void full() throws Exception {
        long before = compressed();
        while (compressed() == before) {
            append(20);
            Thread.sleep(50);
        }
    }

    private long compressed() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl.gz")).count();
        }
    }

    private void append(int records) throws IOException {
        for (int i = 0; i < records; i++) {
            count++;
            log.append(List.of(Records.done(
                    NOW,
                    "Q" + count,
                    "<1@ours.example>",
                    "ann@ours.example",
                    "b\u00f6b@p\u00e4rtner.example",
                    "rest")));
        }
    }

    /** Returns every record of both logs so far, from the full files and those in use. */
    private List<String> records() throws IOException {
        for (int i = 0; i < 10; i++) {
            try {
                return recordsOnce();
            } catch (NoSuchFileException e) {
                // A full file was compressed meanwhile, and has another name.
                Thread.onSpinWait();
            }
        }
        return recordsOnce();
    }

    private List<String> recordsOnce() throws IOException {
        List<String> records = new ArrayList<>();
        for (String name : List.of("audit", "admin")) {
            for (Path file : ChainVerifier.files(folder.resolve("log").resolve(name + ".jsonl"))) {
                byte[] octets = Files.readAllBytes(file);
                if (file.toString().endsWith(".gz")) {
                    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                        octets = in.readAllBytes();
                    }
                }
                records.addAll(new String(octets, UTF_8).lines().toList());
            }
        }
        return records;
    }

    private void untilAllArrived() throws Exception {
        Set<String> records = new HashSet<>(records());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!new HashSet<>(arrived()).containsAll(records)) {
            assertThat(System.nanoTime())
                    .as(() -> "of " + records.size() + " records not all arrived\n" + said())
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    /**
     * Returns the lines that arrived, without the prefix that syslog puts before them. The last line may be incomplete.
     */
    private List<String> arrived() throws IOException {
        return Files.notExists(received)
                ? List.of()
                : Files.readString(received)
                        .lines()
                        .map(line -> line.replaceFirst("^<110>1 \\S+ \\S+ postseal-(audit|admin|again) - - - ", ""))
                        .toList();
    }

    /** Checks that the verifier accepts what arrived, unchanged, as kept checkpoints. */
    private void verifies() throws IOException {
        ChainReport report = ChainVerifier.verify(
                        List.of(ChainVerifier.files(folder.resolve("log/audit.jsonl"))),
                        List.of(folder.resolve("log/audit-key.pem.pub")),
                        Optional.of(received))
                .getFirst();
        assertThat(report.isSound()).isTrue();
        assertThat(report.provenTo()).isPresent();
    }

    private void start() throws IOException {
        Command.of("sh", again).output();
        sender = rsyslog("sender", settings);
    }

    private Process rsyslog(String name, Path store, String block) throws IOException {
        return rsyslog(name, settings(name, store, block));
    }

    private Path settings(String name, Path store, String block) throws IOException {
        return Files.writeString(folder.resolve(name + ".conf"), "global(workDirectory=\"" + store + "\")\n" + block);
    }

    private Process rsyslog(String name, Path configuration) throws IOException {
        return new ProcessBuilder(
                        "rsyslogd",
                        "-n",
                        "-f",
                        configuration.toString(),
                        "-i",
                        folder.resolve(name + ".pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("said").toFile()))
                .start();
    }

    private void stop(Process rsyslog) throws InterruptedException {
        rsyslog.destroy();
        boolean isEnded = rsyslog.waitFor(PATIENCE);
        rsyslog.destroyForcibly();
        assertThat(isEnded).as(this::said).isTrue();
    }

    private void signal(String name) {
        Command.of("kill", "-" + name, sender.pid()).output();
    }

    /** Makes a certificate for a machine, in a folder with the file names that the page uses. */
    private Path identity(String name) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        Files.writeString(folder.resolve("names"), "subjectAltName=DNS:" + name + "\n");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + own
                + "/own.key -out request");
        openssl("x509 -req -in request -CA ca.pem -CAkey root.key -days 1 -extfile names -out " + own + "/own.pem");
        Files.copy(folder.resolve("ca.pem"), own.resolve("ca.pem"));
        return own;
    }

    private void openssl(String arguments) {
        Command.of("sh", "-c", "cd '" + folder + "' && openssl " + arguments).output();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** This time is long enough for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
}
