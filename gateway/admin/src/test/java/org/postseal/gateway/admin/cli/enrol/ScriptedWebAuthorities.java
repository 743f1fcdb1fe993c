package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PemText;
import org.postseal.gateway.testkit.Await;

/**
 * Vault and Active Directory Certificate Services, as far as a request for a certificate goes: one server plays either.
 * They are scripted from what the makers and other clients say. The pages of {@code certsrv} are in German, since a
 * program must not depend on their language.
 */
final class ScriptedWebAuthorities implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final int port = Await.freePorts(1).getFirst();
    private final HttpsServer server;
    private final AcmeIssuer issuer = new AcmeIssuer(Instant.now());
    /** The keys of the requests that certsrv knows; the first one is number 25. */
    private final List<PublicKey> requests = new CopyOnWriteArrayList<>();

    /** What was asked of Vault or of certsrv, in order. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** The command lines that anybody on the machine could have read meanwhile. */
    final List<String> commands = new CopyOnWriteArrayList<>();

    volatile Script script = this::vault;
    volatile Set<AcmeFault> faults = Set.of();
    /** Whether Vault names the issuers of the issuing certificate. */
    volatile boolean namesChain = true;
    /** What the authority behind certsrv says of each request. */
    volatile int disposition = ISSUED;

    /** @param anchor the file that gets the anchor of the certificates, also of that for TLS */
    ScriptedWebAuthorities(Path anchor) throws Exception {
        Files.writeString(anchor, AcmeIssuer.pem(List.of(issuer.root())));
        server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(issuer.tls()));
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    void start() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.start();
    }

    String host() {
        return "localhost:" + port;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            ProcessHandle.current()
                    .descendants()
                    .forEach(each -> each.info().commandLine().ifPresent(commands::add));
            Page page =
                    script.answer(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.getResponseHeaders().set("Content-Type", page.type);
            exchange.sendResponseHeaders(page.status, page.octets.length == 0 ? -1 : page.octets.length);
            exchange.getResponseBody().write(page.octets);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Vault, or OpenBao: POST /pki/sign/:name. */
    Page vault(HttpExchange exchange, String body) throws Exception {
        Map<String, Object> order = AcmeJson.object(body);
        asked.add(String.join(
                " ",
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                exchange.getRequestHeaders().getFirst("X-Vault-Token"),
                String.valueOf(order.get("common_name"))));
        List<X509Certificate> chain = issue(requested(order.get("csr")));
        Map<String, Object> data = new TreeMap<>(Map.of(
                "certificate", AcmeIssuer.pem(chain.subList(0, 1)), "issuing_ca", AcmeIssuer.pem(chain.subList(1, 2))));
        if (namesChain) {
            data.put("ca_chain", List.of(AcmeIssuer.pem(chain.subList(1, 2)), AcmeIssuer.pem(chain.subList(2, 3))));
        }
        return json(200, Map.of("data", data));
    }

    /** The web pages of Active Directory Certificate Services. */
    Page certsrv(HttpExchange exchange, String body) throws Exception {
        String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        if (exchange.getRequestMethod().equals("POST")) {
            Map<String, String> form = Arrays.stream(body.split("&", -1))
                    .map(each -> each.split("=", 2))
                    .collect(Collectors.toMap(each -> each[0], each -> URLDecoder.decode(each[1], UTF_8)));
            requests.add(requested(form.remove("CertRequest")));
            asked.add(what + " " + new TreeMap<>(form));
            return html(200, answered(FIRST + requests.size() - 1));
        }
        asked.add(what);
        int number = Integer.parseInt(what.replaceFirst(".*ReqID=(\\d+)&.*", "$1"));
        if (disposition != ISSUED) {
            return html(200, """
                    <P ID=locPageTitle> <B>Fehler</B>
                    <DT ID=locDispLabel><B>Disposition:</B></DT><DD>
                    \t\t%X <LocID ID=locDispSpacer>-</LocID> <LocID ID=locDispUnknown>(unbekannt)</LocID>
                    """.formatted(disposition));
        }
        // Only a browser gets the right type
        boolean browser = exchange.getRequestHeaders().getFirst("User-Agent").startsWith("Mozilla/");
        return new Page(
                200,
                browser ? "application/x-pkcs7-certificates" : "text/html",
                CertificateFactory.getInstance("X.509")
                        .generateCertPath(issue(requests.get(number - FIRST)))
                        .getEncoded("PKCS7"));
    }

    /** Returns what certfnsh.asp says of a new request. */
    private String answered(int number) {
        return switch (disposition) {
            case ISSUED -> """
                    <P ID=locPageTitle> <B>Zertifikat ausgestellt</B>
                    <A Href="certnew.cer?ReqID=%d&amp;Enc=bin">Herunterladen</A>
                    <A Href="certnew.cer?ReqID=CACert&amp;Renewal=0&amp;Enc=bin">Zertifizierungsstelle</A>
                    """.formatted(number);
            case PENDING -> """
                    <P ID=locPageTitle> <B>Zertifikat steht aus</B>
                    <P ID=locInfoReqID>
                    Ihre Anforderungs-ID ist %d.
                    </P>
                    """.formatted(number);
            default -> """
                    <P ID=locDenied> Ihre Anforderung wurde verweigert. </P>
                    <P ID=locInfoReqIDandReason>
                    Ihre Anforderungs-ID ist %d. Die Meldung ist "Vorlage 0x80094800".
                    </P>
                    """.formatted(number);
        };
    }

    private PublicKey requested(@Nullable Object pem) throws Exception {
        return AcmeIssuer.requested(
                PemText.find(String.valueOf(pem), "CERTIFICATE REQUEST").orElseThrow(),
                "erin@ours.example",
                issuer.root().getPublicKey());
    }

    /** Returns the certificate, the issuing one and the root. */
    private List<X509Certificate> issue(PublicKey key) throws Exception {
        List<X509Certificate> chain =
                new ArrayList<>(issuer.issue("erin@ours.example", key, Instant.now(), Duration.ofDays(365), faults));
        chain.add(issuer.root());
        return chain;
    }

    /** Takes longer than the programs wait. */
    static Page silence(HttpExchange exchange, String body) throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(10));
        return html(200, "");
    }

    static Page json(int status, Map<String, Object> body) {
        return new Page(
                status,
                "application/json",
                AcmeJson.text(body).replace("\t", "\\t").getBytes(UTF_8));
    }

    static Page html(int status, String body) {
        return new Page(
                status,
                "text/html",
                ("<Html>\n" + body + "</Html>").replace("\n", "\r\n").getBytes(UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    @FunctionalInterface
    interface Script {
        Page answer(HttpExchange exchange, String body) throws Exception;
    }

    record Page(int status, String type, byte[] octets) {}

    static final int DENIED = 2;
    static final int ISSUED = 3;
    static final int PENDING = 5;

    private static final int FIRST = 25;
}
