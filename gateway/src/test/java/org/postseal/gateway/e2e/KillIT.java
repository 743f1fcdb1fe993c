package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.journal.JournalEntry;
import org.postseal.gateway.journal.JournalException;
import org.postseal.gateway.journal.JournalFile;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.testing.ScriptedNextHop;

/** The gateway is killed, under load and at named points; its upstream tries again: nothing is lost, and a duplicate is on record. */
@Timeout(900)
class KillIT {
    private static final List<String> BOTH = List.of("bob@partner.example", "carl@partner.example");
    /** Two units: Bob's copy has a field more. */
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: marked, when: { recipient: bob@partner.example }, then: { addHeader: { name: X-Marked, value: "yes" } } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private static final int KILLS = 10;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void underLoadNothingIsLostAndNoDuplicateIsWithoutARecord(boolean isLmtp) throws Exception {
        Random random = new Random(20261126);
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki).start(POLICY, hop.port())) {
            LoadDriver load =
                    new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, true);
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    load.run(0, 400, 16, BOTH);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            int kills = 0;
            while (kills < KILLS / 2 && sending.isAlive()) {
                int before = load.settled();
                Await.until(() -> load.settled() > before || !sending.isAlive(), () -> "no progress");
                Await.pause(Duration.ofMillis(random.nextInt(400)));
                gateway.kill();
                kills++;
                gateway.start();
            }
            sending.join();

            LoadDriver.Account account = load.account(hop.received());
            int doubts = rows(gateway).stream().mapToInt(JournalEntry::doubts).sum();
            String report = kills + " kills, " + doubts + " in doubt: " + account;
            assertThat(account.promised()).as(report).isEqualTo(800);
            assertThat(account.lost()).as(report).isEmpty();
            assertThat(account.duplicates()).as(report).isLessThanOrEqualTo(doubts);
            assertThat(kills).as(report).isEqualTo(KILLS / 2);
        }
    }

    @Test
    void atEachNamedPointTheRetryMakesItRight() throws IOException {
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki).main("org.postseal.gateway.smtp.HaltingMain")) {
            Path halt = gateway.file("halt");
            gateway.javaOptions(
                    List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dhalt.at=" + halt));
            gateway.start(POLICY, hop.port());
            for (boolean isLmtp : List.of(true, false)) {
                for (FailPoint point : FailPoint.values()) {
                    String name = (isLmtp ? "lmtp-" : "smtp-") + point;
                    LoadDriver peer =
                            new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, true);
                    hop.clear();
                    Path file = Files.createFile(gateway.file("halt." + point));
                    List<String> left = peer.attempt(name, BOTH);
                    gateway.awaitEnd();
                    Files.delete(file);
                    gateway.start();
                    peer.deliver(name, left);

                    LoadDriver.Account account = peer.account(hop.received());
                    assertThat(account.lost()).as(name).isEmpty();
                    // the reply may have been on its way when the process ended
                    assertThat(account.promised()).as(name).isEqualTo(2);
                    int most = switch (point) {
                        case AFTER_NEXT_HOP_DOT, AFTER_NEXT_HOP_REPLY, BEFORE_JOURNAL_COMMIT -> 1;
                        case AFTER_MAIL,
                                AFTER_RCPT,
                                IN_DATA,
                                AFTER_DOT,
                                AFTER_PREPARE,
                                BEFORE_CONNECT,
                                AFTER_NEXT_HOP_DATA,
                                AFTER_JOURNAL_COMMIT,
                                AFTER_REPLY -> 0;
                    };
                    assertThat(account.duplicates()).as(name).isLessThanOrEqualTo(most);
                    int doubts = rows(gateway).stream()
                            .filter(row -> row.upstreamId().equals(Optional.of(name)))
                            .mapToInt(JournalEntry::doubts)
                            .sum();
                    assertThat(account.duplicates()).as(name).isLessThanOrEqualTo(doubts);
                    if (point == FailPoint.AFTER_NEXT_HOP_REPLY || point == FailPoint.BEFORE_JOURNAL_COMMIT) {
                        // that nobody can close: the test itself would see it otherwise
                        assertThat(account.duplicates()).as(name).isEqualTo(1);
                    }
                }
            }
        }
    }

    private static List<JournalEntry> rows(GatewayProcess gateway) throws JournalException {
        return JournalFile.list(
                gateway.file("journal.db"),
                new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 100_000));
    }
}
