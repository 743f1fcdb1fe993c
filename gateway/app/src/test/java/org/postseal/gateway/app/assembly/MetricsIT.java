package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Exposition;
import org.postseal.gateway.testkit.Script;

/**
 * Tests what a running gateway counts, read as Prometheus reads it. Tests also that nobody can keep it from its mail by
 * reading.
 */
class MetricsIT {
    @AutoClose
    private final MetricsBench bench;

    MetricsIT(@TempDir Path home) throws IOException {
        bench = new MetricsBench(home);
    }

    @Test
    void mailIsCountedByWhatBecameOfIt() throws Exception {
        bench.startAgain(Script.onLine("RCPT TO:<busy@", new Action.Say("451 4.2.1 busy\r\n")), "127.0.0.1:0", "");
        bench.send("bob@partner.example");
        bench.send("bob@partner.example", "busy@partner.example");
        bench.change("policy.yaml", MetricsBench.REFUSE);
        bench.send("bob@partner.example");

        Exposition shown = bench.scrape();
        assertThat(shown.samples("postseal_recipients_total"))
                .isEqualTo(Map.of(
                        recipients("deliver", "outbound", "none", "accepted"), 2.0,
                        recipients("deliver", "outbound", "NEXT_HOP_DEFERRED", "deferred"), 1.0,
                        recipients("reject", "outbound", "POLICY_REFUSED", "refused"), 1.0));
        assertThat(shown.value("postseal_messages_total{protocol=\"lmtp\",role=\"submission\"}"))
                .isEqualTo(3);
        assertThat(shown.value("postseal_message_bytes_total{protocol=\"lmtp\",role=\"submission\"}"))
                .isEqualTo(3.0 * MetricsBench.message().length);
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
    void whatExpiresIsShownByKind() throws Exception {
        // Both keys expire at the same time. The one whose name comes first is shown
        String key = Stream.of(Parties.ALICE, Parties.ANNA)
                .map(owner -> Parties.issued(owner).certificate().id().hex())
                .sorted()
                .findFirst()
                .orElseThrow();
        Map<String, Double> shown = bench.scrape().samples("postseal_certificate_next_expiry_timestamp_seconds");
        assertThat(shown)
                .containsEntry(
                        "postseal_certificate_next_expiry_timestamp_seconds{kind=\"key\",sha256=\"" + key + "\"}",
                        (double) Parties.NOW.plus(Duration.ofDays(2000)).getEpochSecond());
        assertThat(shown.keySet())
                .hasSize(2)
                .anyMatch(sample -> sample.matches(".*kind=\"anchor\",sha256=\"[0-9a-f]{64}\".*"));
        assertThat(bench.scrape().value("postseal_certificates{kind=\"key\",state=\"valid\"}"))
                .isEqualTo(2);
    }

    @Test
    void ordersAreShownByState() throws Exception {
        assertThat(bench.scrape().samples("postseal_certificate_orders").values())
                .containsExactly(0.0, 0.0);
        MasterKey master = MasterKey.create(bench.home().resolve("master.key"));
        try (CertificateDatabase database =
                CertificateDatabase.open(bench.home().resolve("postseal.db"))) {
            Order _ = Samples.order(database, master, MailAddress.of("dora@example.com"), "public");
        }
        bench.startAgain(Script.polite(), "127.0.0.1:0", "directory: { database: postseal.db, masterKey: master.key }");
        Exposition shown = bench.scrape();
        assertThat(shown.value("postseal_certificate_orders{state=\"open\"}")).isEqualTo(1);
        assertThat(shown.value("postseal_certificate_orders{state=\"refused\"}"))
                .isZero();
        assertThat(shown.value("postseal_certificate_order_oldest_timestamp_seconds{state=\"open\"}"))
                .isEqualTo((double) Samples.NOW.getEpochSecond());
        assertThat(shown.value("postseal_certificate_order_oldest_timestamp_seconds{state=\"refused\"}"))
                .isZero();
    }

    @Test
    void aBrokenPolicyShowsUntilItIsMended() throws Exception {
        String sha256 = bench.setup().rules().sha256();
        Exposition before = bench.scrape();
        assertThat(before.value("postseal_policy_broken")).isZero();
        assertThat(before.value("postseal_policy_info{sha256=\"" + sha256 + "\"}"))
                .isEqualTo(1);

        bench.change("policy.yaml", MetricsBench.BROKEN);
        assertThat(bench.send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
        Exposition broken = bench.scrape();
        assertThat(broken.value("postseal_policy_broken")).isEqualTo(1);
        assertThat(broken.value("postseal_policy_problems")).isEqualTo(1);
        assertThat(broken.samples("postseal_policy_info"))
                .isEqualTo(Map.of("postseal_policy_info{sha256=\"" + sha256 + "\"}", 1.0));
        assertThat(broken.value("postseal_policy_reloads_total{result=\"failure\"}"))
                .isEqualTo(1);
        assertThat(bench.get("/ready").statusCode()).isEqualTo(200);

        bench.change("policy.yaml", MetricsBench.REFUSE);
        Exposition mended = bench.scrape();
        assertThat(mended.value("postseal_policy_broken")).isZero();
        assertThat(mended.value("postseal_policy_problems")).isZero();
        assertThat(mended.samples("postseal_policy_info").keySet())
                .containsExactly("postseal_policy_info{sha256=\""
                        + bench.gateway().policyState().sha256() + "\"}")
                .doesNotContain("postseal_policy_info{sha256=\"" + sha256 + "\"}");
        assertThat(mended.value("postseal_policy_reloads_total{result=\"success\"}"))
                .isEqualTo(1);
    }

    @Test
    void aBrokenShadowPolicyShowsToo() throws Exception {
        bench.write("next.yaml", MetricsBench.REFUSE);
        bench.startAgain(Script.polite(), "127.0.0.1:0", "policy: { shadow: next.yaml }");
        assertThat(bench.scrape().samples("postseal_shadow_policy_info")).hasSize(1);

        bench.change("next.yaml", MetricsBench.BROKEN);
        assertThat(bench.scrape().value("postseal_shadow_policy_broken")).isEqualTo(1);
        assertThat(bench.scrape().value("postseal_policy_broken")).isZero();

        Files.delete(bench.home().resolve("next.yaml"));
        bench.reload().look();
        bench.reload().look();
        assertThat(bench.scrape().value("postseal_shadow_policy_broken")).isZero();
    }

    @Test
    void aSignatureIsCountedForWhoMadeIt() throws Exception {
        bench.change("policy.yaml", MetricsBench.SIGN);
        Map<String, Double> before = bench.scrape().families().containsKey("postseal_crypto_operations_total")
                ? bench.scrape().samples("postseal_crypto_operations_total")
                : Map.of();
        bench.send("bob@partner.example");
        bench.send("bob@partner.example");
        Map<String, Double> more = new TreeMap<>();
        bench.scrape().samples("postseal_crypto_operations_total").forEach((sample, value) -> {
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
        bench.change("policy.yaml", MetricsBench.SIGN);
        Path file = bench.home().resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(StageRecording.NAME);
            recording.start();
            bench.send("bob@partner.example");
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
            assertThat(event.getLong("bytes")).isEqualTo(MetricsBench.message().length);
        });
    }

    @Test
    void theProvidersAreThoseThatCheckPrints() throws Exception {
        Map<String, TreeSet<String>> shown = new TreeMap<>();
        bench.scrape()
                .samples("postseal_crypto_provider_info")
                .keySet()
                .forEach(sample -> shown.computeIfAbsent(MetricsBench.label(sample, "provider"), _ -> new TreeSet<>())
                        .add(MetricsBench.label(sample, "algorithm")
                                + (MetricsBench.label(sample, "operation").equals("keys") ? " keys" : "")));

        Map<String, TreeSet<String>> printed = new TreeMap<>();
        ProviderReport.lines().stream()
                .filter(line -> line.startsWith("provider "))
                .map(line -> line.substring("provider ".length()).split(": ", 2))
                .forEach(parts -> printed.put(parts[0], new TreeSet<>(List.of(parts[1].split(", ")))));
        assertThat(printed).isNotEmpty();
        assertThat(shown).isEqualTo(printed);
    }

    @Test
    void whatIsShownNamesNobody() throws Exception {
        bench.send("bob@partner.example");
        assertThat(bench.get("/metrics").body())
                .doesNotContain("bob", "alice", "partner.example", "example.com", "Hello");
    }

    @Test
    void aPortThatIsTakenKeepsNoMailFromFlowing() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            bench.startAgain(Script.polite(), "127.0.0.1:" + taken.getLocalPort(), "");
            assertThat(bench.gateway().metricsAddress()).isEmpty();
            assertThat(bench.send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
        }
    }

    @Test
    void withNoneNothingIsServed() throws Exception {
        bench.startAgain(Script.polite(), "none", "");
        assertThat(bench.gateway().metricsAddress()).isEmpty();
        assertThat(bench.send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
    }

    @Test
    void hostileClientsKeepNoMailFromFlowing() throws Exception {
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Socket socket = new Socket(
                        bench.gateway().metricsAddress().orElseThrow().getAddress(),
                        bench.gateway().metricsAddress().orElseThrow().getPort());
                held.add(socket);
                String start = i % 3 == 0
                        ? "POST /metrics HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"
                        : "GET /" + "a".repeat(i);
                socket.getOutputStream().write(start.getBytes(ISO_8859_1));
            }
            assertThat(bench.send("bob@partner.example")).containsExactly("250 2.0.0 queued as 4ABC");
            assertThat(bench.scrape().value("postseal_messages_total{protocol=\"lmtp\",role=\"submission\"}"))
                    .isEqualTo(1);
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
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
                counts.put(MetricsBench.label(sample, "stage"), value);
            }
        });
        return counts;
    }
}
