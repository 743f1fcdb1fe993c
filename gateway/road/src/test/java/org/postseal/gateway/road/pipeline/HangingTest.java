package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.WatchByHand.await;
import static org.postseal.gateway.road.pipeline.WatchByHand.awaitUninterruptibly;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.policy.outcome.Reason;
import org.slf4j.LoggerFactory;

/**
 * Tests messages that hang, by a clock of the test. The thread that delivers is a platform thread, since there may be
 * no carrier for a virtual one.
 */
@Timeout(60)
class HangingTest {
    private static final String SIGN = "{ id: sign, when: { sender: alice@example.com }, then: { sign: required } }";
    private static final Reply GIVEN_UP = Reply.of(Reason.PREPARATION_GIVEN_UP);

    private final WatchByHand hand = new WatchByHand();
    private final PreparationWatch watch = hand.watch();
    private final CryptoGate gate = new CryptoGate(1);
    private final List<Boolean> hung = new ArrayList<>();
    private final CountDownLatch isBack = new CountDownLatch(1);

    private final Logger ofFaults = (Logger) LoggerFactory.getLogger(Failure.class);
    private final ListAppender<ILoggingEvent> faults = new ListAppender<>();

    @BeforeEach
    void listen() {
        faults.start();
        ofFaults.addAppender(faults);
    }

    @AfterEach
    void release() {
        hand.goOn().countDown();
        ofFaults.detachAppender(faults);
    }

    @Test
    void whatComputesWithoutEndIsAnsweredAndNothingOfItIsEverSent() throws Exception {
        TestRoad road = road(false);
        CompletableFuture<List<Reply>> hanging = deliver(road);
        hand.awaitBegun();
        assertThat(gate.busy()).isEqualTo(1);

        hand.pass(Duration.ofSeconds(59));
        assertThat(hand.lent()).isEqualTo(1);
        assertThat(hanging).isNotDone();
        hand.pass(Duration.ofSeconds(10));
        assertThat(hanging).as("told to come back, and has time to").isNotDone();
        assertThat(gate.busy()).isEqualTo(1);
        hand.pass(Duration.ofSeconds(2));

        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
        assertThat(GIVEN_UP.toString()).isEqualTo("451 4.3.0 Temporary failure");
        assertThat(hung).containsExactly(true);
        assertThat(watch.orphans()).isEqualTo(1);
        assertThat(gate.busy()).as("its place is lent").isZero();
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("PREPARATION_GIVEN_UP"), Optional.of("PREPARATION_GIVEN_UP"));
        assertThat(road.audited(done -> done.decision().detail()))
                .containsOnly(Optional.of("given up while the message was looked into; its thread has not come back"));

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(Parties.ANNA)),
                        TestRoad.message("From: anna@example.com\n", "served\n")))
                .as("others are served")
                .containsExactly(RecordingDelivery.ACCEPTED);

        hand.goOn().countDown();
        isBack.await();
        await(() -> hand.lent() == 0);
        assertThat(watch.orphans()).isZero();
        assertThat(gate.busy()).as("a place is given back once").isZero();
        assertThat(hand.mostLent()).isEqualTo(1);
        assertThat(road.sent()).as("nothing but the other one's").hasSize(1);
        assertThat(road.audit().events()).hasSize(3);
        assertThat(faults.list)
                .as("what fails after it was given up is no news")
                .isEmpty();
    }

    /**
     * Otherwise the metrics would count the stage twice, and the records would count the whole time of the hang as time
     * before the road.
     */
    @Test
    void whatWasBeforeTheRoadIsToldOnceOfAMessageThatIsGivenUp() throws Exception {
        List<StageObserver.Stage> told = Collections.synchronizedList(new ArrayList<>());
        TestRoad road = new TestRoad(
                watch,
                gate,
                (stage, _) -> told.add(stage),
                new PolicyInForce(TestRoad.rules(SIGN), signingBy(false, hand::spin)));
        CompletableFuture<List<Reply>> hanging = deliver(road);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(72));
        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
        assertThat(told).containsOnlyOnce(StageObserver.Stage.INTAKE, StageObserver.Stage.GUARD);
        assertThat(told).contains(StageObserver.Stage.DELIVER);
        assertThat(road.audited(done -> done.times().orElseThrow().stages().keySet()))
                .containsOnly(Set.of("intake", "guard", "deliver"));
    }

    @Test
    void whoObservesOnlyDoesNotTakeTheEndOfAMessageForAFaultOfEachRecipient() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Observed.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            TestRoad road = new TestRoad(
                    watch,
                    gate,
                    StageObserver.none(),
                    new PolicyInForce(
                            TestRoad.rules(SIGN),
                            Optional.empty(),
                            Optional.of(TestRoad.rules(SIGN).observe()),
                            new AlteredStore() {
                                @Override
                                public CertificateChoice<KeyHandle> signingKey(
                                        MailAddress sender, KeyPlace place, Instant time) {
                                    hand.spin();
                                    return super.signingKey(sender, place, time);
                                }
                            }));
            CompletableFuture<List<Reply>> hanging = deliver(road);
            hand.awaitBegun();
            hand.pass(Duration.ofMinutes(11));
            assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
            hand.goOn().countDown();
            isBack.await();
            assertThat(lines.list).isEmpty();
            assertThat(road.sent()).isEmpty();
        } finally {
            logger.detachAppender(lines);
        }
    }

    @Test
    void aTokenThatHangsIsNotTheFaultOfTheMessage() throws Exception {
        TestRoad road = road(true);
        CompletableFuture<List<Reply>> hanging = deliver(road);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(72));

        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
        assertThat(hung).containsExactly(false);
        assertThat(watch.orphans()).isEqualTo(1);
        assertThat(road.audited(done -> done.decision().detail()))
                .containsOnly(Optional.of("given up while a token was at work; its thread has not come back"));
        assertThat(road.sent()).isEmpty();
    }

    /** The message may be sent again: the fault is not its own. */
    @Test
    void whatIsPutAsideAndWaitsForTheJournalIsDeferred() throws Exception {
        TestRoad road = new TestRoad(watch, gate, Parties.STORE);
        road.delivery().beforeAttempt(hand::spin);
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.CARL);
        CompletableFuture<List<Reply>> hanging = CompletableFuture.supplyAsync(
                () -> road.road()
                        .receiveUnread(
                                letter.envelope(), RawMessage.of(TestRoad.octets("any\r\n")), Reason.POISON, true),
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
        hand.awaitBegun();
        road.delivery().beforeAttempt(() -> {});
        hand.pass(Duration.ofMinutes(11));
        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().detail()))
                .containsOnly(Optional.of("given up while a directory server, a next hop or the journal was asked;"
                        + " its thread has not come back"));
    }

    @Test
    void whatComesBackWhenItIsToldToIsDeferredAndNobodyIsToBlame() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        TestRoad road = new TestRoad(
                watch,
                gate,
                signingBy(false, () -> {
                    hand.begun();
                    try {
                        never.await();
                    } catch (InterruptedException told) {
                        Thread.currentThread().interrupt();
                    }
                }),
                SIGN);
        CompletableFuture<List<Reply>> hanging = deliver(road);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(62));

        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
        assertThat(hung).containsExactly(false);
        isBack.await();
        assertThat(watch.orphans()).isZero();
        assertThat(road.sent()).isEmpty();
        assertThat(gate.busy()).isZero();
    }

    @Test
    void aDirectoryHasLimitsOfItsOwnAndEachAnswerIsAStep() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        TestRoad road = new TestRoad(
                watch,
                gate,
                new AlteredStore() {
                    @Override
                    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
                        hand.begun();
                        awaitUninterruptibly(answer);
                        return super.signingKey(sender, place, time);
                    }
                },
                SIGN);
        CompletableFuture<List<Reply>> slow = deliver(road);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(590));
        assertThat(slow).isNotDone();
        answer.countDown();
        assertThat(slow.get()).containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(hung).isEmpty();
        hand.pass(Duration.ofMinutes(10));
        assertThat(watch.orphans()).isZero();
        await(() -> watch.running() == 0);
    }

    @Test
    void whoWaitsForHisTurnDoesNotHang() throws Exception {
        TestRoad road = road(false);
        hand.goOn().countDown();
        CompletableFuture<List<Reply>> waiting;
        try (CryptoGate.Place _ =
                gate.line(Letter.submitted(LMTP, Parties.BOB).envelope().peer()).enter()) {
            waiting = deliver(road);
            await(() -> gate.waiting() == 1);
            hand.pass(Duration.ofMinutes(20));
            assertThat(waiting).isNotDone();
        }
        assertThat(waiting.get()).containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(hung).isEmpty();
    }

    @Test
    void aProcessThatStoodStillBlamesNobody() throws Exception {
        TestRoad road = road(false);
        CompletableFuture<List<Reply>> hanging = deliver(road);
        hand.awaitBegun();
        watch.look();
        hand.sleep(Duration.ofHours(3));
        watch.look();
        assertThat(hanging).isNotDone();
        hand.goOn().countDown();
        assertThat(hanging.get()).containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
    }

    @Test
    void tooManyThatHangNeedAnotherStart() throws Exception {
        List<CompletableFuture<List<Reply>>> all = new ArrayList<>();
        CryptoGate wide = new CryptoGate(100);
        CountDownLatch every = new CountDownLatch(PreparationWatch.MOST_ORPHANS + 1);
        CountDownLatch end = new CountDownLatch(1);
        TestRoad road = new TestRoad(
                watch,
                wide,
                signingBy(false, () -> {
                    every.countDown();
                    awaitUninterruptibly(end);
                }),
                SIGN);
        try {
            for (int i = 0; i < PreparationWatch.MOST_ORPHANS - 1; i++) {
                all.add(deliver(road));
            }
            await(() -> every.getCount() == 2);
            hand.pass(Duration.ofSeconds(72));
            for (CompletableFuture<List<Reply>> each : all) {
                assertThat(each.get()).contains(GIVEN_UP);
            }
            assertThat(watch.fault()).isEmpty();
            all.add(deliver(road));
            all.add(deliver(road));
            every.await();
            hand.pass(Duration.ofSeconds(72));
            assertThat(all.getLast().get()).contains(GIVEN_UP);
            assertThat(watch.fault()).contains("9 messages hang and have been given up, restart the gateway");
            assertThat(wide.busy()).as("no more than so many places are lent").isEqualTo(1);
        } finally {
            end.countDown();
        }
        await(() -> watch.orphans() == 0);
        assertThat(watch.fault()).isEmpty();
        await(() -> wide.busy() == 0);
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void aLargeMessageMayTakeLonger() throws Exception {
        TestRoad road = road(false);
        byte[] octets = TestRoad.octets(TestRoad.toAll("bob@partner.example") + "0123456789\n".repeat(480_000));
        CompletableFuture<List<Reply>> hanging = deliver(road, RawMessage.of(octets));
        hand.awaitBegun();
        // The limit for 5,280,000 octets is 71 s, with 10 s more to come back.
        hand.pass(Duration.ofSeconds(80));
        assertThat(hanging).isNotDone();
        hand.pass(Duration.ofSeconds(2));
        assertThat(hanging.get()).containsExactly(GIVEN_UP, GIVEN_UP);
    }

    /**
     * Makes a road on which Alice's signature ends only when the test releases it, like a loop that no interrupt ends.
     */
    private TestRoad road(boolean isHardware) {
        return new TestRoad(watch, gate, signingBy(isHardware, hand::spin), SIGN);
    }

    private static AlteredStore signingBy(boolean isHardware, Runnable before) {
        return new AlteredStore() {
            @Override
            public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
                return new CertificateChoice.Chosen<>(
                        new HangingKey(Parties.issued(Parties.ALICE).keyHandle(), isHardware, before), List.of());
            }
        };
    }

    private CompletableFuture<List<Reply>> deliver(TestRoad road) {
        return deliver(road, RawMessage.of(TestRoad.octets(TestRoad.toAll("bob@partner.example"))));
    }

    private CompletableFuture<List<Reply>> deliver(TestRoad road, RawMessage message) {
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.CARL);
        MessageReceiver.HangObserver observer = isGuilty -> {
            hung.add(isGuilty);
            return isBack::countDown;
        };
        return CompletableFuture.supplyAsync(
                () -> {
                    try (Spool.Scope scope = new Spool.Factory().open()) {
                        return road.road().receive(letter.envelope(), message, scope, observer);
                    }
                },
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
    }
}
