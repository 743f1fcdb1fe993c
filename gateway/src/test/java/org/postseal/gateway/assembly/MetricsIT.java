package org.postseal.gateway.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.e2e.Await;
import org.postseal.gateway.e2e.Requirements;
import org.postseal.gateway.e2e.SmtpSender;
import org.postseal.gateway.metrics.Exposition;
import org.postseal.gateway.pipeline.Parties;
import org.postseal.gateway.recording.StageRecording;
import org.postseal.gateway.testing.Action;
import org.postseal.gateway.testing.Script;
import org.postseal.gateway.testing.ScriptedNextHop;

/** What a running gateway shows, read as Prometheus and a load balancer read it. */
class MetricsIT {
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_0-9]+)=\"");
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^\\| [^`|]+ \\| `(.+)` \\|$");
    private static final Pattern FAMILY = Pattern.compile("postseal_\\w+");
    private static final String RELAY = policy("{ id: relay, when: always, then: { sign: never } }");
    private static final String SIGN = policy("{ id: sign, when: always, then: { sign: required } }");
    private static final String REFUSE = policy("{ id: refuse, when: always, then: reject }");
    private static final String BROKEN = policy("{ id: broken, when: always, then: rejct }");

    @TempDir
    private Path home;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    @BeforeEach
    void files() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        write("policy.yaml", RELAY);
        start(Script.polite(), "127.0.0.1:0", "");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
        http.close();
    }

    @Test
    void mailIsCountedByWhatBecameOfIt() throws Exception {
        startAgain(Script.onLine("RCPT TO:<busy@", new Action.Say("451 4.2.1 busy\r\n")), "127.0.0.1:0", "");
        send("bob@partner.example");
        send("bob@partner.example", "busy@partner.example");
        change("policy.yaml", REFUSE);
        send("bob@partner.example");

        Exposition shown = scrape();
        assertThat(shown.samples("postseal_recipients_total"))
                .isEqualTo(Map.of(
                        recipients("deliver", "outbound", "none", "accepted"), 2.0,
                        recipients("deliver", "outbound", "NEXT_HOP_DEFERRED", "deferred"), 1.0,
                        recipients("reject", "outbound", "POLICY_REFUSED", "refused"), 1.0));
        assertThat(shown.value("postseal_messages_total{protocol=\"lmtp\",role=\"submission\"}"))
                .isEqualTo(3);
        assertThat(shown.value("postseal_message_bytes_total{protocol=\"lmtp\",role=\"submission\"}"))
                .isEqualTo(3.0 * message().length);
        assertThat(shown.value("postseal_message_duration_seconds_count")).isEqualTo(3);
        assertThat(stages(shown))
                .isEqualTo(Map.ofEntries(
                        Map.entry("intake", 3.0),
                        Map.entry("guard", 3.0),
                        Map.entry("inspect", 3.0),
                        Map.entry("open", 4.0),
                        Map.entry("facts", 3.0),
                        Map.entry("decide", 4.0),
                        Map.entry("split", 3.0),
                        Map.entry("seal", 2.0),
                        Map.entry("deliver", 3.0),
                        Map.entry("send", 2.0)));
        assertThat(shown.samples("postseal_journal_recipients_total"))
                .isEqualTo(Map.of(
                        "postseal_journal_recipients_total{state=\"accepted\"}", 2.0,
                        "postseal_journal_recipients_total{state=\"in_doubt\"}", 0.0,
                        "postseal_journal_recipients_total{state=\"sent_again\"}", 0.0,
                        "postseal_journal_recipients_total{state=\"suppressed\"}", 0.0));
        assertThat(shown.value("postseal_crypto_gate_busy")).isZero();
    }

    @Test
    void theDocumentNamesEveryFigure() throws Exception {
        write("next.yaml", REFUSE);
        write("policy.yaml", SIGN);
        write("anchors.pem", Parties.issued(Parties.ALICE).certificate().toPem());
        startAgain(Script.polite(), "127.0.0.1:0", """
                policy: { shadow: next.yaml }
                directory: { publicCopy: public/certificates.db }
                audit: { file: audit.jsonl, timestamp: { trust: anchors.pem } }
                """);
        send("bob@partner.example");
        List<String> shown = scrape().families().values().stream()
                .filter(family -> family.name().startsWith("postseal_"))
                .map(family -> "| `" + family.name() + "` | " + family.type() + " | " + labels(family) + " | "
                        + family.help() + " |")
                .toList();
        List<String> documented = Files.readAllLines(Path.of("../docs/metrics.md")).stream()
                .filter(line -> line.startsWith("| `postseal_"))
                .toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(shown);
    }

    private static String labels(Exposition.Family family) {
        return family.samples().keySet().stream()
                .flatMap(sample -> LABEL.matcher(sample).results())
                .map(found -> found.group(1))
                .filter(name -> !name.equals("le"))
                .distinct()
                .sorted()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void whatExpiresIsShownByKind() throws Exception {
        // both keys end then: the one that comes first by its name is told
        String key = Stream.of(Parties.ALICE, Parties.ANNA)
                .map(owner -> Parties.issued(owner).certificate().id().hex())
                .sorted()
                .findFirst()
                .orElseThrow();
        Map<String, Double> shown = scrape().samples("postseal_certificate_next_expiry_timestamp_seconds");
        assertThat(shown)
                .containsEntry(
                        "postseal_certificate_next_expiry_timestamp_seconds{kind=\"key\",sha256=\"" + key + "\"}",
                        (double) Parties.NOW.plus(Duration.ofDays(2000)).getEpochSecond());
        assertThat(shown.keySet())
                .hasSize(2)
                .anyMatch(sample -> sample.matches(".*kind=\"anchor\",sha256=\"[0-9a-f]{64}\".*"));
        assertThat(scrape().value("postseal_certificates{kind=\"key\",state=\"valid\"}"))
                .isEqualTo(2);
    }

    @Test
    void aBrokenPolicyShowsUntilItIsMended() throws Exception {
        String sha256 = setup.rules().sha256();
        Exposition before = scrape();
        assertThat(before.value("postseal_policy_broken")).isZero();
        assertThat(before.value("postseal_policy_info{sha256=\"" + sha256 + "\"}"))
                .isEqualTo(1);

        change("policy.yaml", BROKEN);
        assertThat(send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
        Exposition broken = scrape();
        assertThat(broken.value("postseal_policy_broken")).isEqualTo(1);
        assertThat(broken.value("postseal_policy_problems")).isEqualTo(1);
        assertThat(broken.samples("postseal_policy_info"))
                .isEqualTo(Map.of("postseal_policy_info{sha256=\"" + sha256 + "\"}", 1.0));
        assertThat(broken.value("postseal_policy_reloads_total{result=\"failure\"}"))
                .isEqualTo(1);
        assertThat(get("/ready").statusCode()).isEqualTo(200);

        change("policy.yaml", REFUSE);
        Exposition mended = scrape();
        assertThat(mended.value("postseal_policy_broken")).isZero();
        assertThat(mended.value("postseal_policy_problems")).isZero();
        assertThat(mended.samples("postseal_policy_info").keySet())
                .containsExactly(
                        "postseal_policy_info{sha256=\"" + gateway.policyState().sha256() + "\"}")
                .doesNotContain("postseal_policy_info{sha256=\"" + sha256 + "\"}");
        assertThat(mended.value("postseal_policy_reloads_total{result=\"success\"}"))
                .isEqualTo(1);
    }

    @Test
    void aBrokenShadowPolicyShowsToo() throws Exception {
        write("next.yaml", REFUSE);
        startAgain(Script.polite(), "127.0.0.1:0", "policy: { shadow: next.yaml }");
        assertThat(scrape().samples("postseal_shadow_policy_info")).hasSize(1);

        change("next.yaml", BROKEN);
        assertThat(scrape().value("postseal_shadow_policy_broken")).isEqualTo(1);
        assertThat(scrape().value("postseal_policy_broken")).isZero();

        Files.delete(home.resolve("next.yaml"));
        reload.look();
        reload.look();
        assertThat(scrape().value("postseal_shadow_policy_broken")).isZero();
    }

    @Test
    void aSignatureIsCountedForWhoMadeIt() throws Exception {
        change("policy.yaml", SIGN);
        Map<String, Double> before = scrape().families().containsKey("postseal_crypto_operations_total")
                ? scrape().samples("postseal_crypto_operations_total")
                : Map.of();
        send("bob@partner.example");
        send("bob@partner.example");
        Map<String, Double> more = new TreeMap<>();
        scrape().samples("postseal_crypto_operations_total").forEach((sample, value) -> {
            if (value > before.getOrDefault(sample, 0.0)) {
                more.put(sample, value - before.getOrDefault(sample, 0.0));
            }
        });
        String provider = ProviderReport.now().choices().stream()
                .filter(choice -> choice.algorithm().equals("SHA256withECDSA"))
                .findFirst()
                .flatMap(ProviderReport.Choice::provider)
                .orElseThrow();
        assertThat(more)
                .isEqualTo(Map.of(
                        "postseal_crypto_operations_total{algorithm=\"SHA256withECDSA\",operation=\"sign\",provider=\""
                                + provider + "\",result=\"done\"}",
                        2.0));
    }

    @Test
    void aRecordingHasTheWholeRoad() throws Exception {
        change("policy.yaml", SIGN);
        Path file = home.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(StageRecording.NAME);
            recording.start();
            send("bob@partner.example");
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(StageRecording.NAME))
                .sorted(Comparator.comparing(RecordedEvent::getEndTime))
                .toList();
        assertThat(events.stream().map(event -> event.getString("stage")))
                .containsExactly(
                        "intake", "guard", "inspect", "open", "facts", "decide", "facts", "split", "seal", "claim",
                        "prepare", "send", "settle", "deliver", "audit");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("queueId"))
                    .isNotEmpty()
                    .isEqualTo(events.getFirst().getString("queueId"));
            assertThat(event.getInt("recipients")).isEqualTo(1);
            assertThat(event.getLong("bytes")).isEqualTo(message().length);
        });
    }

    @Test
    void theProvidersAreThoseThatCheckPrints() throws Exception {
        Map<String, TreeSet<String>> shown = new TreeMap<>();
        scrape().samples("postseal_crypto_provider_info")
                .keySet()
                .forEach(sample -> shown.computeIfAbsent(label(sample, "provider"), _ -> new TreeSet<>())
                        .add(label(sample, "algorithm")
                                + (label(sample, "operation").equals("keys") ? " keys" : "")));

        Map<String, TreeSet<String>> printed = new TreeMap<>();
        ProviderReport.lines().stream()
                .filter(line -> line.startsWith("provider "))
                .map(line -> line.substring("provider ".length()).split(": ", 2))
                .forEach(parts -> printed.put(parts[0], new TreeSet<>(List.of(parts[1].split(", ")))));
        assertThat(printed).isNotEmpty();
        assertThat(shown).isEqualTo(printed);
    }

    @Test
    void prometheusOwnToolFindsNoFault() throws Exception {
        Requirements.programs("promtool");
        send("bob@partner.example");
        assertThat(promtool(get("/metrics").body(), "check", "metrics")).isEqualTo("0 ");
    }

    @Test
    void theDocumentedExamplesAreTakenByPrometheus() throws Exception {
        Requirements.programs("promtool");
        String page = Files.readString(Path.of("../docs/metrics.md"));
        String yaml = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n", page.indexOf("```yaml")));
        Path config = Files.writeString(home.resolve("prometheus.yml"), yaml);
        assertThat(promtool("", "check", "config", config.toString())).startsWith("0 ");

        List<String> expressions = EXPRESSION
                .matcher(page.substring(page.indexOf("| question |")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(expressions).hasSize(9);
        StringBuilder rules = new StringBuilder("groups:\n- name: documented\n  rules:\n");
        expressions.forEach(expression -> rules.append("  - { alert: A")
                .append(rules.length())
                .append(", expr: '")
                .append(expression)
                .append("' }\n"));
        Path file = Files.writeString(home.resolve("rules.yml"), rules);
        assertThat(promtool("", "check", "rules", file.toString())).startsWith("0 ");
        change("policy.yaml", SIGN);
        send("bob@partner.example");
        String served = get("/metrics").body();
        assertThat(FAMILY.matcher(String.join("\n", expressions))
                        .results()
                        .map(found -> found.group().replaceAll("_bucket$", "")))
                .isNotEmpty()
                .allMatch(family -> served.contains("# TYPE " + family + " "));
    }

    /** Its exit code and what it said. */
    private static String promtool(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() + " " + said;
    }

    @Test
    void whatIsShownNamesNobody() throws Exception {
        send("bob@partner.example");
        assertThat(get("/metrics").body()).doesNotContain("bob", "alice", "partner.example", "example.com", "Hello");
    }

    @Test
    void readinessNamesThePartThatFails() throws Exception {
        assertThat(get("/live").body()).isEqualTo("live\n");
        assertThat(get("/ready").body()).isEqualTo("ready\n");

        // what SQLite opens anew when it was removed is now a folder
        Files.delete(home.resolve("journal.db"));
        Files.createDirectory(home.resolve("journal.db"));
        HttpResponse<String> answer = awaitReady(503);
        assertThat(answer.body()).isEqualTo("journal: fails, see the log\n");
        assertThat(get("/live").statusCode()).isEqualTo(200);

        // a log that cannot be opened anew
        Files.move(home.resolve("audit.jsonl"), home.resolve("audit.1"));
        Files.createDirectory(home.resolve("audit.jsonl"));
        reload.signalled();
        awaitReadyText("audit log: fails, see the log\njournal: fails, see the log\n");

        Files.delete(home.resolve("journal.db"));
        Files.delete(home.resolve("audit.jsonl"));
        assertThat(awaitReady(200).body()).isEqualTo("ready\n");
    }

    @Test
    void aGatewayThatDrainsIsAliveAndNotReady() throws Exception {
        int port = gateway.addresses().getFirst().getPort();
        Thread draining;
        try (Socket busy = new Socket(InetAddress.getLoopbackAddress(), port)) {
            busy.getOutputStream().write("LHLO mta\r\nMAIL FROM:<alice@example.com>\r\n".getBytes(ISO_8859_1));
            awaitText(busy, "2.1.0");
            draining = Thread.ofVirtual().start(() -> {
                try {
                    gateway.drain(Duration.ofSeconds(30));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(awaitReady(503).body()).isEqualTo("listeners: draining\n");
            assertThat(get("/live").statusCode()).isEqualTo(200);
        }
        draining.join();
    }

    @Test
    void itIsNotReadyBeforeConnectionsArePutOff() throws Exception {
        startAgain(Script.polite(), "127.0.0.1:0", "limits: { connections: 10 }");
        InetSocketAddress listener = gateway.addresses().getFirst();
        Deque<Socket> open = new ArrayDeque<>();
        try {
            for (int i = 0; i < 9; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), listener.getPort()));
                awaitText(open.getLast(), "220 ");
            }
            assertThat(awaitReady(503).body()).isEqualTo("gates: nearly full: connections\n");
            String label = "{listener=\"127.0.0.1:" + listener.getPort() + "\"}";
            assertThat(scrape().value("postseal_connections" + label)).isEqualTo(9);
            assertThat(scrape().value("postseal_connections_limit" + label)).isEqualTo(10);
            assertThat(send("bob@partner.example")).as("not closed yet").containsExactly("250 2.0.0 queued as 4ABC");
            open.pop().close();
            open.pop().close();
            assertThat(awaitReady(200).body()).isEqualTo("ready\n");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void itIsNotReadyBeforeMessagesArePutOff() throws Exception {
        startAgain(Script.polite(), "127.0.0.1:0", "limits: { octetsInFlight: 1048576, messageOctets: 1048576 }");
        try (Socket busy = new Socket(
                InetAddress.getLoopbackAddress(), gateway.addresses().getFirst().getPort())) {
            busy.getOutputStream()
                    .write("LHLO mta\r\nMAIL FROM:<alice@example.com> SIZE=500000\r\n".getBytes(ISO_8859_1));
            awaitText(busy, "2.1.0");
            assertThat(awaitReady(503).body()).isEqualTo("gates: nearly full: octets in flight\n");
            assertThat(scrape().value("postseal_octets_in_flight")).isEqualTo(500_000);
            assertThat(scrape().value("postseal_octets_in_flight_limit")).isEqualTo(1_048_576);
        }
        assertThat(awaitReady(200).body()).isEqualTo("ready\n");
    }

    @Test
    void aPortThatIsTakenKeepsNoMailFromFlowing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            startAgain(Script.polite(), "127.0.0.1:" + taken.getLocalPort(), "");
            assertThat(gateway.metricsAddress()).isEmpty();
            assertThat(send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
        }
    }

    @Test
    void withNoneNothingIsServed() throws Exception {
        startAgain(Script.polite(), "none", "");
        assertThat(gateway.metricsAddress()).isEmpty();
        assertThat(send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
    }

    @Test
    void hostileClientsKeepNoMailFromFlowing() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Socket socket = new Socket(
                        gateway.metricsAddress().orElseThrow().getAddress(),
                        gateway.metricsAddress().orElseThrow().getPort());
                held.add(socket);
                String start = i % 3 == 0
                        ? "POST /metrics HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"
                        : "GET /" + "a".repeat(i);
                socket.getOutputStream().write(start.getBytes(ISO_8859_1));
            }
            assertThat(send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
            assertThat(scrape().value("postseal_messages_total{protocol=\"lmtp\",role=\"submission\"}"))
                    .isEqualTo(1);
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    private Exposition scrape() throws Exception {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return Exposition.read(answer.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + path);
        return http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void awaitReadyText(String text) {
        Await.until(() -> readyText().equals(text), this::readyText);
    }

    private String readyText() {
        try {
            return get("/ready").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** An answer holds for a second. */
    private HttpResponse<String> awaitReady(int status) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        HttpResponse<String> answer = get("/ready");
        while (answer.statusCode() != status && System.nanoTime() < end) {
            Thread.sleep(100);
            answer = get("/ready");
        }
        assertThat(answer.statusCode()).isEqualTo(status);
        return answer;
    }

    private static void awaitText(Socket socket, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int octet = socket.getInputStream().read();
            assertThat(octet).isNotNegative();
            read.append((char) octet);
        }
    }

    private static String recipients(String decision, String direction, String reason, String reply) {
        return "postseal_recipients_total{decision=\"" + decision + "\",direction=\"" + direction + "\",reason=\""
                + reason + "\",reply=\"" + reply + "\"}";
    }

    private static Map<String, Double> stages(Exposition shown) {
        Map<String, Double> counts = new TreeMap<>();
        shown.samples("postseal_stage_duration_seconds").forEach((sample, value) -> {
            if (sample.startsWith("postseal_stage_duration_seconds_count")) {
                counts.put(label(sample, "stage"), value);
            }
        });
        return counts;
    }

    private static String label(String sample, String name) {
        int start = sample.indexOf(name + "=\"") + name.length() + 2;
        return sample.substring(start, sample.indexOf('"', start));
    }

    private void startAgain(Script script, String metrics, String lines) throws IOException {
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
        Checked<Setup> checked = setups.read(config);
        setup = checked.value()
                .orElseThrow(() -> new AssertionError(checked.problems().toString()));
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(assembly, setups, config, gateway, setup, InstantSource.system());
    }

    private void write(String name, String policy) throws IOException {
        Files.writeString(home.resolve(name), policy);
    }

    private void change(String name, String policy) throws IOException {
        write(name, policy);
        reload.look();
        reload.look();
    }

    private List<String> send(String... recipients) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("alice@example.com", List.of(recipients), message())
                    .data();
        }
    }

    private static byte[] message() {
        return """
                From: <alice@example.com>
                To: <bob@partner.example>
                Message-ID: <1@test>

                Hello
                """.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    private static String policy(String rule) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - " + rule + "\n";
    }
}
