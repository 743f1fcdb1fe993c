package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;

/** The next hop fails in part, then altogether, and nothing is lost or doubled. A mailbox is read by IMAP. */
class NextHopIT {
    private static final String SENDER = "cbc.rsa@example.com";
    private static final String ENTITY = SmimeMail.entity("Hello\r\n");
    private static final Set<String> FAIL_ONCE = ConcurrentHashMap.newKeySet();

    private static @Nullable MailRoad started;
    private static @Nullable ScriptedNextHop nextHop;
    private static @Nullable GreenMail mailboxes;
    private static int nextHopPort;
    private static int reinjectionPort;

    @BeforeAll
    static void start() {
        GreenMail greenMail = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
        });
        greenMail.start();
        greenMail.setUser("irma@example.com", "irma", "secret");
        mailboxes = greenMail;
        nextHopPort = Await.freePorts(1).getFirst();
        started = MailRoad.start(
                layout -> {
                    reinjectionPort = layout.reinjectionPort();
                    return layout.routeTo(
                                    "irma@example.com", greenMail.getSmtp().getPort())
                            .mailboxes("irma@example.com");
                },
                nextHopPort);
    }

    @AfterAll
    static void stop() {
        Closing.all(started, nextHop);
        if (mailboxes != null) {
            mailboxes.stop();
        }
    }

    @BeforeEach
    void nextHopIsUp() throws IOException {
        FAIL_ONCE.clear();
        if (nextHop == null) {
            nextHop = ScriptedNextHop.onPort(nextHopPort, handingOn());
        }
        hop().clear();
    }

    @Test
    void ofTwoRecipientsOnlyTheOneThatFailedAtRcptIsTriedAgain() {
        FAIL_ONCE.add(Users.DORA_EC);
        road().submit(
                        SmimeMail.message("partly-1", SENDER, Users.BOB_RSA + ">, <" + Users.DORA_EC, ENTITY),
                        SENDER,
                        Users.BOB_RSA,
                        Users.DORA_EC);

        road().arrived(Users.BOB_RSA, "partly-1");
        assertThat(road().own().awaitDeferred(Users.DORA_EC).reason()).contains("451 4.2.1");
        road().own().flush();
        road().arrived(Users.DORA_EC, "partly-1");
        road().own().awaitEmptyQueue();
        assertThat(mails(Users.BOB_RSA, "partly-1")).hasSize(1);
        assertThat(mails(Users.DORA_EC, "partly-1")).hasSize(1);
        assertThat(handedOn("partly-1")).containsExactly(List.of(Users.BOB_RSA), List.of(Users.DORA_EC));
    }

    @Test
    void ofTwoUnitsOnlyTheOneThatFailedAtTheEndIsTriedAgain() {
        FAIL_ONCE.add("data:" + Users.DORA_EC);
        // Dora's copy is a blind one, and so its own unit.
        road().submit(
                        SmimeMail.message("partly-2", SENDER, Users.BOB_RSA, ENTITY),
                        SENDER,
                        Users.BOB_RSA,
                        Users.DORA_EC);

        road().arrived(Users.BOB_RSA, "partly-2");
        assertThat(road().own().awaitDeferred(Users.DORA_EC).reason()).contains("451 4.3.2");
        road().own().flush();
        road().arrived(Users.DORA_EC, "partly-2");
        road().own().awaitEmptyQueue();
        assertThat(mails(Users.BOB_RSA, "partly-2")).hasSize(1);
        assertThat(mails(Users.DORA_EC, "partly-2")).hasSize(1);
    }

    @Test
    void whileTheNextHopIsDownMailWaitsUpstreamAndNothingIsLost() throws IOException {
        hop().close();
        nextHop = null;
        road().submit(SmimeMail.message("down-1", SENDER, Users.BOB_RSA, ENTITY), SENDER, Users.BOB_RSA);
        assertThat(road().own().awaitDeferred(Users.BOB_RSA).reason()).contains("451 4.4.");

        nextHopIsUp();
        road().own().flush();

        assertThat(road().arrived(Users.BOB_RSA, "down-1").kind()).isEqualTo("application/pkcs7-mime enveloped-data");
        road().own().awaitEmptyQueue();
        assertThat(mails(Users.BOB_RSA, "down-1")).hasSize(1);
    }

    @Test
    void openedMailIsReadByImap() throws MessagingException, IOException {
        byte[] signature = road().openssl()
                .signDetached(MailRoad.octets(ENTITY), road().pki().identity(Users.BOB_RSA));
        road().sendFromPartner(
                        SmimeMail.clearSigned("imap-1", Users.BOB_RSA, "irma@example.com", ENTITY, signature),
                        Users.BOB_RSA,
                        "irma@example.com");
        GreenMail server = imapServer();
        assertThat(server.waitForIncomingEmail(Await.LIMIT.toMillis(), 1))
                .as(road().own()::log)
                .isTrue();

        Session session = Session.getInstance(new Properties());
        try (Store store = session.getStore("imap")) {
            store.connect("127.0.0.1", server.getImap().getPort(), "irma", "secret");
            try (Folder inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                Message[] messages = inbox.getMessages();
                assertThat(messages).hasSize(1);
                assertThat(messages[0].getHeader("Message-ID")).containsExactly("<imap-1@test>");
                assertThat(messages[0].isMimeType("multipart/signed")).isTrue();
                assertThat(Stream.of(messages[0].getHeader("Authentication-Results"))
                                .filter(field -> field.startsWith(GatewayProcess.AUTHSERV_ID))
                                .map(field -> field.replaceAll("(?s).*smime=(\\w+).*", "$1")))
                        .containsExactly("pass");
            }
        }
    }

    private static Script handingOn() {
        Script refusing = moment -> moment.stage() == Stage.RCPT && FAIL_ONCE.remove(moment.address())
                ? Optional.of(new Action.Say("451 4.2.1 Mailbox busy\r\n"))
                : Optional.empty();
        return refusing.or(moment -> moment.message().flatMap(NextHopIT::handOn));
    }

    private static Optional<Action> handOn(Received message) {
        for (String recipient : message.recipients()) {
            if (FAIL_ONCE.remove("data:" + recipient)) {
                return Optional.of(new Action.Say("451 4.3.2 Busy\r\n"));
            }
        }
        SmtpSender.send(reinjectionPort, message.sender(), message.recipients(), message.content());
        return Optional.empty();
    }

    private static List<byte[]> mails(String recipient, String id) {
        return road().partner().mailsWith(recipient, MailRoad.mark(id));
    }

    private static List<List<String>> handedOn(String id) {
        return hop().ended().stream()
                .filter(message -> message.text().contains(MailRoad.mark(id)))
                .map(Received::recipients)
                .toList();
    }

    private static ScriptedNextHop hop() {
        return Objects.requireNonNull(nextHop, "not started");
    }

    private static GreenMail imapServer() {
        return Objects.requireNonNull(mailboxes, "not started");
    }

    private static MailRoad road() {
        return Objects.requireNonNull(started, "not started");
    }
}
