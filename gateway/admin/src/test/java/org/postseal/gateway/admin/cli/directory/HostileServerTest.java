package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests {@code cert explain} with a directory server that hangs, lies, refers elsewhere or says too much. */
final class HostileServerTest {
    private static final String BASE = "dc=example,dc=com";
    private static final String BOB = "bob@partner.example";

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void hangs() throws IOException {
        // The system accepts the connection, and nobody answers
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            int port = silent.getLocalPort();
            assertUnavailable(port, "ldap:corp did not answer in time: ldap://127.0.0.1:" + port + " (85 timeout)");
        }
    }

    @Test
    void isDown() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertUnavailable(port, "ldap:corp cannot be reached: ldap://127.0.0.1:" + port + " (91 connect error)");
    }

    @Test
    void refersElsewhere() throws Exception {
        InMemoryOperationInterceptor referring = new InMemoryOperationInterceptor() {
            @Override
            public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
                throw new LDAPException(
                        ResultCode.REFERRAL, "elsewhere", BASE, new String[] {"ldap://192.0.2.1/" + BASE});
            }
        };
        try (Server server = new Server(List.of(referring))) {
            assertUnavailable(
                    server.port(),
                    "ldap:corp refers elsewhere: ldap://127.0.0.1:" + server.port() + " names ldap://192.0.2.1/"
                            + BASE);
        }
    }

    @Test
    void answersWithTheEntryOfSomebodyElse() throws Exception {
        InMemoryOperationInterceptor lying = new InMemoryOperationInterceptor() {
            @Override
            public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
                request.sendSearchEntry(new Entry(
                        "uid=mallory," + BASE,
                        new Attribute("mail", "mallory@partner.example"),
                        new Attribute(
                                "userCertificate;binary",
                                issued("mallory@partner.example").encoded())));
            }
        };
        try (Server server = new Server(List.of(lying))) {
            assertThat(explain(server.port())).isEqualTo(ExitCode.REFUSED);
            assertThat(bench.out())
                    .containsExactly(
                            "SOURCE     CERTIFICATE  UNTIL  SUBJECT  WHAT IS SAID",
                            "files      -                            nothing for this address",
                            "ldap:corp  -                            nothing for this address",
                            "none: no certificate (code 4)");
        }
    }

    @Test
    void hasTwoEntriesForOneAddress() throws Exception {
        try (Server server = new Server(
                List.of(),
                entry("bob", issued(BOB).encoded()),
                entry("bob2", issued(BOB).encoded()))) {
            assertUnavailable(
                    server.port(),
                    "ldap:corp ambiguous: several entries have the address: uid=bob," + BASE + " and uid=bob2," + BASE);
        }
    }

    @Test
    void hasTwoThousandCertificates() throws Exception {
        byte[] one = issued(BOB).encoded();
        byte[][] many = IntStream.range(0, 2_000)
                .mapToObj(i -> {
                    byte[] other = Arrays.copyOf(one, one.length + 2);
                    other[one.length] = (byte) i;
                    other[one.length + 1] = (byte) (i >> 8);
                    return other;
                })
                .toArray(byte[][]::new);
        try (Server server = new Server(List.of(), entry("bob", many))) {
            assertUnavailable(
                    server.port(), "ldap:corp has more than our limit allows: more than 100 values of userCertificate");
        }
    }

    @Test
    void holdsWhatIsNoCertificateBesideOneThatIs() throws Exception {
        MailCertificate good = issued(BOB);
        String brief = good.id().hex().substring(0, 16);
        bench.directory("store/trust");
        bench.pem("store/issuer.pem", CommandBench.AUTHORITY.issuer());
        bench.pem("store/trust/root.pem", CommandBench.AUTHORITY.root());
        try (Server server = new Server(List.of(), entry("bob", new byte[] {0x30, 0x00}, good.encoded()))) {
            assertThat(explain(server.port())).isEqualTo(ExitCode.OK);
            assertThat(bench.out())
                    .containsExactly(
                            "SOURCE                     CERTIFICATE       UNTIL"
                                    + "       SUBJECT                 WHAT IS SAID",
                            "files                      -                          "
                                    + "                           nothing for this address",
                            "ldap:corp userCertificate  " + brief + "  2026-09-09  CN=bob@partner.example  usable",
                            "chosen: " + brief + " from ldap:corp, the only usable one");
        }
    }

    private void assertUnavailable(int port, String why) {
        assertThat(explain(port)).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(bench.out())
                .containsExactly(
                        "SOURCE     CERTIFICATE  UNTIL  SUBJECT  WHAT IS SAID",
                        "files      -                            nothing for this address",
                        "ldap:corp  -                            failed: " + why,
                        "mail waits: ldap:corp must be asked and cannot answer: " + why);
    }

    private int explain(int port) {
        bench.configure("""
            directory:
              ldap:
                corp:
                  urls: "ldap://127.0.0.1:%d"
                  base: "%s"
                  limits: { connect: 300ms, response: 300ms, total: 600ms }
            """.formatted(port, BASE));
        return bench.run("cert", "explain", BOB);
    }

    private static Entry entry(String name, byte[]... certificates) {
        return new Entry(
                "uid=" + name + "," + BASE,
                new Attribute("mail", BOB),
                new Attribute("userCertificate;binary", certificates));
    }

    private static MailCertificate issued(String address) {
        return CommandBench.issue(address, 100).certificate();
    }

    /** A directory server in memory. */
    private static final class Server implements AutoCloseable {
        private final InMemoryDirectoryServer server;

        Server(List<InMemoryOperationInterceptor> interceptors, Entry... entries) throws LDAPException {
            InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
            config.setSchema(null);
            config.setListenerConfigs(
                    InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
            interceptors.forEach(config::addInMemoryOperationInterceptor);
            server = new InMemoryDirectoryServer(config);
            server.add(new Entry(BASE, new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
            for (Entry entry : entries) {
                server.add(entry);
            }
            server.startListening();
        }

        int port() {
            return server.getListenPort();
        }

        @Override
        public void close() {
            server.shutDown(true);
        }
    }
}
