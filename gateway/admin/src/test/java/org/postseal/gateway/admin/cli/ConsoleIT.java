package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.console.SampleConsole;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.PasswordHash;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Browser;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** Tests the pages with a browser, over the log of mail that was really sent. */
final class ConsoleIT {
    private static final String PROXY = "console.example.com";

    @TempDir
    private static Path folder;

    private static TestPki pki;
    private static ScriptedNextHop hop;
    private static GatewayProcess gateway;
    private static int port;
    private static ConsoleProcess console;
    private static Browser browser;

    @BeforeAll
    static void send() throws IOException {
        Requirements.programs("chromium", "chromedriver");
        List<Integer> ports = Await.freePorts(2);
        port = ports.getFirst();
        Path logins = Files.writeString(
                folder.resolve("logins"),
                LoginFile.line("auditor@example.com", PasswordHash.of("pencil", new SecureRandom()), List.of()) + "\n");
        pki = new TestPki().user("alice@example.com", KeyAlgorithm.P256);
        hop = new ScriptedNextHop();
        gateway = new GatewayProcess(pki)
                .own(pki.identities())
                .configuration(("console: { address: \"127.0.0.1:%d\", hosts: [%s], auth: { passwords: \"%s\" } }\n"
                                + "metrics: { address: \"127.0.0.1:%d\" }\n")
                        .formatted(port, PROXY, logins, ports.getLast()))
                .start(SampleConsole.POLICY, hop.port());
        try (SmtpSender sender = SmtpSender.lmtp(gateway.submissionLmtp())) {
            SmtpSender.Outcome _ = sender.send(
                    "alice@example.com",
                    List.of("bob@partner.example", "ann@bank.example"),
                    message("20261126.4711@ours.example"));
        }
        console = ConsoleProcess.start(gateway.file("postseal.yaml"), port);
        browser = new Browser();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (console != null) {
            console.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (hop != null) {
            hop.close();
        }
        if (pki != null) {
            pki.close();
        }
    }

    @Test
    void aFragmentLeadsToTheStoryAndToAnExplanation() {
        browser.open("http://auditor%40example.com:pencil@127.0.0.1:" + port + "/");
        assertThat(browser.text("return document.title")).isEqualTo("Overview · Postseal gw.example.com");
        assertThat(browser.text("return document.querySelectorAll('svg[aria-labelledby^=outcomes] g').length"))
                .as("delivered, rejected")
                .isEqualTo("2");

        assertThat(browser.text("return document.querySelector('.standing').textContent.trim().replace(/\\s+/g,' ')"))
                .matches("The gateway is ready for mail\\. Version \\S+, started [-0-9]+ [0-9:]+ (UTC|[+-][0-9:]+),"
                        + " enforcing its policy");

        browser.open(page("search"));
        browser.fill("#message", "4711@ours");
        browser.click("button[type=submit]");
        browser.awaitText("return document.querySelectorAll('table.records tbody tr').length", "2");
        browser.click("td[data-label=Message] a");
        browser.awaitText("return document.querySelector('h1').textContent", "Story of a message");
        assertThat(browser.text("return [...document.querySelectorAll('h3')]"
                        + ".map(h => h.textContent.trim().replace(/\\s+/g,' ')).sort().join('; ')"))
                .isEqualTo("delivered bob@partner.example; rejected ann@bank.example");
        assertThat(browser.text("return [...document.querySelectorAll('.state')].map(s => s.textContent).join('; ')"))
                .as("nothing is broken, and it was written just now")
                .matches("(Its file fits together; the checkpoint that will sign it is not written yet[^;]*(; )?){2}");

        browser.open(page("policy"));
        assertThat(browser.text("return document.querySelector('.standing').textContent.trim()"))
                .as("as the gateway has recorded it")
                .isEqualTo("This file is the policy that the gateway has taken up.");

        browser.open(page("explain"));
        browser.fill("#from", "alice@example.com");
        browser.fill("#to", "ann@bank.example");
        var _ = browser.ask("document.querySelector('#certificate').value = 'missing'");
        browser.click("button[type=submit]");
        browser.awaitText(
                "return [...document.querySelectorAll('dt')].filter(t => t.textContent === 'reason')"
                        + ".map(t => t.nextElementSibling.textContent).join()",
                "No recipient certificate");
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws Exception {
        for (String page : List.of("/", "/policy", "/certificates", "/certificate?sha256=" + "ab".repeat(32))) {
            HttpResponse<String> asked = get(page);
            assertThat(asked.statusCode()).as(page).isEqualTo(401);
            assertThat(asked.body()).as(page).doesNotContain("alice").doesNotContain("bank");
        }
    }

    @Test
    void onlyGetAndHeadAreAnswered() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE")) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(page("search")))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .as(method)
                    .isEqualTo(405);
        }
    }

    @Test
    void elsewhereItListensToNobodyWithoutAPassword() throws Exception {
        Path config = Files.writeString(
                gateway.file("open.yaml"),
                Files.readString(gateway.file("postseal.yaml"))
                        .replaceAll("(?m)^console:.*$", "console: { address: \"0.0.0.0:" + port + "\" }"));
        assertThat(ConsoleProcess.refused(config).lines())
                .anyMatch(line -> line.equals("78"))
                .anyMatch(line -> line.contains("console.address: is not loopback: needs auth"))
                .anyMatch(line -> line.contains("console.address: is not loopback: needs tls"));
    }

    /**
     * Runs nginx with the block of docs/console.md on another port. It also serves the console below a path, as the
     * sentence after the block says.
     */
    @Test
    void aProxyLeadsThereAsThePageHasIt() throws Exception {
        Requirements.programs("nginx", "curl", "openssl");
        int outside = Await.freePorts(1).getFirst();
        Matcher block =
                Pattern.compile("(?s)```nginx\n(.*?)\n```").matcher(Files.readString(Path.of("../../docs/console.md")));
        assertThat(block.find()).isTrue();
        Command.of(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + PROXY,
                        "-addext",
                        "subjectAltName=DNS:" + PROXY,
                        "-keyout",
                        folder.resolve("console.key"),
                        "-out",
                        folder.resolve("console.pem")))
                .output();
        String server = block.group(1)
                .replace("443 ssl", "127.0.0.1:" + outside + " ssl")
                .replace("/etc/nginx/", folder + "/")
                .replace("127.0.0.1:9726", "127.0.0.1:" + port);
        String below = "location /postseal/ { proxy_pass http://127.0.0.1:%d/; proxy_set_header Host $host; }\n}"
                .formatted(port);
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                access_log off;
                %2$s
                }
                """.formatted(
                        folder, server.substring(0, server.lastIndexOf('}')) + below));
        Process nginx = new ProcessBuilder("nginx", "-p", folder.toString(), "-c", config.toString(), "-e", "stderr")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
        try {
            Await.listener(outside, nginx::isAlive, () -> read(folder.resolve("nginx.log")));
            assertThat(throughProxy(outside, "", "/")).isEqualTo("401");
            for (String page : List.of("/", "/style.css", "/search", "/postseal/", "/postseal/style.css")) {
                assertThat(throughProxy(outside, "auditor@example.com:pencil", page))
                        .as(page)
                        .isEqualTo("200");
            }
        } finally {
            nginx.destroy();
            assertThat(nginx.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Returns the HTTP status. The server's certificate is verified. */
    private static String throughProxy(int port, String login, String path) {
        return new String(
                Command.of(List.of(
                                "curl",
                                "--silent",
                                "--show-error",
                                "--max-time",
                                "30",
                                "--output",
                                "/dev/null",
                                "--write-out",
                                "%{http_code}",
                                "--cacert",
                                folder.resolve("console.pem"),
                                "--user",
                                login.isEmpty() ? ":" : login,
                                "--resolve",
                                PROXY + ":" + port + ":127.0.0.1",
                                "https://" + PROXY + ":" + port + path))
                        .output(),
                StandardCharsets.US_ASCII);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String page(String path) {
        return "http://127.0.0.1:" + port + "/" + path;
    }

    private static byte[] message(String id) {
        return """
                From: Alice <alice@example.com>
                To: bob@partner.example, ann@bank.example
                Message-ID: <%s>
                Date: Thu, 26 Nov 2026 10:00:00 +0000
                Subject: offer

                text
                """.formatted(id).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
