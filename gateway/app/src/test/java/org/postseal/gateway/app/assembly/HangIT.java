package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.app.assembly.HangBench.BOB;
import static org.postseal.gateway.app.assembly.HangBench.CARL;
import static org.postseal.gateway.app.assembly.HangBench.QUEUED;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.systemd.Vital;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;

/** Tests messages that do not come to an end, between real sockets. The test sets the time. */
@Timeout(120)
class HangIT {
    private static final String GIVEN_UP = "451 4.3.0 Temporary failure";
    /** Carl's copy is signed, and signing hangs. Bob's copy is not signed. */
    private static final String RULES = """
            rules:
              - { id: signed, when: { recipient: carl@partner.example }, then: { sign: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private final Path home;
    private final HangBench bench;

    HangIT(@TempDir Path home) throws IOException {
        this.home = home;
        bench = new HangBench(home);
    }

    @Test
    void itIsAnsweredThreeTimesThenNotLookedIntoAndOthersAreServedAllTheTime() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = bench.start(hop, RULES, bench.hanging())) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                CompletableFuture<List<String>> hangs = HangBench.sendLater(gateway, "loop", CARL, BOB);
                bench.awaitHanging();
                bench.pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP, GIVEN_UP);
                assertThat(HangBench.send(gateway, "other " + attempt, BOB)).containsExactly(QUEUED);
                assertThat(HangBench.figure(gateway, "postseal_preparation_orphans"))
                        .isEqualTo(attempt);
                assertThat(HangBench.figure(gateway, "postseal_crypto_gate_busy"))
                        .isZero();
            }
            assertThat(HangBench.send(gateway, "loop", CARL, BOB))
                    .containsExactly("554 5.6.0 Message cannot be processed", "554 5.6.0 Message cannot be processed");
            assertThat(HangBench.get(gateway, "/ready").statusCode()).isEqualTo(200);
            assertThat(hop.received())
                    .hasSize(3)
                    .allMatch(message -> message.text().contains("other"));

            bench.goOn();
            while (bench.watch().orphans() > 0) {
                Thread.onSpinWait();
            }
            assertThat(HangBench.send(gateway, "last", BOB)).containsExactly(QUEUED);
            assertThat(hop.received()).as("what came back late sends nothing").hasSize(4);
            assertThat(bench.audited("postseal.reason"))
                    .containsExactly(
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "PREPARATION_GIVEN_UP",
                            "POISON",
                            "POISON");
        } finally {
            bench.goOn();
        }
    }

    @Test
    void tooManyThatHangAndItIsNotReadyAndSystemdGetsNoSignOfLife() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop();
                RunningGateway gateway = bench.start(hop, RULES, bench.hanging())) {
            for (int message = 1; message <= PreparationWatch.MOST_ORPHANS; message++) {
                assertThat(isAlive(gateway)).isTrue();
                CompletableFuture<List<String>> hangs = HangBench.sendLater(gateway, "loop " + message, CARL);
                bench.awaitHanging();
                bench.pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP);
            }
            assertThat(isAlive(gateway)).isFalse();
            assertThat(HangBench.get(gateway, "/ready").statusCode()).isEqualTo(503);
            assertThat(HangBench.get(gateway, "/ready").body())
                    .isEqualTo("preparation: 8 messages hang and have been given up, restart the gateway\n");
            assertThat(HangBench.send(gateway, "other", BOB)).containsExactly(QUEUED);
        } finally {
            bench.goOn();
        }
    }

    /** Returns the answer that the watchdog gets. */
    private static boolean isAlive(RunningGateway gateway) throws Exception {
        for (Vital part : gateway.vital()) {
            if (part.name().equals("preparation")) {
                return part.check().fault().isEmpty();
            }
        }
        throw new AssertionError("nobody asks");
    }

    @Test
    void whatIsTriedAloneAfterACrashAndHangsFreesTheOthers() throws Exception {
        try (ScriptedNextHop hop = new ScriptedNextHop()) {
            try (RunningGateway gateway = bench.start(hop, RULES, bench.hanging())) {
                CompletableFuture<List<String>> hangs = HangBench.sendLater(gateway, "loop", CARL);
                bench.awaitHanging();
                keep();
                bench.pass(Duration.ofSeconds(72));
                assertThat(hangs.get()).containsExactly(GIVEN_UP);
            }
            takeBack();
            try (RunningGateway gateway = bench.start(hop, RULES, bench.hanging())) {
                CompletableFuture<List<String>> alone = HangBench.sendLater(gateway, "loop", CARL);
                bench.awaitHanging();
                CompletableFuture<List<String>> waits = HangBench.sendLater(gateway, "other", BOB);
                bench.pass(Duration.ofSeconds(71));
                assertThat(waits).isNotDone();
                bench.pass(Duration.ofSeconds(2));
                assertThat(alone.get()).containsExactly(GIVEN_UP);
                assertThat(waits.get()).containsExactly(QUEUED);
            }
            assertThat(hop.received()).hasSize(1);
        } finally {
            bench.goOn();
        }
    }

    @Test
    void whoHasAMessageThatEndedTheProcessThreeTimesIsNeitherRefusedNorRedirectedFor() throws Exception {
        CountDownLatch isSending = new CountDownLatch(3);
        Semaphore end = new Semaphore(0);
        Script busyForCarl = moment -> {
            if (moment.stage() == Stage.DOT
                    && moment.message().orElseThrow().recipients().contains(CARL)) {
                isSending.countDown();
                end.acquireUninterruptibly();
                return Optional.of(new Action.Say("451 4.3.2 Busy\r\n"));
            }
            return Optional.empty();
        };
        try (ScriptedNextHop hop = new ScriptedNextHop(busyForCarl)) {
            for (int death = 1; death <= 3; death++) {
                try (RunningGateway gateway = bench.start(hop, RULES, new GatewayAssembly())) {
                    CompletableFuture<List<String>> dies = HangBench.sendLater(gateway, "crash", BOB, CARL);
                    long left = 3L - death;
                    while (isSending.getCount() > left) {
                        Thread.onSpinWait();
                    }
                    keep();
                    end.release();
                    assertThat(dies.get()).containsExactly(QUEUED, "451 4.3.2 Busy");
                }
                takeBack();
            }
            try (RunningGateway gateway =
                    bench.start(hop, "quarantine: hold@example.com\n" + RULES, new GatewayAssembly())) {
                keep();
                assertThat(HangBench.send(gateway, "crash", BOB, CARL)).containsExactly(QUEUED, QUEUED);
                // The message comes once more. A copy that was redirected is not redirected again
                assertThat(HangBench.send(gateway, "crash", BOB, CARL)).containsExactly(QUEUED, QUEUED);
            }
            assertThat(hop.received().stream().map(Received::recipients))
                    .containsExactly(List.of(BOB), List.of("hold@example.com"));
            assertThat(hop.received().getLast().text())
                    .startsWith("X-Postseal-Quarantine: POISON; for " + CARL + "\r\n");

            takeBack();
            try (RunningGateway gateway = bench.start(hop, RULES, new GatewayAssembly())) {
                assertThat(HangBench.send(gateway, "crash", BOB, "dora@partner.example"))
                        .containsExactly(QUEUED, "554 5.6.0 Message cannot be processed");
            }
            assertThat(hop.received()).hasSize(2);
        }
    }

    private void keep() throws IOException {
        copy(home, home.resolve("kept"));
    }

    /** Puts ledger and audit log back as they were when they were kept, which is what the next process finds. */
    private void takeBack() throws IOException {
        copy(home.resolve("kept"), home);
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String folder : List.of("", "journal.db-ledger")) {
            Files.createDirectories(to.resolve(folder));
            try (Stream<Path> files = Files.list(to.resolve(folder))) {
                for (Path old : files.filter(HangIT::isOfBooks).toList()) {
                    Files.delete(old);
                }
            }
            try (Stream<Path> files = Files.list(from.resolve(folder))) {
                for (Path file : files.filter(HangIT::isOfBooks).toList()) {
                    Files.copy(file, to.resolve(folder).resolve(file.getFileName()));
                }
            }
        }
    }

    private static boolean isOfBooks(Path file) {
        return file.getFileName().toString().matches("audit\\.jsonl.*|.*\\.ledger");
    }
}
