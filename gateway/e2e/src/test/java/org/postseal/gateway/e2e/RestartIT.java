package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.e2e.load.Ledger;
import org.postseal.gateway.e2e.load.LoadDriver;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/**
 * The gateway is stopped in order and started again, or gets another configuration, while mail never pauses. Nothing is
 * lost and nothing comes twice.
 */
@Timeout(600)
class RestartIT {
    private static final List<String> BOTH = List.of("bob@partner.example", "carl@partner.example");
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: marked, when: { recipient: bob@partner.example },
                  then: { addHeader: { name: X-Marked, value: "yes" } } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;
    private static final int STOPS = 3;
    private static final int RELOADS = 6;
    private static final int MESSAGES = 200;
    /** The next hop is slow, so that there are always messages on their way. */
    private static final Script UNHURRIED = Script.at(Script.Stage.DOT, new Action.Delay(Duration.ofMillis(40)));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stopsUnderLoadLoseNothingAndRepeatNothing(boolean isLmtp) throws Exception {
        Random random = new Random(20261126);
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop(UNHURRIED);
                GatewayProcess gateway = new GatewayProcess(pki).start(POLICY, hop.port())) {
            LoadDriver load =
                    new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, isLmtp);
            Thread sending = started(load);
            int stops = 0;
            while (stops < STOPS && sending.isAlive()) {
                awaitProgress(load, sending);
                Await.pause(Duration.ofMillis(random.nextInt(100)));
                assertThat(gateway.stop()).isZero();
                stops++;
                gateway.start();
            }
            sending.join();
            verify(load.account(hop.received()), gateway, stops + " stops");
            assertThat(stops).isEqualTo(STOPS);
            assertThat(gateway.log()).doesNotContain("cut off");
        }
    }

    @Test
    void otherListenersAndNextHopsUnderLoadLoseNothingAndRepeatNothing() throws Exception {
        try (TestPki pki = new TestPki();
                ScriptedNextHop one = new ScriptedNextHop(UNHURRIED);
                ScriptedNextHop other = new ScriptedNextHop(UNHURRIED);
                GatewayProcess gateway = new GatewayProcess(pki).start(POLICY, one.port())) {
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true);
            Thread sending = started(load);
            Path config = gateway.file("postseal.yaml");
            String first = Files.readString(config);
            int reloads = 0;
            while (reloads < RELOADS && sending.isAlive()) {
                awaitProgress(load, sending);
                reloads++;
                boolean isOdd = reloads % 2 == 1;
                Files.writeString(
                        config,
                        isOdd
                                ? first.replace("127.0.0.1:" + one.port(), "127.0.0.1:" + other.port())
                                                .replaceFirst("(?m)^.*" + gateway.inboundSmtp() + ".*\n", "")
                                        + "limits: { recipients: " + (100 + reloads) + ", octetsInFlight: 60000000 }\n"
                                : first);
                hangUp(gateway);
                int soFar = reloads;
                Await.until(() -> reloaded(gateway) == soFar, () -> "no reload: " + gateway.log());
            }
            sending.join();
            List<Received> received = new ArrayList<>(one.received());
            received.addAll(other.received());
            verify(load.account(received), gateway, reloads + " reloads");
            assertThat(reloads).isEqualTo(RELOADS);
            // Nobody had to try again because of a reload.
            assertThat(load.account(received).attempts()).isEqualTo(MESSAGES);
            assertThat(one.received()).isNotEmpty();
            assertThat(other.received()).isNotEmpty();
        }
    }

    private static void verify(Ledger.Account account, GatewayProcess gateway, String what) throws JournalException {
        int doubts = JournalFile.list(
                        gateway.file("journal.db"),
                        new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 100_000))
                .stream()
                .mapToInt(JournalEntry::doubts)
                .sum();
        String report = what + ", " + doubts + " in doubt: " + account;
        assertThat(account.promised()).as(report).isEqualTo(2 * MESSAGES);
        assertThat(account.lost()).as(report).isEmpty();
        assertThat(account.duplicates()).as(report).isZero();
        assertThat(doubts).as(report).isZero();
    }

    private static Thread started(LoadDriver load) {
        return Thread.ofVirtual().start(() -> {
            try {
                load.run("restart", MESSAGES, 16, BOTH);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitProgress(LoadDriver load, Thread sending) {
        int before = load.settled();
        Await.until(() -> load.settled() > before + 20 || !sending.isAlive(), () -> "no progress");
    }

    private static long reloaded(GatewayProcess gateway) {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("reloaded (signal)"))
                .count();
    }

    private static void hangUp(GatewayProcess gateway) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-HUP", String.valueOf(gateway.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }
}
