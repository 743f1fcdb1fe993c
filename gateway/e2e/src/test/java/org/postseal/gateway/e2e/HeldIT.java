package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.Secret;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldOpening;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * Held mail lies in a mailbox that Postfix writes and Dovecot shows. Whoever has the key releases it, once, and nothing
 * leaves in clear that must be encrypted.
 */
class HeldIT {
    private static final String QUARANTINE = "quarantine@example.com";
    /** A partner whose Postfix the gateway hands mail to itself. */
    private static final String DIRK = "dirk@direct.example";
    /** A mailbox that this Postfix does not have. */
    private static final String GONE = "gone@direct.example";

    private static final String POLICY = """
        version: 1
        internal: [example.com]
        quarantine: quarantine@example.com
        rules:
          - id: secret
            when: { direction: outbound, subject: "[secret]" }
            then: { encrypt: required, onMissingCertificate: redirect }
          - { id: hold, when: { direction: outbound, subject: "[hold]" }, then: redirect }
          - { id: rest, when: always, then: mailboxPolicy }
        """;
    private static final Pattern HELD = Pattern.compile("Quarantine: held ([0-9a-f]{32})");

    private static Users users;
    private static GatewayProcess gateway;
    private static PrivatePostfix own;
    private static PrivatePostfix partner;
    private static Dovecot dovecot;
    private static int releases;

    @BeforeAll
    static void start() throws IOException {
        Requirements.postfix();
        Requirements.programs("dovecot");
        List<Integer> ports = Await.freePorts(2);
        releases = ports.get(0);
        users = new Users();
        gateway = users.gateway();
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        ours.filters(gateway.submissionLmtp(), gateway.inboundLmtp())
                .mailboxes(Stream.concat(Stream.of(Users.mailboxes()), Stream.of(QUARANTINE))
                        .toArray(String[]::new))
                .routeTo("partner.example", theirs.inboundPort());
        theirs.mailboxes(Users.BOB_RSA, Users.NINA, DIRK)
                .setting("virtual_mailbox_domains = partner.example, direct.example")
                .routeTo("example.com", ours.inboundPort());
        secret("held.key", "0123456789abcdef".repeat(4));
        secret("other.key", "fedcba9876543210".repeat(4));
        secret("imap.password", Dovecot.PASSWORD);
        gateway.configuration("""
                held:
                  key: held.key
                  imap:
                    { address: "127.0.0.1:%d", tls: none, user: %s, passwordFile: imap.password }
                """.formatted(ports.get(1), QUARANTINE));
        gateway.start(
                POLICY,
                """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: submission }
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: inbound }
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: release }
                trustedPeers: ["127.0.0.0/8"]
                nextHops: { back: "127.0.0.1:%d", direct: "127.0.0.1:%d" }
                routes: [{ to: direct.example, hop: direct }, { hop: back }]
                """.formatted(
                                gateway.submissionLmtp(),
                                gateway.inboundLmtp(),
                                releases,
                                ours.reinjectionPort(),
                                theirs.inboundPort()),
                List.of(gateway.submissionLmtp(), gateway.inboundLmtp(), releases));
        own = PrivatePostfix.start(ours);
        partner = PrivatePostfix.start(theirs);
        dovecot = Dovecot.start(own, ports.get(1));
    }

    @AfterAll
    static void stop() {
        Closing.all(dovecot, partner, own, gateway, users);
    }

    @Test
    void itIsReleasedOnceAndOnRecord() {
        byte[] message = submit("once", "[hold] Plan", Users.BOB_RSA);
        String id = held("once");
        assertThat(partner.mailsWith(Users.BOB_RSA, "<once@test>")).isEmpty();

        Command.Result first = release(id, "--reason", "asked for by phone", "--by", "jane");

        assertThat(first.exitStatus()).as(first + dovecot.log()).isZero();
        assertThat(output(first)).contains("bob@partner.example: released: 250 2.0.0 ");
        String arrived = new String(partner.awaitMail(Users.BOB_RSA, "<once@test>"), ISO_8859_1);
        assertThat(arrived).endsWith(new String(message, ISO_8859_1)).doesNotContain("X-Postseal-");

        Command.Result second = release(id, "--reason", "once more");
        assertThat(second.exitStatus()).as(second.toString()).isZero();
        assertThat(output(second)).contains("bob@partner.example: released already: 250 2.0.0 ");
        own.awaitEmptyQueue();
        partner.awaitEmptyQueue();
        assertThat(partner.mailsWith(Users.BOB_RSA, "<once@test>")).hasSize(1);

        assertThat(gateway.audit("once").stream()
                        .map(record -> Stream.of(
                                        "postseal.decision",
                                        "rule.id",
                                        "postseal.held",
                                        "postseal.released_by",
                                        "postseal.release_reason",
                                        "postseal.journal")
                                .map(name -> Objects.toString(record.get(name), ""))
                                .toList()))
                .containsExactly(
                        List.of("redirect", "hold", "", "", "", ""),
                        List.of("deliver", "rest", id, "jane (" + user() + ")", "asked for by phone", ""),
                        List.of("deliver", "rest", id, user(), "once more", "[suppressed]"));
        assertThat(output(held("postseal.yaml", "show", id))).containsPattern("state +released");
    }

    @Test
    void noClearCopyLeavesWhereEncryptionIsDemanded() {
        submit("secret", "[secret] Figures", Users.NINA);
        String id = held("secret");

        Command.Result refused = release(id, "--reason", "in a hurry");
        assertThat(refused.exitStatus()).isEqualTo(65);
        assertThat(refused.messages())
                .contains("error: nina@partner.example: refused: 550 5.7.1 Encryption is required and no usable"
                        + " certificate is known for this recipient");
        own.awaitEmptyQueue();
        partner.awaitEmptyQueue();
        assertThat(partner.mailsWith(Users.NINA, "<secret@test>")).isEmpty();

        users.pki().user(Users.NINA, KeyAlgorithm.P256);
        gateway.partners(List.of(users.pki().identity(Users.NINA)));
        Command.of("kill", "-HUP", gateway.pid()).output();
        Await.until(() -> release(id, "--reason", "now there is a certificate").isSuccess(), gateway::log);
        SmimeMail arrived = new SmimeMail(partner.awaitMail(Users.NINA, "<secret@test>"));
        assertThat(arrived.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
    }

    @Test
    void anAlteredCopyIsNotReleased() throws IOException {
        submit("altered", "[hold] Plan", Users.BOB_RSA);
        String id = held("altered");
        Path file = file("altered");
        Files.writeString(file, Files.readString(file, ISO_8859_1).replace("Hello", "Hallo"), ISO_8859_1);

        refused(id, "the message was altered since it was held", "altered");
    }

    @Test
    void anExpiredCopyIsNotReleased() throws IOException {
        submit("expired", "[hold] Plan", Users.BOB_RSA);
        String id = held("expired");
        HeldSeal seal = new HeldSeal(Secret.read(gateway.file("held.key")));
        Path file = file("expired");
        RawMessage octets = RawMessage.of(
                Files.readString(file, ISO_8859_1).replace("\n", "\r\n").getBytes(ISO_8859_1));
        HeldOpening.Opened opened = (HeldOpening.Opened) seal.open(octets, Instant.now());
        HeldCopy copy = opened.copy();
        HeldCopy old = new HeldCopy(
                copy.id(),
                copy.at().minus(Duration.ofDays(1)),
                copy.reason(),
                copy.rules(),
                copy.policy(),
                copy.envelope());
        RawMessage written = RawMessage.join(
                List.of(RawMessage.of(seal.field(old, opened.original()).orElseThrow()), opened.original()));
        Files.writeString(file, new String(written.toByteArray(), ISO_8859_1).replace("\r\n", "\n"), ISO_8859_1);

        refused(id, "the message has expired", "expired");
    }

    @Test
    void aRecipientWhoIsGoneIsNamedAndTheOtherGetsIt() {
        submit("gone", "[hold] Plan", DIRK, GONE);
        String id = held("gone");

        for (String released : List.of("released", "released already")) {
            Command.Result result = release(id, "--reason", "asked for by phone");
            assertThat(result.exitStatus()).as(result.toString()).isEqualTo(65);
            assertThat(output(result)).contains(DIRK + ": " + released + ": 250 2.0.0 ");
            assertThat(result.messages()).contains("error: " + GONE + ": refused: 550 5.1.1 ");
        }
        partner.awaitEmptyQueue();
        assertThat(partner.mailsWith(DIRK, "<gone@test>")).hasSize(1);
    }

    @Test
    void nobodyReleasesWithoutTheKey() throws IOException {
        submit("thief", "[hold] Plan", Users.BOB_RSA);
        byte[] copy = own.awaitMail(QUARANTINE, "<thief@test>");
        String id = held("thief");

        try (SmtpSender connection = SmtpSender.lmtp(releases)) {
            assertThat(connection
                            .send(Users.ALICE_RSA, List.of(Users.BOB_RSA), copy)
                            .data())
                    .containsExactly("550 5.7.1 Not released: nobody asks for it: no field X-Postseal-Release");
        }
        String configuration = Files.readString(gateway.file("postseal.yaml"));
        Files.writeString(gateway.file("thief.yaml"), configuration.replace("held.key", "other.key"));
        assertThat(held("thief.yaml", "release", id, "--reason", "mine").exitStatus())
                .isEqualTo(65);
        own.awaitEmptyQueue();
        partner.awaitEmptyQueue();
        assertThat(partner.mailsWith(Users.BOB_RSA, "<thief@test>")).isEmpty();
        assertThat(gateway.audit("thief").stream().map(record -> String.valueOf(record.get("postseal.decision"))))
                .containsExactly("redirect");

        // The gateway is away
        Files.writeString(
                gateway.file("away.yaml"),
                configuration.replace(
                        ":" + releases + "\"", ":" + Await.freePorts(1).getFirst() + "\""));
        Command.Result away = held("away.yaml", "release", id, "--reason", "any");
        assertThat(away.exitStatus()).as(away.toString()).isEqualTo(69);
        assertThat(away.messages()).contains("error: the gateway does not listen at 127.0.0.1");
        assertThat(release(id, "--reason", "by whoever may").isSuccess()).isTrue();
        partner.awaitMail(Users.BOB_RSA, "<thief@test>");
    }

    @Test
    void whoAnswersForItReadsWhatIsHeldAndRemovesIt() {
        submit("digest", "[hold] Plan", Users.BOB_RSA);
        String id = held("digest");

        Command.Result sent =
                held("postseal.yaml", "digest", "--from", "gw@example.com", "--to", Users.PLAIN, "--send");
        assertThat(sent.exitStatus()).as(sent.toString()).isZero();
        String digest = new String(own.awaitMail(Users.PLAIN, "Auto-Submitted: auto-generated"), UTF_8);
        assertThat(digest).contains(id + ": until ", "[hold] Plan").doesNotContain("Hello");

        assertThat(held("postseal.yaml", "drop", id, "--note", "no longer needed")
                        .isSuccess())
                .isTrue();
        assertThat(release(id, "--reason", "any").messages()).contains("error: no message in INBOX is held as " + id);
        assertThat(own.mailsWith(QUARANTINE, "<digest@test>")).isEmpty();
    }

    private static void refused(String id, String why, String mark) {
        Command.Result result = release(id, "--reason", "any");
        assertThat(result.exitStatus()).as(result.toString()).isEqualTo(65);
        assertThat(result.messages()).contains("error: " + why);
        own.awaitEmptyQueue();
        partner.awaitEmptyQueue();
        assertThat(partner.mailsWith(Users.BOB_RSA, "<" + mark + "@test>")).isEmpty();
    }

    private static byte[] submit(String mark, String subject, String... recipients) {
        byte[] message = ("From: <" + Users.ALICE_RSA + ">\r\nTo: <" + String.join(">, <", recipients)
                        + ">\r\nMessage-ID: <" + mark
                        + "@test>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nSubject: " + subject
                        + "\r\n\r\nHello\r\n.\r\n")
                .getBytes(ISO_8859_1);
        SmtpSender.send(own.layout().submissionPort(), Users.ALICE_RSA, List.of(recipients), message);
        return message;
    }

    /** Waits until the message is in the quarantine, and returns the id of the copy. */
    private static String held(String mark) {
        String copy = new String(own.awaitMail(QUARANTINE, "<" + mark + "@test>"), ISO_8859_1);
        Matcher id = HELD.matcher(copy.replaceAll("\r\n[ \t]+", " "));
        assertThat(id.find()).as(copy).isTrue();
        return id.group(1);
    }

    /** Returns the file of a copy that no program has read yet. */
    private static Path file(String mark) throws IOException {
        try (Stream<Path> files = Files.list(own.etc().resolveSibling("mail").resolve(QUARANTINE + "/new"))) {
            for (Path file : files.toList()) {
                if (Files.readString(file, ISO_8859_1).contains("<" + mark + "@test>")) {
                    return file;
                }
            }
        }
        throw new AssertionError("no copy of " + mark);
    }

    private static Command.Result release(String id, String... options) {
        List<String> words = new ArrayList<>(List.of("release", id));
        words.addAll(List.of(options));
        return held("postseal.yaml", words.toArray(String[]::new));
    }

    private static Command.Result held(String configuration, String... words) {
        List<Object> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                GatewayProcess.classPath(),
                "org.postseal.gateway.admin.Main",
                "held"));
        command.addAll(List.of(words));
        command.addAll(List.of("-c", gateway.file(configuration)));
        return Command.of(command).run();
    }

    private static String output(Command.Result result) {
        return new String(result.output(), UTF_8);
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static void secret(String name, String text) throws IOException {
        Path file = Files.writeString(gateway.file(name), text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
