package org.postseal.gateway.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.ForwardingCertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.delivery.Delivery;
import org.postseal.gateway.e2e.SmtpSender;
import org.postseal.gateway.pipeline.CryptoGate;
import org.postseal.gateway.pipeline.GroupLookup;
import org.postseal.gateway.pipeline.HangingKey;
import org.postseal.gateway.pipeline.LoopMarks;
import org.postseal.gateway.pipeline.NoticeLimit;
import org.postseal.gateway.pipeline.Notices;
import org.postseal.gateway.pipeline.Origin;
import org.postseal.gateway.pipeline.Parties;
import org.postseal.gateway.pipeline.PolicyInForce;
import org.postseal.gateway.pipeline.PreparationWatch;
import org.postseal.gateway.pipeline.Preparer;
import org.postseal.gateway.pipeline.Road;
import org.postseal.gateway.pipeline.StageObserver;
import org.postseal.gateway.systemd.Vital;
import org.postseal.gateway.testing.Action;
import org.postseal.gateway.testing.Received;
import org.postseal.gateway.testing.Script;
import org.postseal.gateway.testing.Script.Stage;
import org.postseal.gateway.testing.ScriptedNextHop;

/** Messages that do not come to an end, or come to one too late, between real sockets. Time is the test's. */
@Timeout(120)
class HangIT {
    private static final String SENDER = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String CARL = "carl@partner.example";
    private static final String QUEUED = "250 2.0.0 queued as 4ABC";
    private static final String GIVEN_UP = "451 4.3.0 Temporary failure";
    /** Carl's copy is signed, which hangs; Bob's is not. */
    private static final String RULES = """
            rules:
              - { id: signed, when: { recipient: carl@partner.example }, then: { sign: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    @TempDir
    private Path home;

    private final AtomicLong nanoseconds = new AtomicLong();
    private final PreparationWatch watch = new PreparationWatch(nanoseconds::get);
    private final Semaphore isThere = new Semaphore(0);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void store() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
    }

    @Test
    void itIsAnsweredThreeTimesThenNotLookedIntoAndOthersAreServedAllTheTime() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop, RULES, hanging())) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                CompletableFuture<List<String>> hangs = sendLater(gateway, "loop", CARL, BOB);
                isThere.acquire();
                pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP, GIVEN_UP);
                assertThat(send(gateway, "other " + attempt, BOB)).containsExactly(QUEUED);
                assertThat(figure(gateway, "postseal_preparation_orphans")).isEqualTo(attempt);
                assertThat(figure(gateway, "postseal_crypto_gate_busy")).isZero();
            }
            assertThat(send(gateway, "loop", CARL, BOB))
                    .containsExactly("554 5.6.0 Message cannot be processed", "554 5.6.0 Message cannot be processed");
            assertThat(get(gateway, "/ready").statusCode()).isEqualTo(200);
            assertThat(hop.received())
                    .hasSize(3)
                    .allMatch(message -> message.text().contains("other"));

            goOn.countDown();
            while (watch.orphans() > 0) {
                Thread.onSpinWait();
            }
            assertThat(send(gateway, "last", BOB)).containsExactly(QUEUED);
            assertThat(hop.received()).as("what came back late sends nothing").hasSize(4);
            assertThat(audited("postseal.reason"))
                    .containsExactly(
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "POISON",
                            "POISON");
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void tooManyThatHangAndItIsNotReadyAndSystemdGetsNoSignOfLife() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop, RULES, hanging())) {
            for (int message = 1; message <= PreparationWatch.MOST_ORPHANS; message++) {
                assertThat(isAlive(gateway)).isTrue();
                CompletableFuture<List<String>> hangs = sendLater(gateway, "loop " + message, CARL);
                isThere.acquire();
                pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP);
            }
            assertThat(isAlive(gateway)).isFalse();
            assertThat(get(gateway, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(gateway, "/ready").body())
                    .isEqualTo("preparation: 8 messages hang and have been given up, restart the gateway\n");
            assertThat(send(gateway, "other", BOB)).containsExactly(QUEUED);
        } finally {
            goOn.countDown();
        }
    }

    /** What the watchdog asks. */
    private static boolean isAlive(RunningGateway gateway) throws Exception {
        for (Vital part : gateway.vital()) {
            if (part.name().equals("preparation")) {
                return part.check().fault().isEmpty();
            }
        }
        throw new AssertionError("nobody asks");
    }

    @Test
    void whatIsTriedAloneAfterACrashAndHangsFreesTheOthers() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop()) {
            try (RunningGateway gateway = start(hop, RULES, hanging())) {
                CompletableFuture<List<String>> hangs = sendLater(gateway, "loop", CARL);
                isThere.acquire();
                keep("journal.db-suspects");
                pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP);
            }
            takeBack("journal.db-suspects");
            try (RunningGateway gateway = start(hop, RULES, hanging())) {
                CompletableFuture<List<String>> alone = sendLater(gateway, "loop", CARL);
                isThere.acquire();
                CompletableFuture<List<String>> waits = sendLater(gateway, "other", BOB);
                pass(Duration.ofSeconds(71));
                assertThat(waits).isNotDone();
                pass(Duration.ofSeconds(2));
                assertThat(alone.get()).containsExactly(GIVEN_UP);
                assertThat(waits.get()).containsExactly(QUEUED);
            }
            assertThat(hop.received()).hasSize(1);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void whoHasAMessageThatEndedTheProcessThreeTimesIsNeitherRefusedNorRedirectedFor() throws Exception {
        CountDownLatch isSending = new CountDownLatch(3);
        Semaphore end = new Semaphore(0);
        Script busyForCarl = moment -> {
            if (moment.stage() == Stage.DOT
                    && moment.message().orElseThrow().recipients().contains(CARL)) {
                isSending.countDown();
                end.acquireUninterruptibly();
                return Optional.of(new Action.Say("451 4.3.2 Busy\r\n"));
            }
            return Optional.empty();
        };
        try (ScriptedNextHop hop = new ScriptedNextHop(busyForCarl)) {
            for (int death = 1; death <= 3; death++) {
                try (RunningGateway gateway = start(hop, RULES, new GatewayAssembly())) {
                    CompletableFuture<List<String>> dies = sendLater(gateway, "crash", BOB, CARL);
                    long left = 3L - death;
                    while (isSending.getCount() > left) {
                        Thread.onSpinWait();
                    }
                    keep("journal.db-suspects");
                    end.release();
                    assertThat(dies.get()).containsExactly(QUEUED, "451 4.3.2 Busy");
                }
                takeBack("journal.db-suspects");
            }
            try (RunningGateway gateway = start(hop, "quarantine: hold@example.com\n" + RULES, new GatewayAssembly())) {
                keep("journal.db-suspects");
                assertThat(send(gateway, "crash", BOB, CARL)).containsExactly(QUEUED, QUEUED);
                // and once more: what was redirected is not redirected again
                assertThat(send(gateway, "crash", BOB, CARL)).containsExactly(QUEUED, QUEUED);
            }
            assertThat(hop.received().stream().map(Received::recipients))
                    .containsExactly(List.of(BOB), List.of("hold@example.com"));
            assertThat(hop.received().getLast().text())
                    .startsWith("X-Postseal-Quarantine: POISON; for " + CARL + "\r\n");

            takeBack("journal.db-suspects");
            Files.deleteIfExists(home.resolve("audit.jsonl"));
            try (RunningGateway gateway = start(hop, RULES, new GatewayAssembly())) {
                assertThat(send(gateway, "crash", BOB, "dora@partner.example"))
                        .containsExactly(QUEUED, "554 5.6.0 Message cannot be processed");
            }
            assertThat(hop.received()).hasSize(2);
        }
    }

    @Test
    void copiesThatDoNotFitArePutOffAndWhatIsAloneGetsThrough() throws Exception {
        CountDownLatch isSending = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Script slow = moment -> {
            if (moment.stage() == Stage.DOT
                    && moment.message().orElseThrow().recipients().contains(BOB)) {
                isSending.countDown();
                return Optional.of(new Action.Await(end));
            }
            return Optional.empty();
        };
        String sealed = "rules: [{ id: sealed, when: always, then: { encrypt: required } }]\n";
        String[] blind = {BOB, CARL, "dora@partner.example"};
        // 300,000 octets, and three copies of some 420,000 each: more than the gate has
        String large = "0123456789".repeat(6) + "\r\n";
        String text = large.repeat(300_000 / large.length());
        try (ScriptedNextHop hop = new ScriptedNextHop(slow);
                RunningGateway gateway = start(
                        hop,
                        sealed,
                        new GatewayAssembly(),
                        "limits: { octetsInFlight: 1048576, messageOctets: 1048576 }\n")) {
            String full = "452 4.3.1 Too much mail under way, try again later";
            CompletableFuture<List<String>> first = sendLater(gateway, text + "first", blind);
            isSending.await();
            double held = figure(gateway, "postseal_octets_in_flight");
            assertThat(held).isGreaterThan(1_500_000);
            assertThat(get(gateway, "/ready").body()).isEqualTo("ready\n");
            assertThat(send(gateway, "small", CARL))
                    .as("the copies of one take no room from others")
                    .containsExactly(QUEUED);
            assertThat(send(gateway, text + "large", BOB))
                    .as("two so large are more than half")
                    .containsExactly(full);

            // what they held is free when their replies are written
            awaitFigure(gateway, "postseal_octets_in_flight", held);
            // room for two of his copies and not for three, and somebody else is over the limit
            String second = text.substring(0, 145_000) + "second";
            try (SmtpSender sender = SmtpSender.lmtp(port(gateway))) {
                assertThat(sender.send(
                                        SENDER,
                                        " SIZE=150000",
                                        List.of(CARL, "dora@partner.example", BOB),
                                        "",
                                        text(second).getBytes(ISO_8859_1))
                                .data())
                        .containsExactly(QUEUED, QUEUED, full);
            }
            assertThat(audited("postseal.reason")).containsExactly("TOO_MUCH_UNDER_WAY");
            end.countDown();
            assertThat(first.get()).containsExactly(QUEUED, QUEUED, QUEUED);
            awaitFigure(gateway, "postseal_octets_in_flight", 0);

            assertThat(send(gateway, second, BOB)).containsExactly(QUEUED);
            assertThat(hop.received()).hasSize(7);
            awaitFigure(gateway, "postseal_octets_in_flight", 0);
        } finally {
            end.countDown();
        }
    }

    private void keep(String file) throws IOException {
        Files.copy(home.resolve(file), home.resolve(file + ".kept"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What it held then is what the next process finds. */
    private void takeBack(String file) throws IOException {
        Files.copy(home.resolve(file + ".kept"), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private void pass(Duration time) {
        watch.look();
        for (long left = time.toSeconds(); left > 0; left--) {
            nanoseconds.addAndGet(Duration.ofSeconds(1).toNanos());
            watch.look();
        }
    }

    /** The real parts, but for a key that computes until it is let go on, and a watch that looks when it is told to. */
    private Assembly hanging() {
        Assembly real = new GatewayAssembly();
        return (Assembly) Proxy.newProxyInstance(
                HangIT.class.getClassLoader(), new Class<?>[] {Assembly.class}, (_, method, given) -> {
                    try {
                        return switch (method.getName()) {
                            case "watch" -> watch;
                            case "road" ->
                                road(
                                        real.gate(),
                                        (Setup) given[0],
                                        (Delivery) given[1],
                                        (AuditLog) given[2],
                                        (StageObserver) given[3]);
                            default -> method.invoke(real, given);
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Road road(CryptoGate gate, Setup setup, Delivery delivery, AuditLog audit, StageObserver stages) {
        return new Road(
                new Preparer(
                        "gw.example.com",
                        "gw.example.com",
                        new Origin(_ -> true),
                        setup.config().nextHops(),
                        _ -> {},
                        GroupLookup.none(),
                        LoopMarks.NONE,
                        gate,
                        stages),
                new PolicyInForce(
                        setup.rules(), new HangingStore(setup.directory().store())),
                delivery,
                audit,
                InstantSource.system(),
                new Notices("gw.example.com", setup.config().nextHops(), new NoticeLimit()),
                watch,
                setup.config().limits().preparation());
    }

    private final class HangingStore implements ForwardingCertificateStore {
        private final CertificateStore store;

        HangingStore(CertificateStore store) {
            this.store = store;
        }

        @Override
        public CertificateStore store() {
            return store;
        }

        @Override
        public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
            return switch (store.signingKey(sender, place, time)) {
                case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var considered) ->
                    new CertificateChoice.Chosen<>(new HangingKey(key, false, this::compute), considered);
                case CertificateChoice.NoneUsable<KeyHandle> none -> none;
            };
        }

        private void compute() {
            isThere.release();
            while (goOn.getCount() > 0) {
                // an interrupt is nothing to it
                boolean _ = Thread.interrupted();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private RunningGateway start(ScriptedNextHop hop, String policy, Assembly assembly) throws IOException {
        return start(hop, policy, assembly, "");
    }

    private RunningGateway start(ScriptedNextHop hop, String policy, Assembly assembly, String limits)
            throws IOException {
        Files.writeString(home.resolve("policy.yaml"), "version: 1\ninternal: [example.com]\n" + policy);
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
                hostName: gw.example.com
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
                nextHop: "127.0.0.1:%d"
                policy: policy.yaml
                store: { directory: store }
                audit: { file: audit.jsonl }
                metrics: { address: "127.0.0.1:0" }
                """.formatted(hop.port()) + limits);
        Checked<Setup> checked = new SetupReader(new GatewayAssembly()).read(config);
        return RunningGateway.start(
                assembly,
                checked.value()
                        .orElseThrow(() -> new AssertionError(checked.problems().toString())));
    }

    private static CompletableFuture<List<String>> sendLater(RunningGateway gateway, String body, String... to) {
        // of the platform: the test holds carriers
        return CompletableFuture.supplyAsync(
                () -> send(gateway, body, to),
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
    }

    /** By a peer who names the message, so that a retry of his is known as one. */
    private static List<String> send(RunningGateway gateway, String body, String... to) {
        try (SmtpSender sender = SmtpSender.lmtp(port(gateway))) {
            assertThat(sender.exchange("XFORWARD IDENT=4" + Integer.toHexString(body.hashCode())))
                    .startsWith("250 ");
            return sender.send(SENDER, List.of(to), text(body).getBytes(ISO_8859_1))
                    .data();
        }
    }

    private static int port(RunningGateway gateway) {
        return gateway.addresses().getFirst().getPort();
    }

    private static String text(String body) {
        return "From: Alice <alice@example.com>\r\nTo: bob@partner.example\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                + body
                + "\r\n";
    }

    private static double figure(RunningGateway gateway, String name) throws Exception {
        Matcher found = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE)
                .matcher(get(gateway, "/metrics").body());
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private static void awaitFigure(RunningGateway gateway, String name, double wanted) throws Exception {
        while (figure(gateway, name) != wanted) {
            Thread.onSpinWait();
        }
    }

    private static HttpResponse<String> get(RunningGateway gateway, String path) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The value of a text field in each line of the audit log that has it. */
    private List<String> audited(String field) throws IOException {
        Pattern value = Pattern.compile("\"" + Pattern.quote(field) + "\":\"([^\"]*)\"");
        return Files.readAllLines(home.resolve("audit.jsonl"), UTF_8).stream()
                .map(value::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
