package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.e2e.Modes.Mode;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/** The client waits while the gateway works, and gets its reply. */
class BeforeQueueIT extends ModeContract {
    BeforeQueueIT() {
        super(Modes.start(
                Mode.BEFORE_QUEUE,
                layout -> layout.alias("team@example.com", ModeRoad.BOB).mailboxes("postmaster@example.com")));
    }

    @Override
    void assertRefused(SmtpSender.Outcome outcome, String id) {
        assertThat(outcome.data()).singleElement().asString().startsWith("550 5.7.1 ");
        assertThat(road().notifications(ModeRoad.ALICE)).isEmpty();
    }

    @Override
    void assertDeferred(SmtpSender.Outcome outcome, String recipient) {
        assertThat(outcome.data()).singleElement().asString().startsWith("451 4.2.1 ");
        assertThat(road().own().deferred()).isEmpty();
    }

    @Override
    int membersBeforeTheGateway() {
        return 0;
    }

    @Override
    void assertPartlyDeferred(String id) {
        assertThat(rows(road().gateway(), ModeRoad.BOB).getLast().upstreamId()).isEmpty();
    }

    /** The client still has the message, and Postfix gives it another queue id. */
    @Override
    void retry(SmimeMail message, String sender, String... recipients) {
        assertThat(road().submit(message, sender, recipients).isDelivered()).isTrue();
    }

    @Test
    void whatALocalProgramHandsToSendmailIsProtectedToo() {
        road().own()
                .sendmail(
                        ModeRoad.ALICE,
                        List.of(ModeRoad.BOB),
                        fromAlice("local-1", ModeRoad.BOB).octets());

        assertProtected(road().arrived(ModeRoad.BOB, "local-1"), ModeRoad.BOB);
    }

    /** Postfix would make an address of ours of it, behind the gateway, that no rule by sender has seen. */
    @Test
    void aFromWithoutADomainStaysWithoutOne() {
        SmimeMail message =
                new SmimeMail(MailRoad.octets(SmimeMail.message("bare-1", ModeRoad.ALICE, ModeRoad.PLAIN, ENTITY)
                        .text()
                        .replace(ModeRoad.ALICE, "alice")));
        road().sendFromOutside(message, ModeRoad.BOB, ModeRoad.PLAIN);

        assertThat(road().arrived(ModeRoad.PLAIN, "bare-1").field("From")).isEqualTo(message.field("From"));
    }

    @Test
    void postmasterNeedsNoDomain() {
        road().sendFromOutside(
                        SmimeMail.message("postmaster-1", ModeRoad.BOB, "postmaster", ENTITY),
                        ModeRoad.BOB,
                        "postmaster");

        assertThat(road().arrived("postmaster@example.com", "postmaster-1").body())
                .isEqualTo(BODY);
    }

    /** Cron writes the same message again, and both arrive: only a retry is suppressed. */
    @Test
    void theSameMessageSentTwiceArrivesTwice() {
        SmimeMail message = fromAlice("twice-1", ModeRoad.BOB);
        retry(message, ModeRoad.ALICE, ModeRoad.BOB);
        retry(message, ModeRoad.ALICE, ModeRoad.BOB);

        Await.until(
                () -> road().count(ModeRoad.BOB, "twice-1") == 2,
                () -> road().own().log());
    }

    @Test
    void anAliasIsNotExpandedBehindTheGateway() {
        road().submit(
                        SmimeMail.message("alias-1", ModeRoad.PLAIN, "team@example.com", ENTITY),
                        ModeRoad.PLAIN,
                        "team@example.com");

        assertThat(road().arrived(ModeRoad.PLAIN, "alias-1").kind()).isEqualTo("multipart/report");
        road().own().awaitEmptyQueue();
        assertThat(road().count(ModeRoad.BOB, "alias-1")).isZero();
    }

    /**
     * A next hop that opens no session is given up in time and gets nothing later. The gateway still waits for one that
     * is silent after the final dot, after Postfix has given up. It answers the retry by the result.
     */
    @Test
    void aSlowNextHopMakesTheClientTryAgainAndNoDuplicate() throws IOException {
        AtomicReference<Script> script = new AtomicReference<>(Script.polite());
        AtomicInteger warm = new AtomicInteger();
        try (ScriptedNextHop hop = new ScriptedNextHop(moment -> script.get().at(moment));
                Waiting waiting = new Waiting(hop)) {
            // The first messages may take longer than the gateway has here.
            Await.until(
                    () -> waiting.send("warm-" + warm.incrementAndGet()).startsWith("250 "), () -> "no mail passes");
            hop.clear();

            script.set(Script.at(Stage.GREETING, new Action.Hang()));
            assertThat(waiting.send("silent-1")).startsWith("451 4.4.");
            script.set(Script.polite());
            assertThat(waiting.send("silent-1")).startsWith("250 ");

            script.set(Script.at(Stage.DOT, new Action.Delay(Duration.ofSeconds(7))));
            assertThat(waiting.send("slow-1")).startsWith("451 4.3.0 ");
            script.set(Script.polite());
            assertThat(waiting.send("slow-1")).startsWith("250 ");
            assertThat(idsOf(hop)).containsExactly("silent-1", "slow-1");
        }
    }

    private static List<String> idsOf(ScriptedNextHop hop) {
        return hop.received().stream()
                .map(Received::text)
                .map(text -> text.replaceFirst("(?s).*Message-ID: <([^@]+)@test>.*", "$1"))
                .toList();
    }

    /** The Postfix and the gateway of the page, with a next hop that a test can make slow. */
    private static final class Waiting implements AutoCloseable {
        private final TestPki pki = new TestPki();
        private final GatewayProcess gateway = new GatewayProcess(pki);
        private final PostfixLayout layout = new PostfixLayout("mail.example.com");
        private final PrivatePostfix postfix;

        Waiting(ScriptedNextHop hop) {
            HowtoPage page = Mode.BEFORE_QUEUE.page();
            layout.as(page, "", layout.places(gateway.submissionSmtp(), gateway.inboundSmtp()))
                    .setting("smtpd_proxy_timeout = 5s");
            gateway.start(
                    Modes.RELAY_EVERYTHING,
                    page.with(Map.of(
                                    "127.0.0.1:10024", "127.0.0.1:" + gateway.submissionSmtp(),
                                    "127.0.0.1:10025", "127.0.0.1:" + gateway.inboundSmtp(),
                                    "127.0.0.1:10026", "127.0.0.1:" + hop.port(),
                                    // Each message has its own connection, so that each has its greeting.
                                    "handOver: 60s", "handOver: 2s, messages: 1"))
                            .block("yaml"),
                    List.of(gateway.submissionSmtp(), gateway.inboundSmtp()));
            postfix = PrivatePostfix.start(layout);
        }

        /** Sends a message, and returns the reply to the final dot. */
        String send(String id) {
            try (SmtpSender sender = SmtpSender.smtp(layout.submissionPort())) {
                return sender.send(
                                ModeRoad.PLAIN,
                                List.of(ModeRoad.BOB),
                                SmimeMail.message(id, ModeRoad.PLAIN, ModeRoad.BOB, ENTITY)
                                        .octets())
                        .data()
                        .getFirst();
            }
        }

        @Override
        public void close() {
            Closing.all(postfix, gateway, pki);
        }
    }

    private static List<JournalEntry> rows(GatewayProcess gateway, String recipient) {
        try {
            return JournalFile.list(
                            gateway.file("journal.db"),
                            new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 1000))
                    .stream()
                    .filter(row -> row.recipient().equals(recipient))
                    .toList();
        } catch (JournalException e) {
            throw new AssertionError(e);
        }
    }
}
