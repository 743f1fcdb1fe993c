package org.postseal.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.e2e.load.Ledger;
import org.postseal.gateway.e2e.load.LoadDriver;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * A message ends the process whenever it is looked into, and its upstream sends it again and again, among others. It is
 * tried three times, and no other message suffers.
 */
@Timeout(900)
class PoisonIT {
    private static final List<String> BOB = List.of("bob@partner.example");
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """;
    private static final String QUARANTINE = "quarantine: hold@example.com\n";
    private static final int SENDERS = 20;

    /**
     * Either the virtual machine ends the process and the message is refused; or SIGKILL does, as from the kernel when
     * memory runs out, and the message goes into quarantine.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsTriedThreeTimesAndEverybodyElseIsServed(boolean isSignal) throws Exception {
        CountDownLatch onTheRoad = new CountDownLatch(1);
        // The first attempt of the bystander gets no answer. So it is on the road at the first death, however fast mail
        // passes.
        Script script = moment -> moment.stage() == Stage.DOT
                        && moment.message().orElseThrow().text().contains("X-Load: bystander\r\n")
                        && isFirst(onTheRoad)
                ? Optional.of(new Action.Hang())
                : Optional.empty();
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop(script);
                GatewayProcess gateway = new GatewayProcess(pki).main("org.postseal.gateway.e2e.PoisonedMain")) {
            Path tries = gateway.file("tries");
            gateway.javaOptions(List.of(
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dpoison.tries=" + tries,
                    "-Dpoison.signal=" + isSignal));
            gateway.start(isSignal ? POLICY + QUARANTINE : POLICY, hop.port());
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true);
            LoadDriver poisoner = new LoadDriver(gateway.submissionLmtp(), true, true);
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicInteger messages = new AtomicInteger();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(Thread.ofVirtual().start(() -> {
                    while (!isOver.get()) {
                        load.deliver("load-" + messages.incrementAndGet(), BOB);
                        Await.pause(Duration.ofMillis(50));
                    }
                }));
            }
            Await.until(() -> load.settled() > SENDERS, () -> "no mail before the poison");
            senders.add(Thread.ofVirtual().start(() -> load.deliver("bystander", BOB)));
            onTheRoad.await();
            Thread poison = Thread.ofVirtual().start(() -> poisoner.deliver("poison", BOB));
            for (int death = 0; death < 3; death++) {
                gateway.awaitEnd();
                gateway.start();
            }
            poison.join();
            isOver.set(true);
            for (Thread sender : senders) {
                sender.join();
            }

            assertThat(Files.readAllLines(tries)).containsExactly("tried", "tried", "tried");
            List<Received> redirected = hop.received().stream()
                    .filter(message -> message.text().contains("X-Load: poison"))
                    .toList();
            if (isSignal) {
                assertThat(redirected).singleElement().satisfies(message -> {
                    assertThat(message.recipients()).containsExactly("hold@example.com");
                    assertThat(message.text())
                            .startsWith("X-Postseal-Quarantine: POISON; for bob@partner.example\r\nReceived: ");
                });
            } else {
                assertThat(redirected).isEmpty();
                assertThat(answerTo(gateway)).containsExactly("554 5.6.0 Message cannot be processed");
            }
            Ledger.Account account = load.account(hop.received().stream()
                    .filter(message -> !redirected.contains(message))
                    .toList());
            int doubts = JournalFile.list(
                            gateway.file("journal.db"),
                            new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 100_000))
                    .stream()
                    .mapToInt(JournalEntry::doubts)
                    .sum();
            String report = doubts + " in doubt: " + account;
            assertThat(account.promised()).as(report).isEqualTo(messages.get() + 1);
            assertThat(account.refused()).as(report).isZero();
            assertThat(account.lost()).as(report).isEmpty();
            assertThat(account.duplicates()).as(report).isLessThanOrEqualTo(doubts);
            // Other messages were on the road at the first death, and only then.
            assertThat(countedAt(gateway, 1)).as(gateway.log()).isGreaterThan(1);
            assertThat(countedAt(gateway, 2)).isEqualTo(1);
            assertThat(countedAt(gateway, 3)).isEqualTo(1);
        }
    }

    private static synchronized boolean isFirst(CountDownLatch latch) {
        boolean isFirst = latch.getCount() > 0;
        latch.countDown();
        return isFirst;
    }

    private static List<String> answerTo(GatewayProcess gateway) {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.submissionLmtp())) {
            // It has another Received, and the same author, Message-ID and body.
            String again = "Received: from a by b; 2\r\nFrom: alice@example.com\r\nMessage-ID: <poison@test>\r\n"
                    + "X-Load: poison\r\n\r\ncanary of poison sings\r\n";
            return sender.send("alice@example.com", BOB, again.getBytes(StandardCharsets.US_ASCII))
                    .data();
        }
    }

    private static long countedAt(GatewayProcess gateway, int deaths) {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("the process has ended " + deaths + " times with message "))
                .map(line -> line.replaceAll(".* with message (\\p{XDigit}+).*", "$1"))
                .distinct()
                .count();
    }
}
