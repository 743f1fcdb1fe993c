package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Exposition;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Holds what tests of the figures have in common: a gateway with a policy that relays, read as Prometheus and a load
 * balancer read it.
 */
final class MetricsBench implements AutoCloseable {
    static final String SIGN = policy("{ id: sign, when: always, then: { sign: required } }");
    static final String REFUSE = policy("{ id: refuse, when: always, then: reject }");
    static final String BROKEN = policy("{ id: broken, when: always, then: rejct }");
    private static final String RELAY = policy("{ id: relay, when: always, then: { sign: never } }");

    private final Path home;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    MetricsBench(Path home) throws IOException {
        this.home = home;
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        write("policy.yaml", RELAY);
        start(Script.polite(), "127.0.0.1:0", "");
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
        http.close();
    }

    Path home() {
        return home;
    }

    Setup setup() {
        return setup;
    }

    RunningGateway gateway() {
        return gateway;
    }

    Reload reload() {
        return reload;
    }

    void startAgain(Script script, String metrics, String lines) throws IOException {
        gateway.close();
        setup.close();
        hop.close();
        start(script, metrics, lines);
    }

    private void start(Script script, String metrics, String lines) throws IOException {
        hop = new ScriptedNextHop(script);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
            nextHop: "127.0.0.1:%d"
            metrics: { address: "%s" }
            %s
            """.formatted(hop.port(), metrics, lines));
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        setup = Setups.read(setups, config);
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, InstantSource.system());
    }

    void write(String name, String policy) throws IOException {
        Files.writeString(home.resolve(name), policy);
    }

    void change(String name, String policy) throws IOException {
        write(name, policy);
        reload.look();
        reload.look();
    }

    List<String> send(String... recipients) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("alice@example.com", List.of(recipients), message())
                    .data();
        }
    }

    static byte[] message() {
        return """
            From: <alice@example.com>
            To: <bob@partner.example>
            Message-ID: <1@test>

            Hello
            """.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    Exposition scrape() throws Exception {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return Exposition.read(answer.body());
    }

    HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    void awaitReadyText(String text) {
        Await.until(() -> readyText().equals(text), this::readyText);
    }

    private String readyText() {
        try {
            return get("/ready").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the answer has this status. An answer is repeated for a second. */
    HttpResponse<String> awaitReady(int status) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        HttpResponse<String> answer = get("/ready");
        while (answer.statusCode() != status && System.nanoTime() < end) {
            Thread.sleep(100);
            answer = get("/ready");
        }
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer;
    }

    static void awaitText(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int octet = socket.getInputStream().read();
            assertThat(octet).isNotNegative();
            read.append((char) octet);
        }
    }

    static String label(String sample, String name) {
        int start = sample.indexOf(name + "=\"") + name.length() + 2;
        return sample.substring(start, sample.indexOf('"', start));
    }

    private static String policy(String rule) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - " + rule + "\n";
    }
}
