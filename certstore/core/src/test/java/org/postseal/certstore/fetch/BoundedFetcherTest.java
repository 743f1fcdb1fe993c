package org.postseal.certstore.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.AddressRange;

@Tag("thorough")
class BoundedFetcherTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestServer server = new TestServer("127.0.0.1");
    private final TestServer canary = new TestServer("127.0.0.2");

    @AfterEach
    void stop() throws Exception {
        server.close();
        canary.close();
    }

    private static FetchSettings settings(int redirects, String... hosts) {
        return new FetchSettings(
                Duration.ofMillis(500),
                Duration.ofMillis(800),
                List.of(hosts),
                List.of(AddressRange.of("127.0.0.1/32")),
                Set.of(),
                redirects);
    }

    private FetchResult get(String uri) {
        return new BoundedFetcher(settings(0)).get(uri, 1_000, LONG);
    }

    private static String body(FetchResult result) {
        return result instanceof FetchResult.Fetched fetched
                ? new String(fetched.body(), StandardCharsets.UTF_8)
                : result.toString();
    }

    private static TestServer.Behaviour raw(String answer) {
        return (_, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void bodiesComeByLengthByChunksAndToTheEnd() {
        server.on("/length", TestServer.body("hello".getBytes(StandardCharsets.UTF_8)));
        server.on("/end", raw("HTTP/1.0 200 OK\r\n\r\nhello"));
        server.on(
                "/chunks?x=1",
                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"));
        for (String path : List.of("/length", "/end", "/chunks?x=1")) {
            assertThat(body(get(server.uri(path)))).isEqualTo("hello");
        }
    }

    @Test
    void postsTheBodyWithItsType() {
        List<String> received = new ArrayList<>();
        server.on("/post", (body, out) -> {
            received.add(new String(body, StandardCharsets.UTF_8));
            out.write(TestServer.head("200 OK", "Content-Length: 0"));
        });
        assertThat(body(new BoundedFetcher(settings(0))
                        .post(server.uri("/post"), "a/b", "ask".getBytes(StandardCharsets.UTF_8), 10, LONG)))
                .isEmpty();
        assertThat(received).containsExactly("ask");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 404 No\\r\\n\\r\\n | status 404",
                "HTTP/1.1 204 No\\r\\n\\r\\n | status 204",
                "SSH-2.0-x\\r\\n | not an HTTP answer",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhello | answer breaks off",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 1001\\r\\n\\r\\n | answer longer than 1000 octets",
                "HTTP/1.1 200 OK\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n | malformed content length",
                "HTTP/1.1 200 OK\\r\\nContent-Length: -1\\r\\n\\r\\n | malformed content length",
                "HTTP/1.1 200 OK\\r\\nnonsense\\r\\n\\r\\n | malformed header field",
                "HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\n\\r\\n | content encoding that was not asked for",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n | transfer encoding that was not asked for",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n | malformed chunk",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n"
                        + "\\r\\nffff\\r\\n | answer longer than 1000 octets",
                "HTTP/1.1 302 Go\\r\\nLocation: /other\\r\\n\\r\\n | redirect is not followed",
            })
    void badAnswersAreFailures(String answer, String why) {
        server.on("/", raw(answer.strip().replace("\\r", "\r").replace("\\n", "\n")));
        assertThat(get(server.uri("/"))).isEqualTo(new FetchResult.Failed(why));
    }

    @Test
    void anEndlessHeaderAndAnEndlessBodyEnd() {
        AtomicInteger sent = new AtomicInteger();
        server.on("/body", TestServer.gigabyte(sent));
        server.on("/long", TestServer.gigabyte(sent, "Content-Length: 1000000000"));
        server.on("/header", raw("HTTP/1.1 200 OK\r\n" + "X-Y: zzzzzzzzzzzz\r\n".repeat(1_000)));
        assertThat(get(server.uri("/header"))).isEqualTo(new FetchResult.Failed("header longer than 16384 octets"));
        assertThat(get(server.uri("/body"))).isEqualTo(new FetchResult.Failed("answer longer than 1000 octets"));
        assertThat(get(server.uri("/long"))).isEqualTo(new FetchResult.Failed("answer longer than 1000 octets"));
        assertThat(sent).hasValueLessThan(30_000_000); // the buffers of the kernel take so much
    }

    @Test
    void slowServersAreLeftInTime() {
        server.on("/hang", TestServer.hanging());
        server.on("/drip", TestServer.dripping());
        for (String path : List.of("/hang", "/drip")) {
            long start = System.nanoTime();
            assertThat(get(server.uri(path))).isEqualTo(new FetchResult.Failed("no answer within 800 ms"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
        assertThat(new BoundedFetcher(settings(0)).get(server.uri("/hang"), 10, Duration.ofMillis(50)))
                .isEqualTo(new FetchResult.Failed("no answer within 50 ms"));
    }

    @Test
    void redirectsAreFollowedToTheSameHostOnlyAndNotForEver() {
        server.on("/once", TestServer.status("302 Found", "Location: /there"));
        server.on("/there", TestServer.body("hello".getBytes(StandardCharsets.UTF_8)));
        server.on("/loop", TestServer.status("302 Found", "Location: " + server.uri("/loop")));
        server.on("/out", TestServer.status("302 Found", "Location: " + canary.uri("/")));
        server.on("/https", TestServer.status("302 Found", "Location: https://127.0.0.1/"));
        BoundedFetcher two = new BoundedFetcher(settings(2));
        assertThat(body(two.get(server.uri("/once"), 1_000, LONG))).isEqualTo("hello");
        int before = server.hits();
        assertThat(two.get(server.uri("/loop"), 1_000, LONG))
                .isEqualTo(new FetchResult.Failed("redirect is not followed"));
        assertThat(server.hits() - before).isEqualTo(3);
        assertThat(two.get(server.uri("/out"), 1_000, LONG))
                .isEqualTo(new FetchResult.Refused("redirect to another host is not followed"));
        assertThat(two.get(server.uri("/https"), 1_000, LONG))
                .isEqualTo(new FetchResult.Refused("only http is spoken, not https"));
        assertThat(canary.hits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.2", "0.0.0.0", "0x7f.0.0.2", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254",
                "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.2]",
                        "[64:ff9b::7f00:2]",
                "[fe80::1]", "[fd00::1]", "[ff02::1]", "[2002:7f00:2::1]", "[2001:0:7f00:2::]", "localhost"
            })
    void addressesThatAreNotPublicAreNotConnectedTo(String host) {
        // The name localhost leads to 127.0.0.1, which the settings of the other tests allow.
        FetchSettings strict =
                new FetchSettings(Duration.ofMillis(500), Duration.ofMillis(800), List.of(), List.of(), Set.of(), 0);
        FetchResult result = new BoundedFetcher(strict).get("http://" + host + ":" + canary.port() + "/", 10, LONG);
        assertThat(result).isNotInstanceOf(FetchResult.Fetched.class);
        if (!host.startsWith("0x")) { // some resolvers read 0x as a number, others as a name
            assertThat(result).isInstanceOf(FetchResult.Refused.class);
        }
        assertThat(canary.hits()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true", "1.1.1.1, true", "172.32.0.1, true", "192.0.3.1, true", "2a00:1450::1, true",
        "2001:4860::8888, true", "172.16.0.1, false", "198.51.100.7, false", "240.0.0.1, false", "2001:db8::1, false",
        "::127.0.0.1, false", "64:ff9b:1::1, false", "fec0::1, false", "100::1, false"
    })
    void publicAddressesAreTold(String address, boolean isPublic) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.ofLiteral(address))).isEqualTo(isPublic);
    }

    @Test
    void theNameIsResolvedOnceAndTheCheckedAddressConnectedTo() {
        server.on("/", TestServer.body("hello".getBytes(StandardCharsets.UTF_8)));
        AtomicInteger asked = new AtomicInteger();
        // This is a rebinding name server: it first answers with an allowed address, and from then on with a forbidden
        // one.
        HostResolver rebinding =
                _ -> List.of(InetAddress.ofLiteral(asked.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2"));
        BoundedFetcher fetcher = new BoundedFetcher(settings(0), rebinding);
        String uri = "http://ca.example:" + server.port() + "/";
        assertThat(body(fetcher.get(uri, 10, LONG))).isEqualTo("hello");
        assertThat(asked).hasValue(1);
        assertThat(fetcher.get(uri, 10, LONG))
                .isEqualTo(new FetchResult.Refused("address of ca.example is not public"));
        BoundedFetcher mixed = new BoundedFetcher(
                settings(0), _ -> List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1")));
        assertThat(body(mixed.get(uri, 10, LONG))).isEqualTo("hello");
        assertThat(canary.hits()).isZero();
    }

    @Test
    void aNameServerThatHangsIsLeftInTime() {
        BoundedFetcher fetcher = new BoundedFetcher(settings(0), _ -> {
            try {
                Thread.sleep(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
        long start = System.nanoTime();
        assertThat(fetcher.get("http://ca.example/", 10, LONG))
                .isEqualTo(new FetchResult.Failed("no answer within 800 ms"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({
        "ldap://127.0.0.1/cn=x, 'only http is spoken, not ldap'",
        "https://127.0.0.1/, 'only http is spoken, not https'",
        "file:///etc/passwd, 'only http is spoken, not file'",
        "/relative, 'only http is spoken, not null'",
        "http://user@127.0.0.1/, not an address of a host",
        "http:///x, not an address of a host",
        "http://a b/, not an address",
        "http://other.example/, host other.example is not on the list",
        "http://ca.example.evil.example/, host ca.example.evil.example is not on the list",
    })
    void whatIsNoAddressOfOursIsRefused(String uri, String why) {
        assertThat(new BoundedFetcher(settings(0, "127.0.0.1", "*.ca.example")).get(uri, 10, LONG))
                .isEqualTo(new FetchResult.Refused(why));
    }

    @Test
    void hostsAndPortsAreLists() {
        FetchSettings lists = settings(0, "CA.example", "*.pki.example");
        assertThat(lists.allowsHost("ca.EXAMPLE")).isTrue();
        assertThat(lists.allowsHost("a.b.pki.example")).isTrue();
        assertThat(lists.allowsHost("pki.example")).isFalse();
        assertThat(lists.allowsHost("xpki.example")).isFalse();
        assertThat(new BoundedFetcher(FetchSettings.DEFAULTS).get("http://8.8.8.8:25/", 10, LONG))
                .isEqualTo(new FetchResult.Refused("port 25 is not on the list"));
        assertThat(new BoundedFetcher(FetchSettings.DEFAULTS).get("http://a.example/" + "x".repeat(2_048), 10, LONG))
                .isEqualTo(new FetchResult.Refused("address longer than 2048 characters"));
    }

    @Test
    void aClosedPortIsAFailure() throws Exception {
        // Nobody listens there, and no other process can take the port.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));

            assertThat(get("http://127.0.0.1:" + bound.getLocalPort() + "/"))
                    .isEqualTo(new FetchResult.Failed("Connection refused"));
        }
    }
}
