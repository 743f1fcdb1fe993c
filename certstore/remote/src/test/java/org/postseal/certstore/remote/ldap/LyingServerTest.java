package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.unboundid.ldap.sdk.Attribute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/**
 * Asks servers that break the protocol or take their time. Each look-up ends within the total time limit, with a named
 * failure.
 */
@Tag("thorough")
class LyingServerTest {
    private static final Duration TOTAL = Duration.ofMillis(900);
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");

    @TempDir
    Path folder;

    /** Says what a server does with each connection after it has read something. */
    enum Lie {
        CLOSES(""),
        SPEAKS_HTTP(HexFormat.of().formatHex("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))),
        NAMES_TWO_GIGABYTES("30847fffffff0201010204"),
        NAMES_FOUR_GIGABYTES("3084ffffffff020101"),
        NAMES_INDEFINITE_LENGTH("3080020101"),
        ANSWERS_SOMETHING_ELSE("300c02010161070a010004000400"),
        ANSWERS_ANOTHER_REQUEST("300c02017f65070a010004000400"),
        IS_SILENT(""),
        // The server sends the start of a message of 16 KB, and then an octet now and then, so each single read
        // succeeds in time.
        DRIPS("3082400002010164823ff6"),
        // The server sends one small entry after the other, without end.
        FLOODS("300c02010164070403613d623000"),
        REFERS_WITHOUT_END("3010020101730b04096c6461703a2f2f782f");

        private final String hex;

        Lie(String hex) {
            this.hex = hex;
        }

        byte[] octets() {
            return HexFormat.of().parseHex(hex);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CLOSES,                  false, UNREACHABLE",
        "SPEAKS_HTTP,             false, MALFORMED",
        "NAMES_TWO_GIGABYTES,     false, MALFORMED",
        "NAMES_FOUR_GIGABYTES,    false, MALFORMED",
        "NAMES_INDEFINITE_LENGTH, false, MALFORMED",
        "ANSWERS_SOMETHING_ELSE,  false, ",
        "ANSWERS_ANOTHER_REQUEST, false, TIMED_OUT",
        "IS_SILENT,               false, TIMED_OUT",
        "DRIPS,                   false, TIMED_OUT",
        "FLOODS,                  false, OVER_LIMIT",
        "REFERS_WITHOUT_END,      false, OVER_LIMIT",
        "CLOSES,                  true,  NO_TLS",
        "SPEAKS_HTTP,             true,  NO_TLS",
        "IS_SILENT,               true,  ",
        "DRIPS,                   true,  ",
    })
    void endsInTimeWithAName(Lie lie, boolean isTls, LdapFailure expected) throws Exception {
        try (Liar liar = new Liar(lie);
                LdapConnections connections = new LdapConnections(settings(isTls, liar.port()))) {
            long start = System.nanoTime();

            LdapFailure failure = failure(connections);

            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            assertThat(taken).isLessThan(TOTAL.plusSeconds(1));
            if (expected != null) {
                assertThat(failure).isEqualTo(expected);
            }
        }
    }

    @Test
    void asksTheNextServer() throws Exception {
        try (Liar closing = new Liar(Lie.CLOSES);
                Liar http = new Liar(Lie.SPEAKS_HTTP);
                FakeDirectory directory = new FakeDirectory()) {
            directory.add("cn=Alice", new Attribute("objectClass", "user"), new Attribute("mail", "alice@example.com"));
            LdapSettings good = directory.settings();
            LdapSettings settings = good.with(LdapSettings.Servers.of(
                            new LdapUrl(false, "127.0.0.1", unusedPort()),
                            new LdapUrl(false, "127.0.0.1", closing.port()),
                            new LdapUrl(false, "127.0.0.1", http.port()),
                            good.servers().urls().getFirst()))
                    .with(good.limits().times(TOTAL, Duration.ofMillis(300), Duration.ofSeconds(20)));
            try (LdapConnections connections = new LdapConnections(settings)) {
                String dn = connections.read((connection, deadline) -> new Entries(settings)
                        .of(connection, deadline, ALICE, List.of())
                        .orElseThrow()
                        .getDN());
                assertThat(dn).isEqualTo("cn=Alice," + FakeDirectory.BASE);
                // A change is also made on the server that answers. Servers that failed a moment ago are asked last.
                int before = closing.accepted() + http.accepted();
                assertThat(connections.<String>write((connection, _) -> connection.getHostPort()))
                        .isEqualTo(
                                "127.0.0.1:" + good.servers().urls().getFirst().port());
                assertThat(closing.accepted() + http.accepted()).isEqualTo(before);
            }
        }
    }

    @Test
    void waitsForAConnectionNoLongerThanTheLimit() throws Exception {
        try (FakeDirectory directory = new FakeDirectory();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            LdapSettings settings = directory.settings();
            settings = settings.with(settings.limits().connections(2).times(TOTAL, TOTAL, TOTAL));
            CountDownLatch taken = new CountDownLatch(2);
            CountDownLatch done = new CountDownLatch(1);
            try (LdapConnections connections = new LdapConnections(settings)) {
                LdapWork<Boolean> holding = (_, _) -> {
                    taken.countDown();
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return true;
                };
                Future<Boolean> first = threads.submit(() -> connections.read(Duration.ofSeconds(30), holding));
                Future<Boolean> second = threads.submit(() -> connections.read(Duration.ofSeconds(30), holding));
                taken.await();

                assertThat(failure(connections)).isIn(LdapFailure.BUSY, LdapFailure.TIMED_OUT);

                done.countDown();
                assertThat(first.get()).isTrue();
                assertThat(second.get()).isTrue();
                assertThat(new LdapCertificateSource(connections).find(ALICE)).isEmpty();
            }
        }
    }

    @Test
    void aClosedPoolSaysSo() throws Exception {
        try (FakeDirectory directory = new FakeDirectory()) {
            LdapConnections connections = new LdapConnections(directory.settings());
            connections.close();

            assertThat(failure(connections)).isEqualTo(LdapFailure.CLOSED);
        }
    }

    private LdapSettings settings(boolean isTls, int port) throws IOException {
        LdapUrl url = new LdapUrl(isTls, "127.0.0.1", port);
        Path trust = TlsIdentity.forAddress(folder.resolve("tls"), "127.0.0.1").authority();
        assertThat(Files.exists(trust)).isTrue();
        return new LdapSettings(
                "liar",
                new LdapSettings.Servers(List.of(url), false, Optional.of(trust), false),
                Optional.empty(),
                LdapSettings.Query.of("dc=example,dc=com", new LdapShape.Generic()),
                LdapSettings.Attributes.DEFAULT,
                LdapSettings.Limits.DEFAULT.times(Duration.ofMillis(500), Duration.ofMillis(500), TOTAL));
    }

    private static LdapFailure failure(LdapConnections connections) {
        StoreUnavailableException thrown = catchThrowableOfType(
                StoreUnavailableException.class, () -> new LdapCertificateSource(connections).find(ALICE));
        if (thrown != null && thrown.getCause() instanceof LdapFailureException named) {
            return named.failure();
        }
        throw new AssertionError("no failure with a name", thrown);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A server that tells one lie to everybody. */
    private static final class Liar implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicInteger accepted = new AtomicInteger();

        Liar(Lie lie) throws IOException {
            threads.execute(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        accepted.incrementAndGet();
                        open.add(socket);
                        threads.execute(() -> tell(lie, socket));
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        int accepted() {
            return accepted.get();
        }

        private static void tell(Lie lie, Socket socket) {
            try (socket) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                if (lie == Lie.CLOSES || in.read() < 0) {
                    return;
                }
                out.write(lie.octets());
                out.flush();
                while (lie == Lie.FLOODS || lie == Lie.REFERS_WITHOUT_END) {
                    out.write(lie.octets());
                }
                while (lie == Lie.DRIPS) {
                    Thread.sleep(50);
                    out.write(4);
                    out.flush();
                }
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException clientIsGone) {
                // The client has closed the connection, as it should.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket each : open) {
                each.close();
            }
            threads.shutdownNow();
        }
    }
}
