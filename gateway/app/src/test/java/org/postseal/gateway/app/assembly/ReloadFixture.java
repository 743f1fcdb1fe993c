package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** Runs a gateway whose policy and configuration change under it. */
abstract class ReloadFixture {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    static final String RELAY = policy("{ id: relay, when: always, then: { sign: never } }");
    static final String REFUSE = policy("{ id: refuse, when: always, then: reject }");
    static final String BROKEN = "ruls: []\n" + policy("{ id: broken, when: always, then: rejct }");

    @TempDir
    Path home;

    ScriptedNextHop hop;
    Setup setup;
    RunningGateway gateway;
    Reload reload;

    @BeforeEach
    void files() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        write("policy.yaml", RELAY);
        hop = new ScriptedNextHop();
        start("");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    void startAgain(String lines) throws IOException {
        gateway.close();
        setup.close();
        Files.delete(home.resolve("audit.jsonl"));
        Files.delete(home.resolve("admin.jsonl"));
        start(lines);
    }

    final void start(String lines) throws IOException {
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: submission }]
            nextHop: "127.0.0.1:%d"
            %s
            """.formatted(hop.port(), lines));
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        setup = Setups.read(setups, config);
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, InstantSource.fixed(NOW));
    }

    void write(String name, String policy) throws IOException {
        Files.writeString(home.resolve(name), policy);
    }

    void change(String name, String policy) throws IOException {
        write(name, policy);
        reload.look();
        reload.look();
    }

    String send() {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("alice@example.com", List.of("bob@partner.example"), message())
                    .data()
                    .getFirst();
        }
    }

    static byte[] message() {
        return """
            X-Postseal-Note: forged
            From: <alice@example.com>
            To: <bob@partner.example>
            Message-ID: <1@test>

            Hello
            """.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    /** Changes are in one log and messages are in the other. The SHA-256 in each tells which came first. */
    void assertEvents(String... expected) throws IOException {
        Predicate<String> isChange = event -> event.startsWith("policy-") || event.startsWith("shadow-");
        assertThat(AuditLine.read(home.resolve("admin.jsonl")))
                .filteredOn(line -> !line.is("gateway-started") && !line.is("configuration-reload-refused"))
                .extracting(ReloadFixture::read)
                .containsExactly(Stream.of(expected).filter(isChange).toArray(String[]::new));
        assertThat(AuditLine.read(home.resolve("audit.jsonl")))
                .extracting(ReloadFixture::done)
                .containsExactly(Stream.of(expected).filter(isChange.negate()).toArray(String[]::new));
    }

    static String read(AuditLine line) {
        return line.text("event.action") + " " + line.text("postseal.trigger") + " "
                + line.text("postseal.policy.before") + " " + line.text("file.hash.sha256");
    }

    static String done(AuditLine line) {
        return line.text("rule.id") + " " + line.text("postseal.policy.sha256")
                + line.value("postseal.shadow.sha256")
                        .map(sha256 -> ", shadow " + line.text("postseal.shadow.rule") + " " + sha256 + " differs "
                                + line.text("postseal.shadow.differs"))
                        .orElse("");
    }

    List<AuditLine> lines(String action) throws IOException {
        String log = action.equals("recipient-done") ? "audit.jsonl" : "admin.jsonl";
        return AuditLine.read(home.resolve(log)).stream()
                .filter(line -> line.is(action))
                .toList();
    }

    String sha256(String policy) throws IOException {
        return PolicyFile.read(Files.writeString(home.resolve("hashed"), policy))
                .sha256()
                .orElseThrow();
    }

    static String policy(String rule) {
        return "version: 1\ninternal: [example.com]\nrules:\n  - " + rule + "\n";
    }
}
