package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** Tests the whole gateway in this process, between real sockets. */
class RoadIT {
    private static final String SENDER = "alice@example.com";
    private static final String BOB = "bob@partner.example";
    private static final String CARL = "carl@partner.example";
    private static final String DORA = "dora@partner.example";
    private static final String RELAY = "- { id: rest, when: always, then: mailboxPolicy }";
    private static final byte[] MESSAGE = """
        From: Alice <alice@example.com>
        To: bob@partner.example, carl@partner.example, dora@partner.example
        Message-ID: <1@test>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=us-ascii

        Hello
        .
        """.replace("\n", "\r\n").getBytes(ISO_8859_1);

    @TempDir
    private Path home;

    @BeforeEach
    void store() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
    }

    @Test
    void overLmtpEachRecipientHearsWhatTheNextHopSaidOfIt() throws IOException {
        Script script = Script.onLine("RCPT TO:<carl", new Action.Say("451 4.2.1 Mailbox busy\r\n"))
                .or(Script.onLine("RCPT TO:<dora", new Action.Say("550 5.1.1 No such user\r\n")));
        try (ScriptedNextHop hop = new ScriptedNextHop(script);
                RunningGateway gateway = start(hop.address(), RELAY)) {
            assertThat(lmtp(gateway, BOB, CARL, DORA).data())
                    .containsExactly("250 2.0.0 queued as 4ABC", "451 4.2.1 Mailbox busy", "550 5.1.1 No such user");

            assertThat(hop.received()).hasSize(1);
            assertThat(withoutReceived(hop.received().getFirst().content())).isEqualTo(MESSAGE);
            assertThat(audited("postseal.reply"))
                    .containsExactly("250 2.0.0 queued as 4ABC", "451 4.2.1 Mailbox busy", "550 5.1.1 No such user");
        }
    }

    @Test
    void overSmtpARefusedRecipientStopsAllWithItsReply() throws IOException {
        Script script = Script.onLine("RCPT TO:<carl", new Action.Say("550 5.1.1 No such user\r\n"));
        try (ScriptedNextHop hop = new ScriptedNextHop(script);
                RunningGateway gateway = start(hop.address(), RELAY)) {
            assertThat(smtp(gateway, BOB, CARL, DORA).data()).containsExactly("550 5.1.1 No such user");
            assertThat(hop.received()).isEmpty();
        }
    }

    @Test
    void aNextHopThatIsDownDefers() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        try (RunningGateway gateway = start(nobody, RELAY)) {
            assertThat(lmtp(gateway, BOB, CARL).data())
                    .containsExactly("451 4.4.1 Next hop not available", "451 4.4.1 Next hop not available");
            assertThat(smtp(gateway, BOB, CARL).data()).containsExactly("451 4.4.1 Next hop not available");
        }
    }

    @Test
    void refusedDataIsRefusedForAll() throws IOException {
        try (ScriptedNextHop hop =
                        new ScriptedNextHop(Script.at(Stage.DOT, new Action.Say("554 5.7.1 Contains a virus\r\n")));
                RunningGateway gateway = start(hop.address(), RELAY)) {
            assertThat(lmtp(gateway, BOB, CARL).data())
                    .containsExactly("554 5.7.1 Contains a virus", "554 5.7.1 Contains a virus");
        }
        try (ScriptedNextHop hop =
                        new ScriptedNextHop(Script.at(Stage.DATA, new Action.Say("452 4.3.1 Disk full\r\n")));
                RunningGateway gateway = start(hop.address(), RELAY)) {
            assertThat(smtp(gateway, BOB, CARL).data()).containsExactly("452 4.3.1 Disk full");
        }
    }

    @Test
    void whatBreaksOffAfterTheFinalDotIsDeferredAndOnRecordAsInDoubt() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop(Script.at(Stage.DOT, new Action.Reset()));
                RunningGateway gateway = start(hop.address(), RELAY)) {
            assertThat(lmtp(gateway, BOB, CARL).data())
                    .containsExactly(
                            "451 4.4.2 Connection to the next hop was lost",
                            "451 4.4.2 Connection to the next hop was lost");
            assertThat(hop.completed()).isEqualTo(1);
            // After this text, the detail says in the system's words how the connection ended
            assertThat(audited("postseal.detail").stream().map(detail -> detail.split("; ", 2)[0]))
                    .containsExactly(
                            "in doubt: the next hop may have accepted it before the connection was lost",
                            "in doubt: the next hop may have accepted it before the connection was lost");
        }
    }

    @Test
    void anotherPolicyIsInForceFromTheNextMessageOn() throws IOException {
        CountDownLatch isThere = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Script waiting = moment -> {
            if (moment.stage() != Stage.MAIL || moment.count() > 1) {
                return Optional.empty();
            }
            isThere.countDown();
            return Optional.of(new Action.Await(goOn));
        };
        try (ScriptedNextHop hop = new ScriptedNextHop(waiting);
                RunningGateway gateway = start(hop.address(), RELAY)) {
            CompletableFuture<SmtpSender.Outcome> onItsWay =
                    CompletableFuture.supplyAsync(() -> lmtp(gateway, BOB, CARL));
            isThere.await();
            gateway.swap(setup(hop.address(), "- { id: none, when: always, then: reject }"))
                    .run();
            gateway.reopenAudit();
            goOn.countDown();

            assertThat(onItsWay.join().data()).containsExactly("250 2.0.0 queued as 4ABC", "250 2.0.0 queued as 4ABC");
            assertThat(lmtp(gateway, BOB).data()).containsExactly("550 5.7.1 Message refused by policy");
            assertThat(audited("rule.id")).containsExactly("rest", "rest", "none");
            assertThat(hop.received()).hasSize(1);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void afterAReloadTheAuditLogGoesToANewFileOfItsName() throws IOException {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = start(hop.address(), RELAY)) {
            lmtp(gateway, BOB);
            Files.move(home.resolve("audit.jsonl"), home.resolve("audit.1"));
            gateway.swap(setup(hop.address(), RELAY)).run();
            gateway.reopenAudit();
            lmtp(gateway, CARL, DORA);

            assertThat(AuditLine.read(home.resolve("audit.1"))).hasSize(1);
            assertThat(AuditLine.read(home.resolve("audit.jsonl"))).hasSize(2);
        }
    }

    @Test
    void aTakenPortIsNamedAndLeavesNothingOpen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Setup setup = setup(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                    RELAY,
                    "127.0.0.1:0",
                    "127.0.0.1:" + taken.getLocalPort());
            assertThatThrownBy(() -> RunningGateway.start(new GatewayAssembly(), setup))
                    .isInstanceOf(CannotListenException.class)
                    .hasMessageStartingWith("cannot listen on 127.0.0.1 port " + taken.getLocalPort() + ": ");
        }
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway again = start(hop.address(), RELAY)) {
            assertThat(lmtp(again, BOB).data()).containsExactly("250 2.0.0 queued as 4ABC");
        }
    }

    @Test
    void signedMailIsReadFromTheMailboxAndVerifies() throws IOException, MessagingException {
        GreenMail mailboxes = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
        });
        mailboxes.start();
        try {
            mailboxes.setUser(BOB, "bob", "secret");
            mailboxes.setUser(CARL, "carl", "secret");
            InetSocketAddress hop = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), mailboxes.getSmtp().getPort());
            try (RunningGateway gateway = start(hop, "- { id: sign, when: always, then: { sign: required } }")) {
                SmtpSender.Outcome outcome = lmtp(gateway, BOB, CARL);
                // RFC 2033 §4.2: one reply for each recipient that was accepted at RCPT
                assertThat(outcome.recipients()).hasSize(2).allMatch(reply -> reply.startsWith("250 2.1.5 "));
                assertThat(outcome.data()).hasSize(2).allMatch(reply -> reply.startsWith("250"));

                CertificateStore certificates = setup(hop, RELAY).directory().store();
                for (String user : List.of("bob", "carl")) {
                    byte[] mail = onlyMail(mailboxes.getImap().getPort(), user);
                    SignatureVerdict verdict = new SignatureVerifier()
                            .verify(
                                    MimeScanner.scan(RawMessage.of(mail), Budget.standard())
                                            .orElseThrow(),
                                    Optional.of(Parties.ALICE),
                                    certificates,
                                    Instant.now());
                    assertThat(verdict)
                            .isInstanceOfSatisfying(
                                    SignatureVerdict.Valid.class,
                                    valid -> assertThat(valid.signer().addresses())
                                            .containsExactly(Parties.ALICE));
                }
            }
        } finally {
            mailboxes.stop();
        }
    }

    private static byte[] onlyMail(int imap, String user) throws MessagingException, IOException {
        try (Store store = Session.getInstance(new Properties()).getStore("imap")) {
            store.connect("127.0.0.1", imap, user, "secret");
            try (Folder inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                Message[] messages = inbox.getMessages();
                assertThat(messages).hasSize(1);
                ByteArrayOutputStream octets = new ByteArrayOutputStream();
                messages[0].writeTo(octets);
                return octets.toByteArray();
            }
        }
    }

    private RunningGateway start(InetSocketAddress nextHop, String rules) throws IOException {
        return RunningGateway.start(new GatewayAssembly(), setup(nextHop, rules));
    }

    private Setup setup(InetSocketAddress nextHop, String rules) throws IOException {
        return setup(nextHop, rules, "127.0.0.1:0", "127.0.0.1:0");
    }

    private Setup setup(InetSocketAddress nextHop, String rules, String lmtp, String smtp) throws IOException {
        Files.writeString(
                home.resolve("policy.yaml"), "version: 1\ninternal: [example.com]\nrules:\n  " + rules + "\n");
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners:
              - { protocol: lmtp, address: "%s", role: submission }
              - { protocol: smtp, address: "%s", role: submission }
            nextHop: "127.0.0.1:%d"
            policy: policy.yaml
            store: { directory: store }
            audit: { file: audit.jsonl }
            """.formatted(lmtp, smtp, nextHop.getPort()));
        return Setups.of(config);
    }

    private static SmtpSender.Outcome lmtp(RunningGateway gateway, String... recipients) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send(SENDER, List.of(recipients), MESSAGE);
        }
    }

    private static SmtpSender.Outcome smtp(RunningGateway gateway, String... recipients) {
        try (SmtpSender sender = SmtpSender.smtp(gateway.addresses().getLast().getPort())) {
            return sender.send(SENDER, List.of(recipients), MESSAGE);
        }
    }

    /** Returns the value of a text field in each line of the audit log that has it. */
    private List<String> audited(String field) throws IOException {
        Pattern value = Pattern.compile("\"" + Pattern.quote(field) + "\":\"([^\"]*)\"");
        return Files.readAllLines(home.resolve("audit.jsonl"), UTF_8).stream()
                .map(value::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    /** Returns what follows our own Received. */
    private static byte[] withoutReceived(byte[] content) {
        String text = new String(content, ISO_8859_1);
        Matcher ours =
                Pattern.compile("\\AReceived:[^\r]*\r\n([ \t][^\r]*\r\n)*").matcher(text);
        assertThat(ours.find()).isTrue();
        return text.substring(ours.end()).getBytes(ISO_8859_1);
    }
}
