package org.postseal.gateway.app.assembly;

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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.directory.ForwardingCertificateStore;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.pipeline.Admission;
import org.postseal.gateway.road.pipeline.CmsWork;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.GroupLookup;
import org.postseal.gateway.road.pipeline.HangingKey;
import org.postseal.gateway.road.pipeline.LoopMarks;
import org.postseal.gateway.road.pipeline.NoticeLimit;
import org.postseal.gateway.road.pipeline.Notices;
import org.postseal.gateway.road.pipeline.Origin;
import org.postseal.gateway.road.pipeline.OwnFields;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.road.pipeline.PolicyInForce;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Preparer;
import org.postseal.gateway.road.pipeline.Records;
import org.postseal.gateway.road.pipeline.Road;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.road.pipeline.Timing;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Holds what tests of messages that hang, or come to their end too late, have in common: gateways in one folder, and a
 * key that computes until the test releases it. The test sets the time.
 */
final class HangBench {
    static final String SENDER = "alice@example.com";
    static final String BOB = "bob@partner.example";
    static final String CARL = "carl@partner.example";
    static final String QUEUED = "250 2.0.0 queued as 4ABC";

    private final Path home;
    private final AtomicLong nanoseconds = new AtomicLong();
    private final PreparationWatch watch = new PreparationWatch(nanoseconds::get);
    private final Semaphore isThere = new Semaphore(0);
    private final CountDownLatch goOn = new CountDownLatch(1);

    HangBench(Path home) throws IOException {
        this.home = home;
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
    }

    PreparationWatch watch() {
        return watch;
    }

    /** Waits until another message hangs. */
    void awaitHanging() throws InterruptedException {
        isThere.acquire();
    }

    /** Lets every message that hangs go on. */
    void goOn() {
        goOn.countDown();
    }

    void pass(Duration time) {
        watch.look();
        for (long left = time.toSeconds(); left > 0; left--) {
            nanoseconds.addAndGet(Duration.ofSeconds(1).toNanos());
            watch.look();
        }
    }

    /**
     * Makes the real parts, except for a key that computes until the test releases it, and a watch that looks when the
     * test tells it to.
     */
    Assembly hanging() {
        Assembly real = new GatewayAssembly();
        return (Assembly) Proxy.newProxyInstance(
                HangBench.class.getClassLoader(), new Class<?>[] {Assembly.class}, (_, method, given) -> {
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
                        new OwnFields("gw.example.com", "gw.example.com", LoopMarks.NONE),
                        new Admission(new Origin(_ -> true), setup.config().recipients()),
                        setup.config().nextHops(),
                        GroupLookup.none(),
                        new CmsWork(gate, _ -> {})),
                new PolicyInForce(
                        setup.rules(), new HangingStore(setup.directory().store())),
                delivery,
                new Records(
                        audit, new Notices("gw.example.com", setup.config().nextHops(), new NoticeLimit(), delivery)),
                new Timing(watch, setup.config().limits().preparation(), stages, InstantSource.system()));
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
                // The computation ignores interrupts
                boolean _ = Thread.interrupted();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    RunningGateway start(ScriptedNextHop hop, String policy, Assembly assembly) throws IOException {
        return start(hop, policy, assembly, "");
    }

    RunningGateway start(ScriptedNextHop hop, String policy, Assembly assembly, String limits) throws IOException {
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
        return RunningGateway.start(assembly, Setups.of(config));
    }

    static CompletableFuture<List<String>> sendLater(RunningGateway gateway, String body, String... to) {
        // A platform thread sends, since the test keeps the carriers of virtual threads busy
        return CompletableFuture.supplyAsync(
                () -> send(gateway, body, to),
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
    }

    /** Sends a message from a peer who names it, so that a retry of the same message is recognised. */
    static List<String> send(RunningGateway gateway, String body, String... to) {
        try (SmtpSender sender = SmtpSender.lmtp(port(gateway))) {
            assertThat(sender.exchange("XFORWARD IDENT=4" + Integer.toHexString(body.hashCode())))
                    .startsWith("250 ");
            return sender.send(SENDER, List.of(to), text(body).getBytes(ISO_8859_1))
                    .data();
        }
    }

    static int port(RunningGateway gateway) {
        return gateway.addresses().getFirst().getPort();
    }

    static String text(String body) {
        return "From: Alice <alice@example.com>\r\nTo: bob@partner.example\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                + body
                + "\r\n";
    }

    static double figure(RunningGateway gateway, String name) throws Exception {
        Matcher found = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE)
                .matcher(get(gateway, "/metrics").body());
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    static void awaitFigure(RunningGateway gateway, String name, double wanted) throws Exception {
        while (figure(gateway, name) != wanted) {
            Thread.onSpinWait();
        }
    }

    static HttpResponse<String> get(RunningGateway gateway, String path) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Returns the value of a text field in each line of the audit log that has it. */
    List<String> audited(String field) throws IOException {
        Pattern value = Pattern.compile("\"" + Pattern.quote(field) + "\":\"([^\"]*)\"");
        return Files.readAllLines(home.resolve("audit.jsonl"), UTF_8).stream()
                .map(value::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
