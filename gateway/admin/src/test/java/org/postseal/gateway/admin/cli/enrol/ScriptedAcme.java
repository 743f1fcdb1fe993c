package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * An authority for S/MIME certificates that is written from RFC 8555 and RFC 8823 alone. It is a strict judge: whatever
 * a client does against the RFCs is refused and stands in {@link #faults()}.
 *
 * <pre>
 * try (ScriptedAcme acme = ScriptedAcme.start(folder, now)) {
 *     // acme.directoryUrl(), acme.trustFile() for HTTPS and as the anchor of its certificates
 *     acme.mailTo(port);    // where challenges go by SMTP
 *     acme.replyPort();     // where it takes responses by SMTP; take(...) hands it one that came another way
 *     acme.with(AcmeFault.OTHER_KEY);
 *     ...
 *     assertThat(acme.faults()).isEmpty();
 * }
 * </pre>
 *
 * The challenge is mailed after the first answer of its authorization. {@link #holdMail()} keeps it until
 * {@link #deliver()}, which also sends again what was not taken. DKIM signatures of responses are not judged: the next
 * hop makes them. Thread-safe.
 */
public final class ScriptedAcme implements AutoCloseable {
    private final Path folder;
    private final AcmeIssuer issuer;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScriptedNextHop responses = new ScriptedNextHop();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AcmeScript script;
    private final AcmeResources resources;
    private final List<String> faults = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<SmtpSender.Outcome> outcomes = new ArrayList<>();
    private int judged;
    private int mailPort;
    private boolean holdsMail;
    private boolean signsMail;
    private UnaryOperator<String> onTheWay = UnaryOperator.identity();

    private ScriptedAcme(Path folder, Instant now) throws Exception {
        this.folder = folder;
        script = new AcmeScript(now);
        issuer = new AcmeIssuer(Instant.now().isBefore(now) ? Instant.now() : now);
        Files.writeString(trustFile(), AcmeIssuer.pem(List.of(issuer.root())));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        resources = new AcmeResources(
                script, issuer, "https://localhost:" + server.getAddress().getPort() + "/", faults);
        server.setHttpsConfigurator(new HttpsConfigurator(issuer.tls()));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** @param now from when certificates are valid, until {@link #at(Instant)} */
    public static ScriptedAcme start(Path folder, Instant now) throws Exception {
        return new ScriptedAcme(folder, now);
    }

    public String directoryUrl() {
        return "https://localhost:" + server.getAddress().getPort() + "/directory";
    }

    /** Returns the PEM file of the root, which certifies the server of HTTPS and all certificates. */
    public Path trustFile() {
        return folder.resolve("acme-root.pem");
    }

    synchronized void at(Instant instant) {
        script.now = instant;
    }

    /**
     * Says how long certificates are valid.
     *
     * @param backdated how much of that is over when they are issued
     */
    synchronized void issueFor(Duration duration, Duration backdated) {
        script.time = duration;
        script.backdated = backdated;
    }

    /** Does this from now on; what concerns a resource concerns {@code new-order}. */
    void with(AcmeFault fault) {
        with(fault, "new-order");
    }

    /**
     * @param resource directory, new-nonce, new-account, account, new-order, order, authorization, challenge, finalize
     *     or certificate
     */
    public synchronized void with(AcmeFault fault, String resource) {
        script.faults.put(fault, resource);
    }

    public synchronized void without(AcmeFault... those) {
        Arrays.asList(those).forEach(script.faults::remove);
    }

    /** Demands a binding to an external account with HS256 (RFC 8555 §7.3.4). */
    synchronized void demandBinding(String name, byte[] secret) {
        script.bindingName = name;
        script.bindingSecret = secret.clone();
    }

    /** Sends challenges to this port of the loopback interface. */
    public synchronized void mailTo(int port) {
        mailPort = port;
    }

    synchronized void holdMail() {
        holdsMail = true;
    }

    /** Signs challenges by OpenSSL with header protection, with a certificate of the issuing authority. */
    synchronized void signMail() {
        signsMail = true;
    }

    synchronized void replyTo(String address) {
        script.replyTo = address;
    }

    /** Changes each challenge message on its way, for a signature of DKIM or an Authentication-Results field. */
    synchronized void onTheWay(UnaryOperator<String> change) {
        onTheWay = change;
    }

    int replyPort() {
        return responses.port();
    }

    /** Judges a response that came another way, such as through the next hop of a test. */
    public synchronized void take(Received response) {
        List<AcmeOrder> asked = resources.orders().stream()
                .filter(order -> response.recipients().contains(AcmeMail.recipient(order.challenge)))
                .toList();
        if (asked.size() != 1) {
            faults.add("mail: no challenge has " + response.recipients() + " to respond to");
            return;
        }
        AcmeOrder order = asked.getFirst();
        List<String> broken = AcmeMail.judge(response.content(), order.challenge);
        broken.forEach(each -> faults.add("mail: " + each));
        if (!order.isMailed) {
            faults.add("mail: there is a response before the challenge was sent");
        }
        if (order.isReplied) {
            faults.add("mail: a challenge is responded to twice");
        } else {
            order.isReplied = true;
            order.replies = broken;
            order.settle();
        }
    }

    /** Returns what the client did against the RFCs, in order; each begins with the request, or with "mail". */
    public synchronized List<String> faults() {
        judge();
        return List.copyOf(faults);
    }

    /** Returns the challenge messages as they were sent. */
    synchronized List<String> sent() {
        return List.copyOf(sent);
    }

    /** Returns what the receiver of the challenges replied. */
    synchronized List<SmtpSender.Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Returns the end-entity certificates. */
    public synchronized List<X509Certificate> issued() {
        return resources.orders().stream()
                .filter(order -> !order.chain.isEmpty())
                .map(order -> order.chain.getFirst())
                .toList();
    }

    /** Returns method and path of each request, in order; duplicate orders show here. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** Sends the challenges of orders that have no response yet, and returns the replies of the receiver. */
    List<SmtpSender.Outcome> deliver() {
        List<AcmeOrder> open;
        synchronized (this) {
            judge();
            open = resources.orders().stream()
                    .filter(order -> order.status.equals("pending") && !order.isReplied)
                    .toList();
        }
        return open.stream().map(this::mail).toList();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        responses.close();
    }

    private SmtpSender.Outcome mail(AcmeOrder order) {
        String message;
        int port;
        boolean isTwice;
        synchronized (this) {
            message = onTheWay.apply(message(order));
            sent.add(message);
            order.isMailed = true;
            port = mailPort;
            isTwice = script.is(AcmeFault.REPLAYED);
        }
        try (SmtpSender sender = SmtpSender.smtp(port)) {
            AcmeMail.Challenge challenge = order.challenge;
            SmtpSender.Outcome outcome =
                    sender.send(challenge.from(), List.of(challenge.address()), message.getBytes(ISO_8859_1));
            add(outcome);
            if (isTwice) {
                add(sender.send(challenge.from(), List.of(challenge.address()), message.getBytes(ISO_8859_1)));
            }
            return outcome;
        }
    }

    private String message(AcmeOrder order) {
        try {
            if (signsMail) {
                issuer.mailbox(order.challenge.from(), script.now, folder, "mail");
            }
            return AcmeMail.message(order.challenge, script.now, script.faults.keySet(), signsMail ? folder : null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void add(SmtpSender.Outcome outcome) {
        outcomes.add(outcome);
    }

    private synchronized void judge() {
        List<Received> all = responses.received();
        all.subList(judged, all.size()).forEach(this::take);
        judged = all.size();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString().substring(1);
        String resource = path.split("/", 2)[0];
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            AcmeResources.Answer answer;
            @Nullable AcmeFault broken;
            synchronized (this) {
                judge();
                requests.add(exchange.getRequestMethod() + " /" + path);
                broken = script.brokenAt(resource).orElse(null);
                answer = broken == null ? resources.answer(exchange, path, resource, body) : resources.broken(broken);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            write(exchange, answer, broken);
            mailOf(path);
        }
    }

    private void mailOf(String path) {
        synchronized (this) {
            AcmeOrder order = path.startsWith("authorization/") ? resources.order(path) : null;
            if (order != null && !order.isMailed && !holdsMail) {
                order.isMailed = true;
                var _ = threads.submit(() -> mail(order));
            }
        }
    }

    private void write(HttpExchange exchange, AcmeResources.Answer answer, @Nullable AcmeFault broken)
            throws IOException {
        if (answer.body().isEmpty()) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body().getBytes(UTF_8));
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; broken == AcmeFault.HUGE && i < 64; i++) {
                out.write(blanks);
            }
            while (broken == AcmeFault.ENDLESS && !closed.await(100, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
