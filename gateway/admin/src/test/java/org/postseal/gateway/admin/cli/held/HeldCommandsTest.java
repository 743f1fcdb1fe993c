package org.postseal.gateway.admin.cli.held;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.policy.outcome.Reason;

/** Runs the commands on a mailbox with good, altered, foreign and hostile messages. */
final class HeldCommandsTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String FIRST = "1111111122222222333333334444444" + "a";
    private static final String SECOND = "5555555566666666777777778888888" + "b";
    private static final String MESSAGE =
            "From: =?utf-8?q?B=C3=B6b?= <bob@partner.example>\r\nSubject: hello\r\n there\r\n\r\nbody\r\n";
    private static final Instant NOW = Administration.NOW;

    @TempDir
    private Path folder;

    private final GreenMail server = new GreenMail(setup(ServerSetup.PROTOCOL_IMAP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void allIsListedWhateverElseIsThere() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        deliver(field(copy(FIRST, Duration.ofDays(3))) + MESSAGE);
        deliver("X-Postseal-Held: forged;\r\nSubject: \u001b[2J\r\n\r\nx\r\n");
        deliver("no header at all\r\nX-Postseal-Held: x;\r\n");
        deliver(otherField(copy(SECOND, Duration.ofDays(3))) + MESSAGE);
        deliver("Subject: private\r\n\r\n" + field(copy(SECOND, Duration.ofDays(3))) + MESSAGE);
        deliver("X: y\r\n".repeat(60_000) + "\r\nx\r\n");
        deliver("Received: from a\r\n by b\r\n" + field(copy(SECOND, Duration.ofDays(1))) + MESSAGE);

        Done list = admin.run("held list");

        assertThat(list.err()).isEmpty();
        assertThat(list.exitCode()).isZero();
        assertThat(list.out().stream()
                        .limit(list.out().size() - 1)
                        .map(line -> line.replaceFirst("^(\\S+) +(\\S+).*", "$1 $2")))
                .containsExactly(
                        "ID STATE",
                        FIRST + " held",
                        "uid-2 altered",
                        "uid-3 altered",
                        "uid-4 other-gateway",
                        SECOND + " held");
        assertThat(list.out().get(1))
                .endsWith("POLICY_REFUSED  carol@ours.example, dan@ours.example"
                        + "  Böb <bob@partner.example>  hello there");
        assertThat(list.out().getLast()).isEqualTo("5 held messages, and 2 others in the mailbox");
        assertThat(String.join("", list.out())).doesNotContain("\u001b");
        assertThat(admin.run("held list").out()).isEqualTo(list.out());
        admin.at(NOW.plus(Duration.ofDays(2)));
        assertThat(admin.run("held list").out()).anyMatch(line -> line.matches(SECOND + " +expired .*"));
    }

    @Test
    void aCopyIsShownWithItsEnvelope() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        deliver(field(copy(FIRST, Duration.ofDays(3))) + MESSAGE);
        deliver(field(copy(SECOND, Duration.ofDays(3))) + MESSAGE.replace("body", "more"));

        assertThat(admin.run("held show " + FIRST.substring(0, 8)).out())
                .containsExactly(
                        "id           " + FIRST,
                        "state        held",
                        "at           2026-06-01T12:00:00Z",
                        "expires      2026-06-04T12:00:00Z",
                        "reason       POLICY_REFUSED",
                        "rules        hold",
                        "policy       " + "ab".repeat(32),
                        "sender       <bob@partner.example>",
                        "recipients   carol@ours.example, dan@ours.example",
                        "queueId      1K2J3H4G",
                        "role         inbound",
                        "peer         192.0.2.7",
                        "from         Böb <bob@partner.example>",
                        "subject      hello there",
                        "because      a rule of the policy refuses this message");
        assertThat(admin.run("held show --json " + SECOND).out()).contains("  \"state\": \"altered\",");
        Done unknown = admin.run("held show 99999999");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(unknown.err())
                .containsExactly("error: no message in INBOX is held as 99999999", "hint: postseal held list");
        assertThat(admin.run("held show " + FIRST.substring(0, 7)).exitCode()).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void whatIsDroppedOrExpiredIsGoneAndOnRecord() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        assertThat(admin.run("key init").exitCode()).isZero();
        deliver("Subject: a note\r\n\r\nkeep me\r\n");
        deliver(field(copy(FIRST, Duration.ofDays(3))) + MESSAGE);
        deliver(field(copy(SECOND, Duration.ofDays(1))) + MESSAGE);

        assertThat(admin.run("held drop " + FIRST + " --note spam").out()).containsExactly("removed 1 held message");
        admin.at(NOW.plus(Duration.ofDays(1)));
        assertThat(admin.run("held expire --dry-run").out())
                .containsExactly("removed 1 held message (dry run, nothing changed)");
        assertThat(admin.run("held expire").out()).containsExactly("removed 1 held message");
        assertThat(admin.run("held expire").out()).containsExactly("removed 0 held messages");

        assertThat(admin.run("held list").out()).containsExactly("0 held messages, and 1 other in the mailbox");
        assertThat(server.getReceivedMessages()).hasSize(1);
        assertThat(admin.changes().stream()
                        .map(change -> change.action() + " " + change.object() + " " + change.details()))
                .endsWith(
                        "held-drop held:" + FIRST
                                + " [queue id 1K2J3H4G, reason POLICY_REFUSED, for 2 recipients, note spam]",
                        "held-expire mailbox:quarantine/INBOX [" + SECOND + "]");
    }

    /** What no gateway with this key can tell apart, the mailbox does; other mail is not for these commands. */
    @Test
    void whatHasNoIdIsDroppedByTheNumberInTheMailbox() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        assertThat(admin.run("key init").exitCode()).isZero();
        deliver("Subject: a note\r\n\r\nkeep me\r\n");
        deliver(otherField(copy(FIRST, Duration.ofDays(3))) + MESSAGE);
        deliver("X-Postseal-Held: forged;\r\n\r\nx\r\n");

        assertThat(admin.run("held show uid-2").out()).contains("state        other-gateway");
        assertThat(admin.run("held drop uid-2 uid-3").out()).containsExactly("removed 2 held messages");
        assertThat(admin.run("held drop uid-1").exitCode()).isEqualTo(ExitCode.REFUSED);

        assertThat(admin.run("held list").out()).containsExactly("0 held messages, and 1 other in the mailbox");
        assertThat(admin.changes().stream()
                        .map(change -> change.action() + " " + change.object() + " " + change.details()))
                .endsWith("held-drop held:uid-2 [state other-gateway]", "held-drop held:uid-3 [state altered]");
    }

    @Test
    void theServerSearchesTheNotesForTheId() throws Exception {
        String note = "X-Postseal-Quarantine: held " + SECOND + "; POLICY_REFUSED; for carol@ours.example\r\n";
        String copy = field(copy(SECOND, Duration.ofDays(3))) + MESSAGE;
        Administration admin = administration(server.getImap().getPort(), "none");
        try (FailingImap imap = new FailingImap(List.of("Subject: x\r\n\r\n", note + copy))) {
            configure(admin, imap.port(), "none");
            assertThat(admin.run("held show " + SECOND.substring(0, 8)).out())
                    .contains("id           " + SECOND, "state        held");
            assertThat(imap.fetched()).containsOnly("2");
        }
        // A forged note hides no copy.
        configure(admin, server.getImap().getPort(), "none");
        deliver(copy);
        deliver("X-Postseal-Quarantine: held " + SECOND + "\r\n\r\nx\r\n");
        assertThat(admin.run("held show " + SECOND).out()).contains("state        held");
    }

    /** Nobody listens here for what is released, so the command gets as far as that. */
    @Test
    void anAlteredTwinHidesNoIntactCopy() throws Exception {
        int port = server.getImap().getPort();
        Administration admin = administration(port, "none");
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        admin.write(
                "postseal.yaml",
                Files.readString(admin.file("postseal.yaml"))
                        .replaceFirst(
                                "(?m)^listeners:\n",
                                "$0  - { protocol: lmtp, address: \"127.0.0.1:" + free + "\", role: release }\n"));
        String copy = field(copy(FIRST, Duration.ofDays(3))) + MESSAGE;
        deliver(copy.replace("body", "more"));
        assertThat(admin.run("held release --reason x " + FIRST).err().getFirst())
                .isEqualTo("error: the message was altered since it was held");
        deliver(copy);
        assertThat(admin.run("held release --reason x " + FIRST).exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void whoReleasesAndWhyIsSaid() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        for (List<String> wrong : List.of(List.of(" ", "jane"), List.of("why", " "), List.of("why", "x".repeat(501)))) {
            assertThat(admin.run("held release " + FIRST, "--reason", wrong.getFirst(), "--by", wrong.getLast())
                            .exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void theDigestNamesWhatExpiresFirst() throws Exception {
        Administration admin = administration(server.getImap().getPort(), "none");
        deliver(field(copy(FIRST, Duration.ofDays(3))) + MESSAGE);
        deliver(field(copy(SECOND, Duration.ofDays(1))) + MESSAGE);

        Done digest = admin.run("held digest --from gw@ours.example --to desk@ours.example");

        assertThat(digest.exitCode()).isZero();
        assertThat(digest.out())
                .contains("To: desk@ours.example", "Subject: 2 messages held", "Auto-Submitted: auto-generated");
        List<String> ids = digest.out().stream()
                .filter(line -> line.contains(": until "))
                .map(line -> line.substring(0, 32))
                .toList();
        assertThat(ids).containsExactly(SECOND, FIRST);
        admin.at(NOW.plus(Duration.ofDays(9)));
        assertThat(admin.run("held digest --send --from gw@ours.example --to desk@ours.example")
                        .out())
                .containsExactly("nothing is held, and nothing was sent");
    }

    @Test
    void oneMessageThatCannotBeReadHidesNoOther() throws Exception {
        String good = field(copy(FIRST, Duration.ofDays(3))) + MESSAGE;
        try (FailingImap failing = new FailingImap(List.of("", good))) {
            Done list = administration(failing.port(), "none").run("held list");

            assertThat(list.exitCode()).isZero();
            assertThat(list.out().get(1)).matches("uid-1 +unreadable .*");
            assertThat(list.out().get(2)).matches(FIRST + " +held .*");
        }
    }

    @Test
    void aMailboxThatCannotBeUsedIsNamed() throws Exception {
        int port = server.getImap().getPort();
        Administration admin = administration(port, "none");
        server.setUser("quarantine@ours.example", "quarantine", "another password");
        Done login = admin.run("held list");
        assertThat(login.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(login.err().getFirst()).startsWith("error: the mailbox refuses the login: ");
        server.setUser("quarantine@ours.example", "quarantine", "pencil");
        configure(admin, port, "none, folder: Nowhere");
        Done folderOfNone = admin.run("held list");
        assertThat(folderOfNone.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(folderOfNone.err().getFirst()).startsWith("error: the mailbox has no such folder: ");
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        configure(admin, free, "none");
        Done away = admin.run("held list");
        assertThat(away.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
        assertThat(away.err().getFirst()).startsWith("error: the mailbox cannot be used: ");
        admin.configure("");
        Done none = admin.run("held list");
        assertThat(none.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(none.err().getFirst()).isEqualTo("error: no mailbox of held mail is configured");
    }

    @Test
    void aServerThatNobodyVouchesForGetsNoPassword() throws Exception {
        GreenMail secure = new GreenMail(setup(ServerSetup.PROTOCOL_IMAPS));
        secure.start();
        try {
            Done list = administration(secure.getImaps().getPort(), "implicit").run("held list");

            assertThat(list.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
            assertThat(list.err().getFirst())
                    .startsWith("error: the mailbox cannot be used: ")
                    .contains("PKIX");
        } finally {
            secure.stop();
        }
    }

    private static ServerSetup setup(String protocol) {
        ServerSetup setup = new ServerSetup(0, "127.0.0.1", protocol);
        setup.setServerStartupTimeout(Duration.ofMinutes(1).toMillis());
        return setup;
    }

    private Administration administration(int port, String tls) throws IOException {
        Administration admin = Administration.in(folder);
        admin.write("held.key", KEY);
        admin.write("imap.password", "pencil\n");
        server.setUser("quarantine@ours.example", "quarantine", "pencil");
        configure(admin, port, tls);
        return admin;
    }

    private static void configure(Administration admin, int port, String tls) throws IOException {
        admin.configure("directory: { database: postseal.db, masterKey: master.key }\n"
                + "held: { key: held.key, imap: { address: \"127.0.0.1:" + port
                + "\", user: quarantine, passwordFile: imap.password, tls: " + tls + " } }");
    }

    private void deliver(String octets) throws MessagingException {
        GreenMailUser user = server.getUserManager().getUser("quarantine");
        user.deliver(new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(octets.getBytes(StandardCharsets.UTF_8))));
    }

    private static HeldCopy copy(String id, Duration left) {
        return new HeldCopy(
                id,
                NOW.plus(left),
                Reason.POLICY_REFUSED,
                List.of("hold", "hold"),
                "ab".repeat(32),
                new Envelope(
                        new QueueId("1K2J3H4G"),
                        new ReversePath.Mailbox(MailAddress.of("bob@partner.example")),
                        List.of(
                                Recipient.of(MailAddress.of("carol@ours.example")),
                                Recipient.of(MailAddress.of("dan@ours.example"))),
                        MailParameters.NONE,
                        new Peer(
                                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4025),
                                new Peer.Greeting("mx.partner.example", true),
                                new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.INBOUND),
                                false),
                        NOW,
                        new Intake(0, 0)));
    }

    private static String field(HeldCopy copy) throws IOException {
        return field(copy, KEY);
    }

    private static String otherField(HeldCopy copy) throws IOException {
        return field(copy, "x".repeat(32));
    }

    private static String field(HeldCopy copy, String key) throws IOException {
        byte[] octets = new HeldSeal(Secret.of(key.getBytes(StandardCharsets.US_ASCII)))
                .field(copy, RawMessage.of(MESSAGE.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow();
        return new String(octets, StandardCharsets.US_ASCII);
    }
}
