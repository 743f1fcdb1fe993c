package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.http.Page;
import org.postseal.gateway.console.http.Request;

/** Makes a console over a folder of files, which is asked without a network. */
public final class SampleConsole {
    public static final String POLICY = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default: { RequireSignedSMIMEMessages: true }
            rules:
              - id: bank
                when: { direction: outbound, recipientDomain: [bank.example] }
                then: { sign: required, encrypt: required, onMissingCertificate: reject }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private final ConsolePages pages;

    private SampleConsole(ConsolePages pages) {
        this.pages = pages;
    }

    /** Writes the files of a gateway that has seen these messages. */
    public static SampleConsole of(Path folder, List<SampleLog.Sample> samples, long rotateSize, Instant now)
            throws IOException {
        return of(folder, samples, rotateSize, now, "");
    }

    /** @param further lines of the configuration */
    public static SampleConsole of(
            Path folder, List<SampleLog.Sample> samples, long rotateSize, Instant now, String further)
            throws IOException {
        AuditConfig _ = SampleLog.write(folder, samples, rotateSize);
        return over(folder, further, now);
    }

    /** Makes a console over a log that is there already. */
    public static SampleConsole over(Path folder, String further, Instant now) throws IOException {
        return over(folder, further, PolicyTests.NONE, now);
    }

    /**
     * Makes a console over a log that is there already, whose page of the policy shows what {@code tests} says of its
     * cases.
     */
    public static SampleConsole over(Path folder, String further, PolicyTests tests, Instant now) throws IOException {
        GatewayConfig config = config(folder, further);
        return new SampleConsole(new ConsolePages(config, LogsInView.of(config), tests, () -> now));
    }

    public static GatewayConfig config(Path folder, String further) throws IOException {
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), POLICY);
        Path file = Files.writeString(
                folder.resolve("postseal.yaml"),
                """
                hostName: gw.example.com
                listeners: [{ protocol: lmtp, address: "127.0.0.1:10024" }]
                nextHop: "127.0.0.1:10026"
                """ + (further.contains("metrics:") ? "" : "metrics: { address: none }\n") + further);
        return switch (ConfigReader.read(file)) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Broken broken -> throw new AssertionError(broken.problems());
        };
    }

    public Page ask(String target) {
        return ask(target, "UTC");
    }

    /** @param zone the zone that the visitor has chosen */
    Page ask(String target, String zone) {
        Map<String, String> fields = Map.of("host", "localhost:9726", "cookie", "other=1; zone=" + zone);
        return pages.of(new Request(target, fields, InetAddress.ofLiteral("127.0.0.1"), Optional.empty()));
    }

    public String html(String target) {
        return new String(ask(target).body(), UTF_8);
    }
}
