package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Threads;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** Tests, between real sockets, a system that has no thread left to prepare a message or to watch over the messages. */
@Timeout(120)
final class NoThreadIT {
    private static final String DEFERRED = "451 4.3.0 Temporary failure";
    private static final String QUEUED = "250 2.0.0 queued as 4ABC";

    @TempDir
    private Path home;

    @Test
    void whatGetsNoThreadIsDeferredAndCountsForNothingAndTheNextGoesOn() throws Exception {
        ScarceThreads threads = new ScarceThreads();
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop, new GatewayAssembly(new PreparationWatch(threads)))) {
            // One attempt gets no watch, and the others get no thread for the message. A message that had ended the
            // process so often would be refused by now
            threads.watches.set(1);
            threads.messages.set(4);
            for (int attempt = 1; attempt <= 4; attempt++) {
                assertThat(send(gateway)).as("attempt " + attempt).containsExactly(DEFERRED, DEFERRED);
                assertThat(figure(gateway, "postseal_crypto_gate_busy")).isZero();
                assertThat(figure(gateway, "postseal_preparation_orphans")).isZero();
                Await.until(() -> figure(gateway, "postseal_octets_in_flight") == 0, () -> "octets are held still");
            }
            assertThat(threads.watches).as("it was tried again").hasValue(-1);
            assertThat(AuditLine.read(home.resolve("audit.jsonl")))
                    .hasSize(8)
                    .allMatch(line -> line.text("postseal.reason").equals("INTERNAL_ERROR")
                            && line.text("postseal.detail")
                                    .equals("no thread can be started for it: unable to create native thread"));
            assertThat(get(gateway, "/ready")).isEqualTo("ready\n");
            assertThat(hop.received()).isEmpty();

            assertThat(send(gateway)).containsExactly(QUEUED, QUEUED);
            assertThat(hop.received()).hasSize(1);
            assertThat(threads.watches).as("one is enough").hasValue(-1);
        }
    }

    /** Makes threads of which the first ones cannot be started; the test sets how many. */
    private static final class ScarceThreads implements Threads {
        private final AtomicInteger watches = new AtomicInteger();
        private final AtomicInteger messages = new AtomicInteger();

        @Override
        public Thread ofMessage(String name, Runnable work) {
            return messages.getAndDecrement() > 0
                    ? none()
                    : Threads.ofThisProcess().ofMessage(name, work);
        }

        @Override
        public Thread ofWatch(Runnable work) {
            return watches.getAndDecrement() > 0
                    ? none()
                    : Threads.ofThisProcess().ofWatch(work);
        }

        private static Thread none() {
            return new Thread() {
                @Override
                public void start() {
                    // This is what the JVM throws in that case
                    throw new OutOfMemoryError("unable to create native thread");
                }
            };
        }
    }

    private RunningGateway start(ScriptedNextHop hop, Assembly assembly) throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
            nextHop: "127.0.0.1:%d"
            metrics: { address: "127.0.0.1:0" }
            audit: { file: audit.jsonl }
            """.formatted(hop.port()));
        return RunningGateway.start(assembly, Setups.read(new SetupReader(assembly), config));
    }

    /** Sends the same message each time. */
    private static List<String> send(RunningGateway gateway) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send(
                            "alice@example.com",
                            List.of("bob@partner.example", "carl@partner.example"),
                            "From: Alice <alice@example.com>\r\nTo: bob@partner.example\r\n\r\nHello\r\n"
                                    .getBytes(ISO_8859_1))
                    .data();
        }
    }

    private static double figure(RunningGateway gateway, String name) {
        Matcher found =
                Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(get(gateway, "/metrics"));
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private static String get(RunningGateway gateway, String path) {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
