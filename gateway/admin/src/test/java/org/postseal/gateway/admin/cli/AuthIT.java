package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.Reload;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestTls;

/**
 * Tests users who log in with a mail program (Angus Mail). Only after a login is their mail taken and signed, and only
 * under their own addresses.
 */
@Timeout(120)
class AuthIT {
    @TempDir
    private Path home;

    private final List<Integer> ports = Await.freePorts(2);
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    @BeforeEach
    void start() throws Exception {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            rules:
              - { id: known, when: { authenticated: alice@example.com }, then: { sign: required } }
              - { id: rest, when: always, then: { sign: never } }
            """);
        TestTls.write(home, "tls", "localhost");
        Files.writeString(
                home.resolve("logins"), line("pencil", "alice@example.com") + line("eraser", "relay", "--sender", "*"));
        hop = new ScriptedNextHop();
        Path config =
                Files.writeString(home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners:
                      - { protocol: smtp, address: "127.0.0.1:%d", role: submission,
                          tls: { certificate: tls.pem, key: tls.key }, auth: { passwords: logins } }
                      - { protocol: smtp, address: "127.0.0.1:%d", role: submission,
                          tls: { certificate: tls.pem, key: tls.key, mode: implicit }, auth: { passwords: logins } }
                    trustedPeers: []
                    nextHop: "127.0.0.1:%d"
                    """.formatted(ports.get(0), ports.get(1), hop.port()));
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        Checked<Setup> checked = setups.read(config);
        setup = checked.value()
                .orElseThrow(() -> new AssertionError(checked.problems().toString()));
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, java.time.InstantSource.system());
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, false", "LOGIN, false", "PLAIN, true", "LOGIN, true"})
    void whoLogsInIsSignedFor(String mechanism, boolean isImplicit) throws Exception {
        send(mechanism, isImplicit, "alice@example.com", "pencil", "alice@example.com", "alice@example.com");

        assertThat(hop.received()).hasSize(1);
        assertThat(hop.received().getFirst().text())
                .contains("Content-Type: multipart/signed")
                .contains("with ESMTPSA");
        AuditLine line = AuditLine.read(home.resolve("audit.jsonl")).getLast();
        assertThat(line.text("postseal.facts.authenticated")).isEqualTo("alice@example.com");
        assertThat(line.text("postseal.facts.origin")).isEqualTo("submission");
        assertThat(line.text("rule.id")).isEqualTo("known");
    }

    @Test
    void whoDoesNotIsRefusedAndSoIsWhoWritesAsSomebodyElse() throws Exception {
        assertThatThrownBy(() -> send("PLAIN", true, "", "", "alice@example.com", "alice@example.com"))
                .hasStackTraceContaining("530 5.7.0 Authentication required");
        assertThatThrownBy(() ->
                        send("PLAIN", true, "alice@example.com", "Pencil", "alice@example.com", "alice@example.com"))
                .hasStackTraceContaining("535 5.7.8 Authentication credentials invalid");
        assertThatThrownBy(() ->
                        send("PLAIN", true, "alice@example.com", "pencil", "dora@example.com", "alice@example.com"))
                .hasStackTraceContaining("553 5.7.1 Sender address not allowed for this login");
        assertThatThrownBy(() ->
                        send("PLAIN", true, "alice@example.com", "pencil", "alice@example.com", "dora@example.com"))
                .hasStackTraceContaining("550 5.7.1 Sender address not allowed for this login");
        assertThat(hop.received()).isEmpty();
        AuditLine line = AuditLine.read(home.resolve("audit.jsonl")).getLast();
        assertThat(line.text("postseal.reason")).isEqualTo("SENDER_NOT_ALLOWED");
        assertThat(line.text("postseal.detail")).isEqualTo("logged in as alice@example.com");

        send("PLAIN", true, "relay", "eraser", "alice@example.com", "dora@example.com");
        assertThat(hop.received()).hasSize(1);
        assertThat(Files.readString(home.resolve("audit.jsonl"))).doesNotContain("pencil", "eraser", "Pencil");
    }

    @Test
    void aUserWhoIsTakenOutIsOutAtSighup() throws Exception {
        send("PLAIN", false, "alice@example.com", "pencil", "alice@example.com", "alice@example.com");
        Files.writeString(home.resolve("logins"), line("eraser", "relay", "--sender", "*"));
        reload.signalled();
        assertThatThrownBy(() ->
                        send("PLAIN", false, "alice@example.com", "pencil", "alice@example.com", "alice@example.com"))
                .hasStackTraceContaining("535 5.7.8");
        assertThat(AuditLine.read(home.resolve("admin.jsonl")).stream()
                        .filter(line -> line.is("configuration-reloaded"))
                        .map(line -> line.text("postseal.changes")))
                .containsExactly("[listeners]");
    }

    /** Returns the line that {@code postseal password} prints. */
    private static String line(String password, String... arguments) {
        CapturedConsole console = new CapturedConsole();
        int exit = new CommandLineInterface(new GatewayAssembly(), console.reading(password + "\n"))
                .execute(Stream.concat(Stream.of("password"), Stream.of(arguments))
                        .toArray(String[]::new));
        assertThat(exit).isZero();
        return console.out();
    }

    private void send(
            String mechanism, boolean isImplicit, String user, String password, String reversePath, String from)
            throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", "127.0.0.1");
        properties.setProperty("mail.smtp.port", String.valueOf(ports.get(isImplicit ? 1 : 0)));
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(isImplicit));
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(!isImplicit));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(!isImplicit));
        properties.setProperty("mail.smtp.ssl.trust", "*");
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "false");
        properties.setProperty("mail.smtp.auth", String.valueOf(!user.isEmpty()));
        properties.setProperty("mail.smtp.auth.mechanisms", mechanism);
        properties.setProperty("mail.smtp.from", reversePath);
        Session session = Session.getInstance(properties);
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(from));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress("bob@partner.example"));
        message.setText("Hello");
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(user.isEmpty() ? null : user, user.isEmpty() ? null : password);
            message.saveChanges();
            transport.sendMessage(message, message.getAllRecipients());
        }
    }
}
