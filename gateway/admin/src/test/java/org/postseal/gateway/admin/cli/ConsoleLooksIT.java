package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.policy.CasesBeside;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.ConsoleServer;
import org.postseal.gateway.console.SampleConsole;
import org.postseal.gateway.console.SampleDirectory;
import org.postseal.gateway.console.SampleLog;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.testkit.Browser;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;

/**
 * Tests how the pages look, and whether they can be used without a mouse, on a telephone, and in the dark. With {@code
 * -Dpostseal.pictures=FOLDER} it leaves pictures of them there.
 */
final class ConsoleLooksIT {
    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("postseal.pictures")).map(Path::of);

    @TempDir
    private static Path folder;

    private static HttpListener health;
    private static ConsoleServer console;
    private static ConsoleServer troubled;
    private static Browser browser;
    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        Requirements.programs("chromium", "chromedriver");
        Instant now = Instant.now();
        List<SampleLog.Sample> samples = SampleLog.quarter(now);
        var _ = SampleLog.write(folder, samples, 1 << 20);
        CryptoProviders.install();
        SampleDirectory.Made made = SampleDirectory.write(folder, now);
        SampleDirectory.more(folder, now, 60, "Partner");
        health = HttpListener.start(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                new HttpListener.Settings("health", 1024, 4096, 4, Duration.ofSeconds(10), Optional.empty()),
                _ -> Page.text(200, "ready"));
        GatewayConfig config = SampleConsole.config(
                folder,
                "console: { address: \"127.0.0.1:0\" }\n" + SampleDirectory.COPIED + "metrics: { address: \"127.0.0.1:"
                        + health.address().getPort() + "\" }\n");
        var _ = SampleDirectory.copy(folder, config, now.minusSeconds(200));
        for (String name : List.of("policy.yaml", "policy.test.yaml")) {
            Files.copy(Path.of("../..", "etc", name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        PolicyText policy = PolicyText.of(Files.readAllBytes(folder.resolve("policy.yaml")));
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> now)) {
            log.append(List.of(
                    new AuditEvent.GatewayStarted(
                            now.minusSeconds(7200),
                            "0.1.0",
                            "enforce",
                            "postseal.yaml",
                            Optional.empty(),
                            policy.sha256(),
                            Optional.empty()),
                    Records.read(now, "policy-loaded", policy),
                    Records.by(
                            policy.sha256(),
                            Records.done(
                                    now,
                                    "QTHEN",
                                    "<then@test>",
                                    "alice@example.com",
                                    "b@x.example",
                                    "bank-must-be-encrypted"))));
        }
        console = ConsoleServer.start(config, Optional.empty(), new CasesBeside(), InstantSource.system());
        troubled = ConsoleServer.start(
                troubled(Files.createDirectories(folder.resolve("troubled")), now),
                Optional.empty(),
                new CasesBeside(),
                InstantSource.system());
        browser = new Browser();
        // axe-core finds what keeps people out of a page. bin/test installs it.
        browser.always(
                Files.readString(Project.file("gateway/judges/target/programs/node_modules/axe-core/axe.min.js")));
        String refused = samples.reversed().stream()
                .filter(sample -> sample.reason().isPresent())
                .findFirst()
                .orElseThrow()
                .queueId();
        PAGES.put("overview", "");
        PAGES.put("quarter", "?period=90d");
        PAGES.put("search", "search?address=bank.example");
        PAGES.put("search-wrong", "search?since=yesterday");
        PAGES.put("story", "message?id=" + refused);
        PAGES.put(
                "explain",
                "explain?from=" + encoded("alice@example.com") + "&to=" + encoded("ann@bank.example")
                        + "&certificate=missing&key=soft");
        PAGES.put("policy", "policy?address=" + encoded("dora@example.com"));
        PAGES.put("story-then", "message?id=QTHEN");
        PAGES.put("policy-then", "policy?sha256=" + policy.sha256());
        PAGES.put("certificates", "certificates");
        PAGES.put("certificates-address", "certificates?address=" + encoded("bob@partner.example"));
        PAGES.put("certificates-own", "certificates?address=" + encoded("carol@example.com"));
        PAGES.put("certificates-wrong", "certificates?address=nobody&page=-1");
        PAGES.put("certificate", "certificate?sha256=" + made.blocked().id().hex());
        PAGES.put("certificate-unknown", "certificate?sha256=" + "ab".repeat(32));
        PAGES.put("troubleshooting", "troubleshooting?about=no_recipient_certificate");
        PAGES.put("times", "times");
        PAGES.put("times-wrong", "times?zone=Mars");
        PAGES.put("nowhere", "nowhere");
        PAGES.put("troubled-overview", TROUBLED + "?period=7d");
        PAGES.put("troubled-search", TROUBLED + "search?gateway=gw-3");
        PAGES.put("troubled-story", TROUBLED + "message?id=Q1570");
        PAGES.put("troubled-policy", TROUBLED + "policy");
        PAGES.put("troubled-tests", TROUBLED + "policy?address=nobody");
        PAGES.put("troubled-certificates", TROUBLED + "certificates?address=" + encoded("bob@partner.example"));
    }

    /**
     * Returns a configuration with troubles: it shows the logs of a fleet, of which one is missing and one ends early,
     * its records say how long mail took, the policy file is not the policy in
     * force and has a warning and a failing test, and the database cannot be read.
     */
    private static GatewayConfig troubled(Path home, Instant now) throws IOException {
        GatewayConfig config = SampleConsole.config(
                home,
                "console: { address: \"127.0.0.1:0\", fleet: logs }\ndirectory: { database: directory.db,"
                        + " ldap: { corp: { urls: \"ldap://127.0.0.1:9\", base: \"dc=example,dc=com\" } } }\n");
        Files.writeString(home.resolve("directory.db"), "damaged".repeat(1000));
        Files.writeString(
                home.resolve("policy.test.yaml"),
                "version: 1\ncases:\n  - { name: clear mail to the bank, message: { from: alice@example.com },"
                        + " to: ann@bank.example, directory: { keys: { example.com: soft },"
                        + " certificates: { ann@bank.example: missing } }, expect: { decision: deliver } }\n");
        Random random = new Random(3);
        StringBuilder lines = new StringBuilder();
        for (int hour = 24 * 7; hour > 0; hour--) {
            for (int i = 0; i < (hour % 24 < 6 ? 0 : 9); i++) {
                long deliver = (long) (20e6 * Math.exp(random.nextGaussian()));
                long seal = (long) (3e6 * Math.exp(random.nextGaussian() / 2));
                lines.append("{\"@timestamp\":\"")
                        .append(now.minusSeconds(hour * 3600L - i))
                        .append("\",\"event.action\":\"recipient-done\","
                                + "\"event.outcome\":\"success\",\"postseal.queue_id\":\"Q")
                        .append(hour * 10 + i)
                        .append("\",\"postseal.decision\":\"deliver\"");
                if (i > 6) {
                    lines.append(",\"postseal.direction\":\"inbound\",\"postseal.incoming\":\"kept_closed\",")
                            .append("\"postseal.closed\":\"")
                            .append(i == 7 ? "no_key" : "cipher_not_allowed")
                            .append('"');
                }
                if (hour < 24 * 5) {
                    lines.append(",\"event.duration\":")
                            .append(deliver + seal + 900_000)
                            .append(",\"postseal.stages\":{\"inspect\":400000,\"decide\":500000,\"seal\":")
                            .append(seal)
                            .append(",\"deliver\":")
                            .append(deliver)
                            .append('}');
                }
                lines.append("}\n");
            }
        }
        Path first = Files.createDirectories(home.resolve("logs/gw-1"));
        Files.writeString(first.resolve("audit.jsonl"), lines);
        Files.createDirectories(home.resolve("logs/gw-2"));
        Files.writeString(
                Files.createDirectories(home.resolve("logs/gw-3")).resolve("audit.jsonl"),
                lines.substring(0, lines.length() / 2) + "\n");
        try (AuditLog log = AuditLogs.open(AuditConfig.of(first.resolve("other.jsonl")), () -> now)) {
            log.append(List.of(new AuditEvent.PolicyRead(
                    now.minusSeconds(7200),
                    "policy-loaded",
                    "start",
                    "enforce",
                    "policy.yaml",
                    Optional.empty(),
                    Optional.of("5e".repeat(32)),
                    List.of(),
                    0,
                    Optional.empty())));
        }
        return config;
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (console != null) {
            console.close();
        }
        if (troubled != null) {
            troubled.close();
        }
        if (health != null) {
            health.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1280, 390})
    void everybodyCanReadEveryPage(int width) throws IOException {
        browser.show(width, 900, false);
        Map<String, String> faults = new TreeMap<>();
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            String name = page.getKey() + "-" + width;
            browser.open(url(page.getValue()));
            picture(name + "-light");
            faults.put(name, keyboard());
            var _ = browser.ask("document.querySelectorAll('details').forEach(d => d.open = true)");
            for (String script : List.of(STRUCTURE, AXE, CONTRAST, "return document.documentElement.scrollWidth")) {
                faults.merge(name, browser.text(script), ConsoleLooksIT::joined);
            }
            browser.show(true);
            faults.merge(name, browser.text(CONTRAST), ConsoleLooksIT::joined);
            var _ = browser.ask("document.querySelectorAll('details').forEach(d => d.open = false)");
            picture(name + "-dark");
            browser.show(false);
        }
        assertThat(faults)
                .as("each page is as wide as its display, and nothing is wrong with it")
                .allSatisfy((_, fault) -> assertThat(fault).isEqualTo(String.valueOf(width)));
    }

    private static String joined(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + "; " + other;
    }

    private static void picture(String name) throws IOException {
        if (PICTURES.isPresent()) {
            browser.picture(Files.createDirectories(PICTURES.get()).resolve(name + ".png"));
        }
    }

    /** Presses the tab key through the page, and returns what is not reached in its order or cannot be seen then. */
    private static String keyboard() {
        int count = Integer.parseInt(browser.text(FOCUS));
        browser.press(Collections.nCopies(count, Browser.TAB).toArray(String[]::new));
        String reached = browser.text("return reached.join()");
        String expected = IntStream.range(0, count).mapToObj(i -> i + " solid").collect(Collectors.joining(","));
        return reached.equals(expected) ? "" : "the keyboard reaches " + reached;
    }

    @Test
    void theSkipLinkLeadsPastTheNavigation() {
        browser.show(1280, 900, false);
        browser.open(url("search"));
        browser.press(Browser.TAB);
        assertThat(browser.text("return document.activeElement.textContent")).isEqualTo("Skip to the content");
        assertThat(browser.text("return document.activeElement.getBoundingClientRect().left >= 0"))
                .isEqualTo("true");
        browser.press(Browser.ENTER, Browser.TAB);
        assertThat(browser.text("return document.activeElement.id")).isEqualTo("address");
    }

    private static String url(String path) {
        boolean isTroubled = path.startsWith(TROUBLED);
        InetSocketAddress address = (isTroubled ? troubled : console).address();
        return "http://127.0.0.1:" + address.getPort() + "/" + (isTroubled ? path.substring(TROUBLED.length()) : path);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static final String TROUBLED = "troubled:";

    /** Remembers what gets the focus, as its place among what can be reached and the style of its outline. */
    private static final String FOCUS = """
            const all = [...document.querySelectorAll('a[href],input,select,button,summary,[tabindex="0"]')]
              .filter(e => e.checkVisibility());
            window.reached = [];
            document.addEventListener('focusin', e => {
              const style = getComputedStyle(e.target);
              reached.push(all.indexOf(e.target) + ' ' + (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle));
            });
            return all.length;
            """;

    private static final String AXE = """
            // The contrast of text does not depend on the width.
            const rules = {'color-contrast': {enabled: innerWidth > 500}};
            return axe.run(document, {resultTypes: ['violations'], rules}).then(found => found.violations
              .map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' ')).join(', ')).join('; '));
            """;

    /**
     * Finds text and bars with too little contrast (WCAG 2.2, 1.4.3 and 1.4.11). Text needs 4.5, large text 3, bars 3.
     */
    private static final String CONTRAST = """
            const parse = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
            const linear = x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
            const light = c => {
              const v = c.slice(0, 3).map(x => linear(x / 255));
              return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
            };
            const ratio = (a, b) => {
              const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
              return (x + 0.05) / (y + 0.05);
            };
            const behind = e => {
              for (; e; e = e.parentElement) {
                const c = parse(getComputedStyle(e).backgroundColor);
                if (c.length < 4 || c[3] > 0) return c;
              }
              return [255, 255, 255];
            };
            const faults = [];
            for (const e of document.body.querySelectorAll('*')) {
              if (!e.checkVisibility()) continue;
              const style = getComputedStyle(e);
              const hasText = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
                || ['INPUT', 'SELECT'].includes(e.tagName);
              if (hasText && !e.closest('svg')) {
                const size = parseFloat(style.fontSize), bold = parseInt(style.fontWeight) >= 700;
                const need = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
                const has = ratio(parse(style.color), behind(e));
                const text = e.textContent.trim().slice(0, 30);
                if (has < need) faults.push(e.tagName + '.' + e.className + ' ' + text + ' ' + has.toFixed(2));
              }
              if (e.tagName === 'path' && /line[0-9]/.test(e.getAttribute('class') || '')) {
                const has = ratio(parse(style.stroke), behind(e.closest('svg').parentElement));
                if (has < 3) faults.push('path.' + e.getAttribute('class') + ' ' + has.toFixed(2));
              }
              if (e.tagName === 'rect' && e.getAttribute('class')) {
                const has = ratio(parse(style.fill), behind(e.closest('svg').parentElement));
                if (has < 3) faults.push('rect.' + e.getAttribute('class') + ' ' + has.toFixed(2));
              }
            }
            return [...new Set(faults)].join('; ');
            """;

    /** Finds landmarks, headings, labels and captions that are missing. */
    private static final String STRUCTURE = """
            const faults = [];
            const all = selector => document.querySelectorAll(selector);
            for (const one of ['main', 'h1', 'body > header', 'body > footer', 'head > title', 'html[lang]',
                'nav[aria-label=Pages]']) {
              if (all(one).length !== 1) faults.push('not one ' + one);
            }
            let level = 0;
            for (const h of all('h1,h2,h3,h4,h5,h6')) {
              const next = +h.tagName[1];
              if (next > level + 1) faults.push('skips to ' + h.tagName + ' ' + h.textContent);
              level = next;
            }
            for (const t of all('table')) {
              if (!t.caption || !t.caption.textContent.trim()) faults.push('table without caption');
              if (!t.querySelector('th[scope]')) faults.push('table without headers');
            }
            for (const s of all('.scroll')) {
              if (s.scrollWidth > s.clientWidth && !s.closest('details')) {
                faults.push('scrolls sideways: ' + s.ariaLabel);
              }
            }
            for (const f of all('input,select')) {
              if (f.labels.length !== 1) faults.push('no label: ' + f.name);
            }
            for (const s of all('svg')) {
              const isImage = s.getAttribute('role') === 'img'
                && s.querySelector(':scope > title') && s.querySelector(':scope > desc');
              if (!s.closest('[aria-hidden=true]') && !isImage) faults.push('svg without words');
            }
            const ids = [...all('[id]')].map(e => e.id);
            if (new Set(ids).size !== ids.length) faults.push('an id twice');
            if (all('script,style,[style],iframe,object,embed').length) faults.push('what the policy forbids');
            return faults.join('; ');
            """;
}
