package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Certificates;
import org.postseal.certstore.database.Transaction;
import org.postseal.certstore.database.TrustImport;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.policy.protection.SigningSettings;

/** Tests the database of a running gateway, which another process and the mail itself change. */
class DirectoryIT {
    private static final MailAddress EVE = MailAddress.of("eve@new.example");
    private static final MailAddress TOLD = MailAddress.of("tom@told.example");
    private final Instant now = Clock.systemUTC().instant();
    private final CertificateAuthority theirs =
            CertificateAuthority.create("New Partner", now.minus(Duration.ofDays(10)), now.plus(Duration.ofDays(300)));
    private final IssuedCertificate eves = theirs.issue(
            EVE, KeyAlgorithm.P256, Profile.DUAL, now.minus(Duration.ofDays(5)), now.plus(Duration.ofDays(100)));

    @TempDir
    private Path home;

    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            mailboxPolicies: { default: { recipientsRead: [AES256, AES256-GCM, PKCS1] } }
            partners: { told: { appliesTo: told.example, recipientsRead: [AES256-GCM, PKCS1] } }
            rules:
              - { id: seal, when: { recipientDomain: [new.example, told.example] }, then: { encrypt: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """);
        hop = new ScriptedNextHop(Script.polite());
        Path config = Files.writeString(
                home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: both }]
                    nextHop: "127.0.0.1:%d"
                    directory: { database: postseal.db }
                    trust: { collections: [partners] }
                    revocation: { outbound: soft, inbound: soft }
                    """.formatted(hop.address().getPort()));
        setup = Setups.of(config);
        gateway = RunningGateway.start(new GatewayAssembly(), setup);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @Test
    void whatAnotherProcessChangesCountsInTheRunningGatewayAndIsOnRecord() throws IOException {
        assertThat(toEve()).startsWith("550 5.7.1");

        elsewhere(transaction -> {
            transaction.certificates().add(eves.certificate(), Certificates.Origin.IMPORTED, act("a new partner"));
            transaction.changeLog().add("cert-import", "certificate:ab", List.of(EVE.toString()), act("a new partner"));
        });
        // The certificate is known now, and still not trusted
        Await.until(() -> recorded("cert-import"), () -> "the import is not in the audit log");
        assertThat(toEve()).startsWith("550 5.7.1");

        elsewhere(transaction -> assertThat(transaction
                        .trust()
                        .replace("partners", List.of(theirs.root().encoded()), act("")))
                .isInstanceOf(TrustImport.Imported.class));
        // The issuer between the two becomes known by an import only
        assertThat(toEve()).startsWith("550 5.7.1");
        elsewhere(
                transaction -> transaction.certificates().add(theirs.issuer(), Certificates.Origin.IMPORTED, act("")));
        Await.until(() -> toEve().startsWith("250"), () -> "the new trust does not count");
        assertThat(lastSent()).contains("application/pkcs7-mime");

        elsewhere(transaction -> transaction
                .blocks()
                .add(new Blocks.Block(
                        new Blocks.Target.Certificate(eves.certificate().id()), act("her laptop was stolen"))));
        Await.until(() -> toEve().startsWith("550 5.7.1"), () -> "the block does not count");
        assertThat(audit())
                .contains("\"event.action\":\"cert-import\",\"event.outcome\":\"success\",\"postseal.format\":1,"
                        + "\"user.name\":\"tester\",\"postseal.object\":\"certificate:ab\","
                        + "\"postseal.details\":[\"eve@new.example\",\"note: a new partner\"],");
    }

    @Test
    void verifiedMailTeachesTheCertificateToAnswerWith() throws Exception {
        trustThem();
        assertThat(toEve()).startsWith("550 5.7.1");

        byte[] altered = signedByEve();
        altered[new String(altered, ISO_8859_1).indexOf("Hello")] ^= 1;
        assertThat(send(EVE.toString(), "alice@example.com", altered)).startsWith("250");
        Await.until(
                () -> {
                    assertThat(send(EVE.toString(), "alice@example.com", signedByEve()))
                            .startsWith("250");
                    return recorded("certificate-harvested");
                },
                () -> "nothing was harvested");

        Await.until(() -> toEve().startsWith("250"), () -> "what was harvested is not used");
        assertThat(lastSent()).contains("application/pkcs7-mime");
        assertThat(audit().split("certificate-harvested", -1)).hasSize(2);
    }

    @Test
    void theMailProgramCountsWhereCapabilitiesSayNothing() {
        trustThem();
        // The gateway may not have taken up the trust yet.
        Await.until(
                () -> {
                    send(EVE.toString(), "alice@example.com", signed(eves, EVE, "Unknown/1", 60, false));
                    return toEve().startsWith("250");
                },
                () -> "nothing was harvested");
        assertThat(lastSent()).contains("smime-type=authEnveloped-data");

        // Anybody can write a name into mail that is not signed, or replay older mail with another name in it.
        String unsigned = new String(message(EVE.toString(), "alice@example.com"), ISO_8859_1);
        send(EVE.toString(), "alice@example.com", ("User-Agent: NeoMutt/1\r\n" + unsigned).getBytes(ISO_8859_1));
        send(EVE.toString(), "alice@example.com", signed(eves, EVE, "NeoMutt/1", 61, false));
        teachTold();
        assertThat(toEve()).startsWith("250");
        assertThat(lastSent()).contains("smime-type=authEnveloped-data");

        send(EVE.toString(), "alice@example.com", signed(eves, EVE, "NeoMutt/20250510", 50, false));
        Await.until(
                () -> toEve().startsWith("250") && lastSent().contains("smime-type=enveloped-data"),
                () -> "the mail program does not count");

        // A partner of whom the policy says what they read is not looked up in the table.
        assertThat(send("alice@example.com", TOLD.toString(), message("alice@example.com", TOLD.toString())))
                .startsWith("250");
        assertThat(lastSent()).contains("smime-type=authEnveloped-data");

        send(EVE.toString(), "alice@example.com", signed(eves, EVE, "NeoMutt/20250510", 40, true));
        Await.until(
                () -> toEve().startsWith("250") && lastSent().contains("smime-type=authEnveloped-data"),
                () -> "capabilities do not come before the mail program");
    }

    /** Lessons are taken in turn: once this one is learned, those before it are learned or passed over. */
    private void teachTold() {
        IssuedCertificate tolds = theirs.issue(
                TOLD, KeyAlgorithm.P256, Profile.DUAL, now.minus(Duration.ofDays(5)), now.plus(Duration.ofDays(100)));
        send(TOLD.toString(), "alice@example.com", signed(tolds, TOLD, "NeoMutt/20250510", 60, false));
        Await.until(
                () -> setup.directory()
                        .database()
                        .orElseThrow()
                        .programs()
                        .of(tolds.certificate())
                        .isPresent(),
                () -> "nothing is learnt");
    }

    private void trustThem() {
        elsewhere(transaction -> transaction
                .trust()
                .replace(
                        "partners",
                        List.of(theirs.root().encoded(), theirs.issuer().encoded()),
                        act("")));
        Await.until(
                () -> setup.directory()
                        .database()
                        .orElseThrow()
                        .trust()
                        .find("partners")
                        .isPresent(),
                () -> "no trust");
    }

    private String toEve() {
        return send("alice@example.com", EVE.toString(), message("alice@example.com", EVE.toString()));
    }

    private String send(String from, String to, byte[] content) {
        InetSocketAddress address = gateway.addresses().getFirst();
        try (SmtpSender sender = SmtpSender.lmtp(address.getPort())) {
            byte[] dotted = new byte[content.length + 3];
            System.arraycopy(content, 0, dotted, 0, content.length);
            System.arraycopy(".\r\n".getBytes(ISO_8859_1), 0, dotted, content.length, 3);
            return sender.send(from, List.of(to), dotted).data().getFirst();
        }
    }

    private byte[] signedByEve() {
        return signed(eves, EVE, "Unknown/1", 0, true);
    }

    private byte[] signed(
            IssuedCertificate signer, MailAddress from, String program, int minutesAgo, boolean saysWhatItReads) {
        String text = new String(message(from.toString(), "alice@example.com"), ISO_8859_1);
        RawMessage message = RawMessage.of(("User-Agent: " + program + "\r\n" + text).getBytes(ISO_8859_1));
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return new CmsSigner()
                    .sign(
                            message,
                            HeaderBlock.read(message, Budget.standard()).orElseThrow(),
                            signer.keyHandle(),
                            new SigningSettings(
                                    SigningSettings.Digest.SHA256,
                                    SigningSettings.RsaPadding.PKCS1,
                                    true,
                                    KeyPlace.ANYWHERE,
                                    SigningSettings.Certificates.CHAIN,
                                    saysWhatItReads),
                            now.minus(Duration.ofMinutes(minutesAgo)),
                            scope)
                    .message()
                    .toByteArray();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] message(String from, String to) {
        return ("From: <" + from + ">\r\nTo: <" + to + ">\r\nMessage-ID: <1@test>\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; charset=us-ascii\r\n\r\nHello\r\n")
                .getBytes(ISO_8859_1);
    }

    /** Changes the database as a command does, which is a process of its own. */
    private void elsewhere(Consumer<Transaction> change) {
        try (CertificateDatabase database = CertificateDatabase.open(home.resolve("postseal.db"))) {
            database.commit(change);
        }
    }

    private boolean recorded(String action) {
        return audit().contains("\"event.action\":\"" + action + "\"");
    }

    private String audit() {
        try {
            return Files.readString(home.resolve("admin.jsonl"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String lastSent() {
        return new String(hop.received().getLast().content(), ISO_8859_1);
    }

    private static Act act(String note) {
        return new Act("tester", Clock.systemUTC().instant(), note);
    }
}
