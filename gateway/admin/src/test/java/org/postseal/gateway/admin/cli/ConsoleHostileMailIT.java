package org.postseal.gateway.admin.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.policy.CasesBeside;
import org.postseal.gateway.app.assembly.ConsoleTls;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.ConsoleServer;
import org.postseal.gateway.console.PolicyTests;
import org.postseal.gateway.console.SampleConsole;
import org.postseal.gateway.console.SampleDirectory;
import org.postseal.gateway.console.VisitorFiles;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Browser;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * Sends mail through the gateway whose every field is an attack on the reviewer's browser. The pages of the console
 * show the fields as text, and the browser finds nothing that it would have to block.
 */
final class ConsoleHostileMailIT {
    /** Each text stands in all fields of a message of its own. */
    static final List<String> TEXTS = List.of(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "'><iframe src=javascript:alert(1)>",
            "\" autofocus onfocus=alert(1) x=\"",
            "' autofocus onfocus=alert(1) x='",
            "</title></a></dd><script>alert(1)</script>",
            "--><style>@import'//evil.example'</style>",
            "<base href=//evil.example/>",
            "<a href=javascript:alert(1)>x</a>",
            "&lt;img src=x onerror=alert(1)&gt;",
            "&#60;img src=x onerror=alert(1)&#62;",
            "\\x3cscript\\x3ealert(1)",
            "${7*7}{{7*7}}<%=7*7%>");

    private static final String REPLY = "250 2.0.0 " + String.join(" ", TEXTS).replace("\\", "/");

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
        Requirements.programs("chromium", "chromedriver", "openssl");
        port = Await.freePorts(1).getFirst();
        pki = new TestPki().user("alice@example.com", KeyAlgorithm.P256);
        hop = new ScriptedNextHop(Script.at(Script.Stage.DOT, new Action.Say(REPLY + "\r\n")));
        gateway = new GatewayProcess(pki)
                .own(pki.identities())
                .configuration("console: { address: \"127.0.0.1:%d\" }\n".formatted(port) + allowed())
                .start(POLICY, hop.port());
        for (int i = 0; i < TEXTS.size(); i++) {
            send(i, TEXTS.get(i));
        }
        console = ConsoleProcess.start(gateway.file("postseal.yaml"), port);
        browser = new Browser();
    }

    // Some local parts look like a route, and the gateway would refuse them
    private static String allowed() {
        return TEXTS.stream()
                .filter(text -> text.matches(".*[%!@\\\\].*"))
                .map(text -> "'" + quoted(text).replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "recipients: { allowLocalParts: [", "] }\n"));
    }

    private static void send(int number, String text) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.inboundLmtp())) {
            // Whether this greeting is refused or not, the pages show it as text only
            var _ = sender.exchange("LHLO " + text);
            assertThat(sender.exchange("XFORWARD NAME=" + xtext(text) + " HELO=" + xtext(text) + " IDENT="
                            + xtext("Q" + number + text)))
                    .startsWith("250");
            assertThat(sender.send(
                                    quoted(text) + "@sender.example",
                                    List.of(quoted(text) + "@example.com"),
                                    message(number, text))
                            .data())
                    .as(text)
                    .allMatch(reply -> reply.startsWith("250"));
        }
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

    @ParameterizedTest
    @FieldSource("TEXTS")
    void itsStoryAndItsSearchAreText(String text) {
        // The gateway replaces the blanks in a value of XFORWARD
        String queueId = ("Q" + TEXTS.indexOf(text) + text).replace(' ', '?');
        open("message?id=" + encoded(queueId));
        assertThat(browser.text("return document.querySelectorAll('article.recipient').length"))
                .isEqualTo("1");
        assertThat(browser.text(term("From (reverse path)"))).isEqualTo("<" + quoted(text) + "@sender.example>");
        assertThat(browser.text(term("Queue id upstream"))).isEqualTo(queueId);
        assertThat(browser.text(term("Message-ID"))).isEqualTo(messageId(TEXTS.indexOf(text), text));
        assertThat(browser.text(term("Next hop said"))).isEqualTo(REPLY);

        open("search?address=sender.example");
        assertThat(browser.text("return document.querySelectorAll('table.records tbody tr').length"))
                .isEqualTo(String.valueOf(TEXTS.size()));
        assertThat(browser.text("return document.querySelector('table.records').textContent"))
                .contains(quoted(text));
    }

    @ParameterizedTest
    @FieldSource("TEXTS")
    void whatIsTypedOrLinkedIsTextToo(String text) {
        String field = encoded(text);
        open("search?address=" + field + "&message=" + field + "&rule=" + field + "&certificate=" + field + "&since="
                + field + "&before=" + field);
        assertThat(browser.text("return document.querySelector('#rule').value")).isEqualTo(text);
        open("message?id=" + field);
        assertThat(browser.text("return document.querySelector('main code').textContent"))
                .isEqualTo(text);
        String address = encoded(quoted(text) + "@example.com");
        open("explain?from=" + address + "&to=" + address + "&subject=" + field + "&certificate=missing&key=soft");
        assertThat(browser.text("return document.querySelector('#subject').value"))
                .isEqualTo(text);
        open("policy?address=" + field);
        assertThat(browser.text("return document.querySelector('#address').value"))
                .isEqualTo(text);
        open("certificates?address=" + field + "&source=" + field + "&expires=" + field);
        assertThat(browser.text("return document.querySelector('#source').value"))
                .isEqualTo(text);
        open("certificate?sha256=" + field);
        open("?period=" + field);
        open(field);
    }

    /** The browser opens a copy of the page, without the headers by which the console tells it what to block. */
    @Test
    void theSubjectOfAVisitorsCertificateIsText() throws Exception {
        String subject = "<img src=x onerror=alert(1)><script>alert(1)";
        VisitorFiles files = new VisitorFiles(folder);
        files.write("console", "/CN=console");
        files.write("visitor", "/CN=" + subject);
        GatewayConfig config = SampleConsole.config(
                folder,
                "console: { address: \"127.0.0.1:0\","
                        + " tls: { certificate: console.pem, key: console.key, clients: visitor.pem } }\n");
        try (ConsoleServer server = ConsoleServer.start(
                config, ConsoleTls.of(config.console()), PolicyTests.NONE, InstantSource.system())) {
            String page = VisitorFiles.get(
                            files.visitor("console", Optional.of("visitor")),
                            "https://127.0.0.1:" + server.address().getPort() + "/explain")
                    .body();
            browser.open(
                    Files.writeString(folder.resolve("page.html"), page).toUri().toString());
        }
        assertThat(browser.hasDialog()).isFalse();
        assertThat(browser.text(FOREIGN)).isEqualTo("");
        // RFC 2253 §2.4
        assertThat(browser.text("return document.querySelector('footer p').textContent"))
                .contains("for CN=\\<img src\\=x onerror\\=alert(1)\\>\\<script\\>alert(1).");
        // The complaints about this file are dropped, so that they do not count for the next page
        var _ = browser.complaints();
    }

    /** Text in a policy or in a certificate must not run in the reviewer's browser either. */
    @ParameterizedTest
    @FieldSource("TEXTS")
    void whatStandsInAPolicyOrACertificateIsText(String text) throws Exception {
        Path home = Files.createTempDirectory(folder, "evil");
        CryptoProviders.install();
        Instant now = Instant.now();
        SampleDirectory.Made _ = SampleDirectory.write(home, now);
        SampleDirectory.more(home, now, 1, text);
        GatewayConfig config =
                SampleConsole.config(home, "console: { address: \"127.0.0.1:0\" }\n" + SampleDirectory.COPIED);
        var _ = SampleDirectory.copy(home, config, now);
        String quoted = "'" + text.replace("'", "''") + "'";
        Files.writeString(home.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules:
                  - id: evil
                    when: { subject: { contains: %1$s } }
                    then: { addHeader: { name: X-Evil, value: %1$s } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(quoted));
        Files.writeString(home.resolve("policy.test.yaml"), """
                version: 1
                cases:
                  - name: %1$s
                    message: { from: alice@example.com, subject: %1$s }
                    to: bob@partner.example
                    expect: { decision: reject }
                """.formatted(quoted));
        try (ConsoleServer server = ConsoleServer.start(
                config, ConsoleTls.of(config.console()), new CasesBeside(), InstantSource.system())) {
            String base = "http://127.0.0.1:" + server.address().getPort() + "/";
            visit(base + "policy");
            assertThat(browser.text("return document.querySelector('main').textContent"))
                    .contains(text);
            visit(base + "certificates?source=imported&expires=");
            assertThat(browser.text("return document.querySelector('table.records').textContent"))
                    .contains("p0@many.example");
            String certificate = browser.text("return [...document.querySelectorAll('table.records tbody tr')]"
                    + ".find(r => r.textContent.includes('p0@many.example')).querySelector('a').href");
            visit(certificate);
            assertThat(browser.text(term("Subject")).replace("\\", "")).contains(text.replace("\\", ""));
            // The page says why the certificate is chosen, and that no key signs for the address
            visit(base + "certificates?address=p0%40many.example");
            assertThat(browser.text("return document.querySelector('ul.cases').textContent")
                            .replace("\\", ""))
                    .contains(text.replace("\\", ""));
            visit(base);
            // The policy is broken now, with the text in a key and in a value
            Files.writeString(home.resolve("policy.yaml"), "version: 1\n? " + quoted + "\n: " + quoted + "\n");
            visit(base + "policy");
            visit(base + "explain");
        }
    }

    private static void visit(String url) {
        browser.open(url);
        assertThat(browser.hasDialog()).as(url).isFalse();
        assertThat(browser.text(FOREIGN)).as(url).isEqualTo("");
        assertThat(browser.complaints()).as(url).noneMatch(text -> text.contains("Content Security Policy"));
    }

    private static void open(String page) {
        visit("http://127.0.0.1:" + port + "/" + page);
    }

    private static String term(String name) {
        return "return [...document.querySelectorAll('dt')].filter(t => t.textContent === '" + name
                + "').map(t => t.nextElementSibling.textContent).join()";
    }

    /** RFC 5321 §4.1.2: Quoted-string. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** RFC 3461 §4. */
    private static String xtext(String text) {
        StringBuilder xtext = new StringBuilder();
        text.chars().forEach(c -> xtext.append("+%02X".formatted(c)));
        return xtext.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static String messageId(int number, String text) {
        return "<" + number + text + "@sender.example>";
    }

    private static byte[] message(int number, String text) {
        return """
                From: %s@sender.example
                To: %s@example.com
                Message-ID: %s
                Date: Thu, 26 Nov 2026 10:00:00 +0000
                Subject: %s

                text
                """.formatted(quoted(text), quoted(text), messageId(number, text), text)
                .replace("\n", "\r\n")
                .getBytes(UTF_8);
    }

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    /** Finds elements and attributes that no page of ours has. */
    private static final String FOREIGN = """
            const ours = new Set('HTML HEAD META TITLE LINK BODY A P HEADER SPAN NAV UL OL LI MAIN H1 H2 H3 H4 \
            FORM FIGURE FIGCAPTION LABEL INPUT SELECT OPTION BUTTON TABLE CAPTION THEAD TBODY \
            TR TH TD SECTION ARTICLE DIV DL DT DD DETAILS SUMMARY CODE \
            PRE B WBR FOOTER svg defs pattern path g rect text line title desc'.split(' '));
            const links = ['href', 'src', 'action', 'formaction'];
            const isOfOurs = a => !/^on/i.test(a.name) && !['style', 'autofocus', 'srcdoc'].includes(a.name)
              && !(links.includes(a.name) && /^[a-z]+:/i.test(a.value));
            const faults = [];
            for (const e of document.querySelectorAll('*')) {
              if (!ours.has(e.tagName)) faults.push(e.tagName);
              for (const a of e.attributes) if (!isOfOurs(a)) faults.push(e.tagName + ' ' + a.name + '=' + a.value);
            }
            return faults.join('; ');
            """;
}
