package org.postseal.gateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Pages;
import org.postseal.gateway.console.http.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes all pages, for visitors whom the {@link Guard} admits. Thread-safe. */
final class ConsolePages implements Pages {
    private final Guard guard;
    private final String hostName;
    private final InstantSource clock;
    private final OverviewPage overview;
    private final SearchPage search;
    private final StoryPage story;
    private final ExplainPage explain;
    private final PolicyPage policy;
    private final CertificatesPage certificates;
    private final CertificatePage certificate;
    private final TroubleshootingPage troubleshooting = new TroubleshootingPage();
    private final TimesPage times;

    ConsolePages(GatewayConfig config, LogsInView logs, PolicyTests tests, InstantSource clock) {
        this.guard = new Guard(config.console(), clock);
        this.hostName = config.hostName();
        this.clock = clock;
        MessageArchive archive = new LogArchive(logs, PATIENCE);
        PolicyInView inView = new PolicyInView(config.policyFile(), logs);
        DirectoryInView directory = new DirectoryInView(config, inView, clock);
        this.overview = new OverviewPage(config, logs, directory, clock);
        this.search = new SearchPage(archive, logs, config.audit().addressKey().isPresent(), clock);
        this.story = new StoryPage(archive, logs, directory, inView, clock);
        this.explain = new ExplainPage(inView, clock);
        this.policy = new PolicyPage(config, inView, logs, tests);
        this.certificates = new CertificatesPage(directory, clock);
        this.certificate = new CertificatePage(directory, clock);
        this.times = new TimesPage(clock);
    }

    @Override
    public Page of(Request request) {
        return switch (guard.admit(request)) {
            case Guard.Admission.Refused(Page page) -> {
                LOG.info(
                        "{} {} refused: {}",
                        request.peer().getHostAddress(),
                        VisibleText.of(request.path()),
                        page.status());
                yield page.with(Renderer.FIELDS);
            }
            case Guard.Admission.Admitted(String visitor) -> {
                ZoneId zone = TimesPage.chosen(request).orElseGet(ZoneId::systemDefault);
                Page page = ScopedValue.where(Times.ZONE, zone).call(() -> page(request, visitor));
                // The log records who has looked at what.
                LOG.info(
                        "{} {} {}: {}",
                        request.peer().getHostAddress(),
                        VisibleText.of(visitor),
                        VisibleText.of(request.target()),
                        page.status());
                yield page.with(Renderer.FIELDS);
            }
        };
    }

    private Page page(Request request, String visitor) {
        Parameters asked = Parameters.of(request.query());
        try {
            return switch (request.path()) {
                case "/" -> overview.page(asked, frame("Overview", "overview", visitor));
                case "/search" -> search.page(asked, frame("Search", "search", visitor));
                case "/message" -> story.page(asked, frame("Story of a message", "search", visitor));
                case "/explain" -> explain.page(asked, frame("Explain a decision", "explain", visitor));
                case "/policy" -> policy.page(asked, frame("Policy", "policy", visitor));
                case "/certificates" -> certificates.page(asked, frame("Certificates", "certificates", visitor));
                case "/certificate" -> certificate.page(asked, frame("Certificate", "certificates", visitor));
                case "/troubleshooting" -> troubleshooting.page(asked, frame("Troubleshooting", "", visitor));
                case "/times" -> times.page(asked, frame("Times", "", visitor));
                case "/style.css" -> new Page(200, "text/css; charset=utf-8", resource("style.css"));
                case "/icon.svg" -> new Page(200, "image/svg+xml", resource("icon.svg"));
                default -> problem(404, "There is no such page", List.of(), visitor);
            };
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{}: {}", VisibleText.of(request.path()), e.getMessage());
            return problem(503, "The log cannot be read now", List.of(String.valueOf(e.getMessage())), visitor);
        }
    }

    private Page problem(int status, String title, List<String> lines, String visitor) {
        Frame frame = frame(title, "", visitor);
        return Renderer.page(status, output -> JteproblemGenerated.render(output, null, frame, lines));
    }

    private Frame frame(String title, String here, String visitor) {
        return new Frame(title, here, visitor, hostName, Times.second(clock.instant()), Times.zone(clock.instant()));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = ConsolePages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing in the program");
            }
            return in.readAllBytes();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ConsolePages.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
}
