package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.policy.protection.SigningSettings;

/** Tests demands, tags, stripped signatures and notices between real sockets. */
class RulesIT {
    private static final String WORDS = """
        words:
          contact: help@example.com
          utf8Replies: true
          languages:
            de: { senders: hans@example.com }
            fr: { recipientDomains: partner.fr }
          texts:
            ask:
              en: For {recipient} ask {contact}
              de: "Für {recipient}: fragen Sie {contact}"
              fr: Pour {recipient}, demandez à {contact}
        """;

    private static final String RULES = """
        - id: bank
          when: { direction: inbound, sender: bob@partner.example }
          then: { requireSigned: true, strip: true, subjectTag: { valid: "[signed]" } }
        - id: closed
          when: { direction: outbound, recipient: bob@partner.example }
          then: { reject: { text: Not to Bob } }
        - id: held
          when: { direction: outbound, recipient: carl@partner.example }
          then: { redirect: hold@example.com, notify: sender }
        - id: asked
          when: { direction: outbound, subject: Figures }
          then: { reject: { text: ask } }
        - { id: rest, when: always, then: mailboxPolicy }
        """;

    @TempDir
    private Path home;

    @BeforeEach
    void store() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
    }

    @Test
    void incomingMailIsHeldToItsDemandAndComesWithoutItsSignature() throws Exception {
        String plain = message("Bob <bob@partner.example>", "alice@example.com");
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address())) {
            assertThat(send(gateway, 1, "bob@partner.example", "alice@example.com", plain.getBytes(ISO_8859_1)))
                    .containsExactly(
                            "550 5.7.1 A valid S/MIME signature is required for alice@example.com. Sign the message"
                                    + " with a certificate for your address and send it again. Help: help@example.com");
            assertThat(hop.received()).isEmpty();

            assertThat(send(gateway, 1, "bob@partner.example", "alice@example.com", signedByBob(plain)))
                    .containsExactly("250 2.0.0 queued as 4ABC");
            String delivered = new String(hop.received().getFirst().content(), ISO_8859_1);
            assertThat(delivered).contains("; smime=pass");
            assertThat(delivered.substring(delivered.indexOf("Subject: ")))
                    .isEqualTo("Subject: [signed] Figures\r\n" + plain.replace("Subject: Figures\r\n", ""));
        }
    }

    @Test
    void theSenderOfRedirectedMailGetsANoticeAndTheRefusedOneNone() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address())) {
            assertThat(send(gateway, 0, "alice@example.com", "bob@partner.example", outbound("bob@partner.example")))
                    .containsExactly("550 5.7.1 Not to Bob");
            assertThat(hop.received()).isEmpty();
            assertThat(send(gateway, 0, "alice@example.com", "carl@partner.example", outbound("carl@partner.example")))
                    .containsExactly("250 2.0.0 queued as 4ABC");

            assertThat(hop.received()).hasSize(2);
            Received notice = hop.received().getLast();
            assertThat(notice.commands().stream().filter(command -> command.startsWith("MAIL")))
                    .singleElement()
                    .asString()
                    .startsWith("MAIL FROM:<>");
            assertThat(notice.recipients()).singleElement().asString().contains("alice@example.com");
            assertThat(new String(notice.content(), ISO_8859_1))
                    .contains(
                            "\r\nAuto-Submitted: auto-replied\r\n",
                            "carl@partner.example: held back by us: Message refused by policy\r\n",
                            "\r\nHelp: help@example.com\r\n",
                            "\r\nSubject: Figures\r\n")
                    .doesNotContain("Hello");
            List<AuditLine> audit = AuditLine.read(home.resolve("audit.jsonl"));
            assertThat(audit).hasSize(3);
            assertThat(audit.getLast().is("notice-sent")).isTrue();
            assertThat(audit.getLast().text("email.to.address")).isEqualTo("alice@example.com");
        }
    }

    @Test
    void aRefusedSenderReadsTheirLanguageInUtf8IfTheirClientSaidSo() throws Exception {
        String utf8 = utf8("550 5.7.1 Für dora@partner.example: fragen Sie help@example.com");
        String ascii = "550 5.7.1 Fuer dora@partner.example: fragen Sie help@example.com";
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address())) {
            for (int listener : List.of(0, 2)) {
                int port = gateway.addresses().get(listener).getPort();
                try (SmtpSender sender = listener == 0 ? SmtpSender.lmtp(port) : SmtpSender.smtp(port)) {
                    byte[] message = outbound("dora@partner.example");
                    List<String> to = List.of("dora@partner.example");
                    assertThat(sender.send("hans@example.com", " SMTPUTF8", to, "", message)
                                    .data())
                            .containsExactly(utf8);
                    assertThat(sender.send("hans@example.com", to, message).data())
                            .containsExactly(ascii);
                    assertThat(sender.send("alice@example.com", to, message).data())
                            .containsExactly("550 5.7.1 For dora@partner.example ask help@example.com");
                }
            }
            assertThat(hop.received()).isEmpty();
        }
        assertThat(AuditLine.read(home.resolve("audit.jsonl")))
                .hasSize(6)
                .allSatisfy(line ->
                        assertThat(line.text("postseal.reply")).isEqualTo("550 5.7.1 Message refused by policy"));
    }

    @Test
    void twoRecipientsOverLmtpAreRefusedInTwoLanguages() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address());
                SmtpSender sender =
                        SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            assertThat(sender.send(
                                    "alice@example.com",
                                    List.of("dora@partner.example", "dora@partner.fr"),
                                    outbound("dora@partner.example"))
                            .data())
                    .containsExactly(
                            "550 5.7.1 For dora@partner.example ask help@example.com",
                            "550 5.7.1 Pour dora@partner.fr, demandez a help@example.com");
        }
    }

    private static byte[] outbound(String to) {
        return message("alice@example.com", to).getBytes(ISO_8859_1);
    }

    /** Returns the text as a client that reads octets sees it. */
    private static String utf8(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static List<String> send(RunningGateway gateway, int listener, String from, String to, byte[] message) {
        try (SmtpSender sender =
                SmtpSender.lmtp(gateway.addresses().get(listener).getPort())) {
            return sender.send(from, List.of(to), message).data();
        }
    }

    private static String message(String from, String to) {
        return ("From: " + from + "\nTo: " + to + "\nSubject: Figures\nMIME-Version: 1.0\n"
                        + "Content-Type: text/plain; charset=us-ascii\n\nHello\n")
                .replace("\n", "\r\n");
    }

    private static byte[] signedByBob(String message) throws IOException, SealException {
        RawMessage raw = RawMessage.of(message.getBytes(ISO_8859_1));
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return new CmsSigner()
                    .sign(
                            raw,
                            HeaderBlock.read(raw, Budget.standard()).orElseThrow(),
                            Parties.issued(Parties.BOB).keyHandle(),
                            new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, false),
                            Instant.now(),
                            scope)
                    .message()
                    .toByteArray();
        }
    }

    private RunningGateway start(InetSocketAddress nextHop) throws IOException {
        Files.writeString(
                home.resolve("policy.yaml"),
                "version: 1\ninternal: [example.com]\nquarantine: hold@example.com\n" + WORDS + "rules:\n"
                        + RULES.indent(2));
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:0", role: submission }
              - { protocol: lmtp, address: "127.0.0.1:0", role: inbound }
              - { protocol: smtp, address: "127.0.0.1:0", role: submission }
            nextHop: "127.0.0.1:%d"
            policy: policy.yaml
            store: { directory: store }
            audit: { file: audit.jsonl }
            """.formatted(nextHop.getPort()));
        return RunningGateway.start(new GatewayAssembly(), Setups.of(config));
    }
}
