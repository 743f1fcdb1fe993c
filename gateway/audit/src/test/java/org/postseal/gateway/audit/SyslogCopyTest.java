package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.CopyConfig.Records;
import org.postseal.gateway.audit.CopyConfig.Transport;

@Tag("thorough")
class SyslogCopyTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00.123456789Z");
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    @Test
    void everyRecordOfBothLogsIsADatagram() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> {
                List<String> messages = new ArrayList<>();
                for (int i = 0; i < 7; i++) {
                    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
                    server.receive(packet);
                    messages.add(new String(packet.getData(), 0, packet.getLength(), UTF_8));
                }
                return messages;
            });
            write(config(server.getLocalPort(), Transport.UDP, Records.ALL), 3);
            assertThat(received.get()).containsExactlyInAnyOrderElementsOf(messages(line -> true));
        }
    }

    @Test
    void overTcpEachMessageStandsBehindItsLength() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> readAll(server.accept()));
            write(config(server.getLocalPort(), Transport.TCP, Records.ALL), 3);
            assertThat(received.get()).containsExactlyInAnyOrderElementsOf(messages(line -> true));
        }
    }

    @Test
    void checkpointsAloneProveTheLogLater() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> readAll(server.accept()));
            write(config(server.getLocalPort(), Transport.TCP, Records.CHECKPOINTS), 3);
            assertThat(received.get())
                    .hasSize(2)
                    .containsExactlyInAnyOrderElementsOf(messages(line -> line.contains("\"chain-checkpoint\"")));
            Path kept = Files.write(folder.resolve("kept"), received.get());
            List<ChainReport> reports = ChainVerifier.verify(
                    List.of(List.of(folder.resolve("audit.jsonl")), List.of(folder.resolve("admin.jsonl"))),
                    List.of(folder.resolve("audit-key.pem.pub")),
                    Optional.of(kept));
            assertThat(reports).allMatch(ChainReport::isSound);
            assertThat(reports.getFirst().provenTo()).contains(4L);
        }
    }

    @Test
    void whatIsTrustedForTlsIsNotLookedAtWithoutIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> readAll(server.accept()));
            CopyConfig config = new CopyConfig(
                    new InetSocketAddress(LOOPBACK, server.getLocalPort()),
                    Transport.TCP,
                    Optional.of(Files.writeString(folder.resolve("trust.pem"), "no PEM")),
                    Records.ALL,
                    "gw.ours.example");
            write(config, 1);
            assertThat(received.get()).containsExactlyInAnyOrderElementsOf(messages(line -> true));
        }
    }

    @Test
    void whatTheServerLeftUnreadGoesToItsNextConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
            CopyConfig config = config(server.getLocalPort(), Transport.TCP, Records.ALL);
            AuditLog log = AuditLogs.open(audit(config), () -> NOW);
            FutureTask<List<String>> rest;
            try (log) {
                try (Socket first = server.accept()) {
                    log.append(List.of(event(1)));
                    assertThat(read(first.getInputStream())).isPresent();
                }
                rest = started(() -> readAll(server.accept()));
                log.append(List.of(event(2)));
                log.append(List.of(event(3)));
            }
            assertThat(rest.get()).isSubsetOf(messages(line -> true)).anyMatch(line -> line.contains("\"Q3\""));
            assertThat(log.copy().orElseThrow().lost()).isZero();
        }
    }

    @Test
    void overTlsTheServerMustBeTheOneThatIsMeant() throws Exception {
        SSLContext tls = server("localhost");
        try (ServerSocket server = tls.getServerSocketFactory().createServerSocket(0, 5, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> readAll(server.accept()));
            CopyConfig config = new CopyConfig(
                    InetSocketAddress.createUnresolved("localhost", server.getLocalPort()),
                    Transport.TLS,
                    Optional.of(folder.resolve("localhost.pem")),
                    Records.ALL,
                    "gw.ours.example");
            write(config, 3);
            assertThat(received.get()).containsExactlyInAnyOrderElementsOf(messages(line -> true));
        }
    }

    /** Why docs/metrics.md has no figure of them. */
    @Test
    void anAnchorThatHasExpiredIsTrustedAsBefore() throws Exception {
        certificate("root", "-not_before 20200101000000Z -not_after 20210101000000Z");
        SSLContext tls = server("localhost", "-days 1 -CA root.pem -CAkey root.key");
        try (ServerSocket server = tls.getServerSocketFactory().createServerSocket(0, 5, LOOPBACK)) {
            FutureTask<List<String>> received = started(() -> readAll(server.accept()));
            write(
                    new CopyConfig(
                            InetSocketAddress.createUnresolved("localhost", server.getLocalPort()),
                            Transport.TLS,
                            Optional.of(folder.resolve("root.pem")),
                            Records.ALL,
                            "gw.ours.example"),
                    1);
            assertThat(received.get()).containsExactlyInAnyOrderElementsOf(messages(line -> true));
        }
    }

    @Test
    void anotherServerGetsNothing() throws Exception {
        SSLContext tls = server("other.example");
        for (Optional<Path> trust : List.of(Optional.of(folder.resolve("other.example.pem")), Optional.<Path>empty())) {
            try (ServerSocket server = tls.getServerSocketFactory().createServerSocket(0, 5, LOOPBACK)) {
                FutureTask<List<String>> received = started(() -> {
                    try {
                        return readAll(server.accept());
                    } catch (SSLException refused) {
                        return List.of("refused");
                    }
                });
                CopyConfig config = new CopyConfig(
                        InetSocketAddress.createUnresolved("localhost", server.getLocalPort()),
                        Transport.TLS,
                        trust,
                        Records.ALL,
                        "gw.ours.example");
                CopyState state = write(config, 1);
                assertThat(received.get()).containsExactly("refused");
                assertThat(state.sent()).isZero();
                assertThat(state.lost()).isPositive();
            }
        }
    }

    @Test
    void aServerThatDoesNotReadDelaysNobodyAndWhatIsLostIsCounted() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            CopyConfig config = config(server.getLocalPort(), Transport.TCP, Records.ALL);
            CopyState state;
            try (AuditLog log = AuditLogs.open(audit(config), () -> NOW);
                    Socket _ = server.accept()) {
                for (int i = 0; i < 5; i++) {
                    log.append(IntStream.range(0, 3000)
                            .mapToObj(SyslogCopyTest::event)
                            .toList());
                }
                state = log.copy().orElseThrow();
            }
            assertThat(state.waiting()).isPositive();
            assertThat(state.lost()).isPositive();
            try (Stream<String> lines = Files.lines(folder.resolve("audit.jsonl"))) {
                assertThat(lines.filter(line -> line.contains("\"recipient-done\"")))
                        .hasSize(15_000);
            }
        }
    }

    /** Opens both logs, writes so many records, closes. */
    private CopyState write(CopyConfig config, int count) throws IOException {
        AuditLog log = AuditLogs.open(audit(config), () -> NOW);
        try (log) {
            for (int i = 1; i <= count; i++) {
                log.append(List.of(event(i)));
            }
        }
        return log.copy().orElseThrow();
    }

    private static AuditEvent event(int number) {
        return org.postseal.gateway.audit.Records.done(
                NOW, "Q" + number, "<1@ours.example>", "ann@ours.example", "bob@partner.example", "rest");
    }

    private AuditConfig audit(CopyConfig copy) {
        AuditConfig standard = AuditConfig.of(folder.resolve("audit.jsonl"));
        return AuditConfigs.copied(standard, copy);
    }

    private static CopyConfig config(int port, Transport transport, Records records) {
        return new CopyConfig(
                new InetSocketAddress(LOOPBACK, port), transport, Optional.empty(), records, "gw.ours.example");
    }

    private interface Wanted {
        boolean isWanted(String line);
    }

    /** What RFC 5424 makes of the lines of both logs. */
    private List<String> messages(Wanted wanted) throws IOException {
        List<String> messages = new ArrayList<>();
        for (String log : List.of("audit", "admin")) {
            Files.readAllLines(folder.resolve(log + ".jsonl")).stream()
                    .filter(wanted::isWanted)
                    .map(line -> "<110>1 2026-11-26T12:00:00.123456Z gw.ours.example postseal "
                            + ProcessHandle.current().pid() + " " + log + " - " + line)
                    .forEach(messages::add);
        }
        return messages;
    }

    private static List<String> readAll(Socket socket) throws IOException {
        List<String> messages = new ArrayList<>();
        try (socket) {
            InputStream in = socket.getInputStream();
            for (Optional<String> message = read(in); message.isPresent(); message = read(in)) {
                messages.add(message.get());
            }
        }
        return messages;
    }

    /** RFC 6587 §3.4.1. */
    private static Optional<String> read(InputStream in) throws IOException {
        ByteArrayOutputStream length = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != ' '; octet = in.read()) {
            if (octet < 0) {
                assertThat(length.size()).isZero();
                return Optional.empty();
            }
            length.write(octet);
        }
        int count = Integer.parseInt(length.toString(UTF_8));
        byte[] message = in.readNBytes(count);
        assertThat(message).hasSize(count);
        return Optional.of(new String(message, UTF_8));
    }

    private static <T> FutureTask<T> started(Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        var _ = Thread.ofVirtual().start(task);
        return task;
    }

    /** Of a server with a certificate for this name, which stands in NAME.pem. */
    private SSLContext server(String name) throws IOException, InterruptedException, GeneralSecurityException {
        return server(name, "-days 1");
    }

    /** The same, made with these options of {@code openssl req}. */
    private SSLContext server(String name, String options)
            throws IOException, InterruptedException, GeneralSecurityException {
        certificate(name, options);
        openssl("pkcs12 -export -in %1$s.pem -inkey %1$s.key -out %1$s.p12 -passout pass:test".formatted(name));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(in, "test".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "test".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void certificate(String name, String options) throws IOException, InterruptedException {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes %2$s -subj /CN=%1$s -addext subjectAltName=DNS:%1$s -keyout %1$s.key -out %1$s.pem"
                        .formatted(name, options));
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
