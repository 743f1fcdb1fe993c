package org.postseal.gateway.admin.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    void itsStoryIsText(String text) {
        // The gateway replaces the blanks in a value of XFORWARD
        String queueId = ("Q" + TEXTS.indexOf(text) + text).replace(' ', '?');
        open("message?id=" + encoded(queueId));
        assertThat(browser.text("return document.querySelectorAll('article.recipient').length"))
                .isEqualTo("1");
        assertThat(browser.text(term("From (reverse path)"))).isEqualTo("<" + quoted(text) + "@sender.example>");
        assertThat(browser.text(term("Queue id upstream"))).isEqualTo(queueId);
        assertThat(browser.text(term("Message-ID"))).isEqualTo(messageId(TEXTS.indexOf(text), text));
        assertThat(browser.text(term("Next hop said"))).isEqualTo(REPLY);
    }

    @Test
    void aSearchThatFindsItIsText() {
        open("search?address=sender.example");
        assertThat(browser.text("return document.querySelectorAll('table.records tbody tr').length"))
                .isEqualTo(String.valueOf(TEXTS.size()));
        assertThat(browser.text("return document.querySelector('table.records').textContent"))
                .contains(TEXTS.stream().map(ConsoleHostileMailIT::quoted).toList());
    }

    @ParameterizedTest
    @FieldSource("TEXTS")
    void whatIsTypedOrLinkedIsTextToo(String text) throws Exception {
        String field = encoded(text);
        String address = encoded(quoted(text) + "@example.com");
        String base = "http://127.0.0.1:" + port + "/";
        assertThat(framed(
                        base,
                        List.of(
                                new Asked(
                                        "search?address=" + field + "&message=" + field + "&rule=" + field
                                                + "&certificate=" + field + "&since=" + field + "&before=" + field,
                                        "return document.querySelector('#rule').value"),
                                new Asked(
                                        "message?id=" + field,
                                        "return document.querySelector('main code').textContent"),
                                new Asked(
                                        "explain?from=" + address + "&to=" + address + "&subject=" + field
                                                + "&certificate=missing&key=soft",
                                        "return document.querySelector('#subject').value"),
                                new Asked("policy?address=" + field, "return document.querySelector('#address').value"),
                                new Asked(
                                        "certificates?address=" + field + "&source=" + field + "&expires=" + field,
                                        "return document.querySelector('#source').value"),
                                new Asked("times?zone=" + field, "return document.querySelector('#zone').value"))))
                .allMatch(text::equals);
        var _ = framed(
                base,
                Stream.of("certificate?sha256=" + field, "?period=" + field, field, "troubleshooting?about=" + field)
                        .map(target -> new Asked(target, "return ''"))
                        .toList());
    }

    /** Without this, the tests of pages in frames would show nothing. */
    @Test
    void aFrameTellsWhatAnAttackLeavesInAPage() {
        browser.open("about:blank");
        assertThat(browser.ask(FRAMES, List.of(List.of("<base href=//evil.example/>", "return 1"))))
                .isEqualTo(List.of(List.of("BASE", "1")));
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
    @Test
    void whatStandsInAPolicyOrACertificateIsText() throws Exception {
        Path home = Files.createTempDirectory(folder, "evil");
        CryptoProviders.install();
        Instant now = Instant.now();
        SampleDirectory.Made _ = SampleDirectory.write(home, now);
        for (String text : TEXTS) {
            SampleDirectory.more(home, now, 1, text);
        }
        GatewayConfig config =
                SampleConsole.config(home, "console: { address: \"127.0.0.1:0\" }\n" + SampleDirectory.COPIED);
        var _ = SampleDirectory.copy(home, config, now);
        Files.writeString(
                home.resolve("policy.yaml"),
                "version: 1\ninternal: [example.com]\nrules:\n"
                        + ofEach("- { id: evil%1$d, when: { subject: { contains: %2$s } },"
                                + " then: { addHeader: { name: X-Evil, value: %2$s } } }\n")
                        + "- { id: rest, when: always, then: mailboxPolicy }\n");
        Files.writeString(
                home.resolve("policy.test.yaml"),
                "version: 1\ncases:\n"
                        + ofEach("- { name: %2$s, message: { from: alice@example.com, subject: %2$s },"
                                + " to: bob@partner.example, expect: { decision: reject } }\n"));
        try (ConsoleServer server = ConsoleServer.start(
                config, ConsoleTls.of(config.console()), new CasesBeside(), InstantSource.system())) {
            String base = "http://127.0.0.1:" + server.address().getPort() + "/";
            String all = "return document.querySelector('main').textContent";
            String links = "return [...document.querySelectorAll('table.records tbody tr')]"
                    + ".filter(r => r.textContent.includes('p0@many.example'))"
                    + ".map(r => r.querySelector('a').getAttribute('href')).join(' ')";
            List<String> shown = framed(
                    base,
                    List.of(
                            new Asked("policy", all),
                            new Asked("certificates?source=imported&expires=", links),
                            // The page says why a certificate is chosen, and that no key signs for the address
                            new Asked("certificates?address=p0%40many.example", all),
                            new Asked("", all)));
            List<String> certificates = framed(
                    base,
                    Stream.of(shown.get(1).split(" ", -1))
                            .map(link -> new Asked(link, term("Subject")))
                            .toList());
            assertThat(shown.getFirst()).contains(TEXTS);
            assertThat(certificates).hasSize(TEXTS.size());
            for (String text : TEXTS) {
                String plain = text.replace("\\", "");
                assertThat(shown.get(2).replace("\\", "")).contains(plain);
                assertThat(certificates)
                        .anyMatch(subject -> subject.replace("\\", "").contains(plain));
            }
            // The policy is broken now, with the texts in keys and in values
            Files.writeString(home.resolve("policy.yaml"), "version: 1\n" + ofEach("? %2$s\n: %2$s\n"));
            assertThat(framed(base, List.of(new Asked("policy", all), new Asked("explain", all))))
                    .allMatch(text -> text.contains(TEXTS.getFirst()));
        }
    }

    /** Returns lines for all texts: the first argument is the number of the text, the second the text in YAML. */
    private static String ofEach(String lines) {
        return IntStream.range(0, TEXTS.size())
                .mapToObj(i -> lines.formatted(i, "'" + TEXTS.get(i).replace("'", "''") + "'"))
                .collect(Collectors.joining());
    }

    /** A page that is shown, and a script that it is asked then. */
    private record Asked(String target, String script) {}

    /**
     * Shows pages in frames of an empty page and returns what their scripts say. Nothing tells the browser there what
     * to block, so whatever could run does run. In place of a visit to each page, this takes one for all of them.
     */
    private static List<String> framed(String base, List<Asked> pages) throws Exception {
        List<List<String>> shown = new ArrayList<>();
        for (Asked page : pages) {
            String html = CLIENT.send(
                            HttpRequest.newBuilder(URI.create(base + page.target()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            shown.add(List.of(html, page.script()));
        }
        browser.open("about:blank");
        Object said = browser.ask(FRAMES, shown);
        assertThat(browser.hasDialog()).isFalse();
        List<String> answers = new ArrayList<>();
        for (Object each : (List<?>) said) {
            List<?> answer = (List<?>) each;
            assertThat(String.valueOf(answer.getFirst()))
                    .as(pages.get(answers.size()).target())
                    .isEqualTo("");
            answers.add(String.valueOf(answer.getLast()));
        }
        return answers;
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
            const ours = new Set('HTML HEAD META TITLE LINK BODY A P HEADER SPAN NAV UL OL LI MAIN H1 H2 H3 H4 DATALIST \
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

    /** Shows each page of its argument in a frame, looks for what no page of ours has, and runs the page's script. */
    private static final String FRAMES = """
            const shown = ([html, script]) => new Promise(done => {
              const frame = document.createElement('iframe');
              frame.onload = () => {
                const run = text => frame.contentWindow.eval('(() => {' + text + '})()');
                done([run(%s), String(run(script))]);
              };
              frame.srcdoc = html;
              document.body.append(frame);
            });
            return Promise.all(arguments[0].map(shown));
            """.formatted(Browser.quoted(FOREIGN));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
}
