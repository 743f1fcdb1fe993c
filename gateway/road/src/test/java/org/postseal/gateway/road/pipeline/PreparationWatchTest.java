package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.WatchByHand.await;
import static org.postseal.gateway.road.pipeline.WatchByHand.awaitUninterruptibly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of messages, the carriers that they are lent, and the watch over them, by a clock of the test. */
@Timeout(60)
class PreparationWatchTest {
    private final WatchByHand hand = new WatchByHand();
    private final PreparationWatch watch = hand.watch();

    @AfterEach
    void release() {
        hand.goOn().countDown();
    }

    @Test
    void whereTheLimitIsShortACarrierIsLentAllTheSame() throws Exception {
        CompletableFuture<Optional<Prepared>> hanging = prepare(watch, Duration.ofSeconds(2), hand::spin);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(11));
        assertThat(hand.lent()).isEqualTo(0);
        hand.pass(Duration.ofSeconds(2));
        assertThat(hanging.get()).isEmpty();
        assertThat(hand.lent()).isEqualTo(1);
        hand.goOn().countDown();
        await(() -> hand.lent() == 0);
        assertThat(hand.mostLent()).isEqualTo(1);
    }

    @Test
    void whomAnInterruptWaitsForDoesNotStopTheWatch() throws Exception {
        HangingDisk disk = new HangingDisk();
        CompletableFuture<Optional<Prepared>> hanging = prepare(watch, Duration.ofSeconds(2), disk::read);
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(3));
        disk.isClosing.await();
        hand.pass(Duration.ofSeconds(11));
        assertThat(hanging.get()).isEmpty();
        assertThat(watch.orphans()).isEqualTo(1);
        hand.goOn().countDown();
        await(() -> watch.orphans() == 0);
    }

    @Test
    void whoCannotBeLookedAfterKeepsNobodyElseFromIt() throws Exception {
        PreparationWatch stumbling = new PreparationWatch(hand::nanoTime, new Carriers() {
            @Override
            public void lend() {
                throw new IllegalStateException("none is left");
            }

            @Override
            public void giveBack() {
                throw new AssertionError("none was lent");
            }
        });
        CompletableFuture<Optional<Prepared>> hanging = prepare(stumbling, Duration.ofSeconds(60), hand::spin);
        hand.awaitBegun();
        hand.pass(stumbling, Duration.ofSeconds(72));
        assertThat(hanging.get()).isEmpty();
        assertThat(stumbling.orphans()).isEqualTo(1);
        hand.goOn().countDown();
        await(() -> stumbling.orphans() == 0);
    }

    /** Judging may ask servers about revocation, but a loop in a forged path is the fault of the message. */
    @Test
    void whoJudgesCertificatesHasTenMinutesAndIsToBlame() throws Exception {
        Preparation judging = new Preparation(StageClock.unwatched());
        CompletableFuture<Optional<Prepared>> hanging = prepare(watch, judging, Duration.ofSeconds(60), () -> {
            try (Preparation.Stay _ = judging.at(Preparation.Phase.VALIDATING)) {
                hand.spin();
            }
        });
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(599));
        assertThat(hanging).isNotDone();
        assertThat(judging.state().phase()).isEqualTo(Preparation.Phase.VALIDATING);
        hand.pass(Duration.ofSeconds(12));
        assertThat(hanging.get()).isEmpty();
        assertThat(judging.isGuilty()).isTrue();
        assertThat(judging.whereItHung()).startsWith("given up while certificates were judged; its thread has not");
        assertThat(watch.running()).as("the orphan").isEqualTo(1);
        hand.goOn().countDown();
        await(() -> watch.running() == 0);
    }

    @Test
    void whoWaitsKeepsNoCarrierAndGetsNone() throws Exception {
        CompletableFuture<Thread> waits = new CompletableFuture<>();
        CompletableFuture<Optional<Prepared>> going = prepare(watch, Duration.ofSeconds(60), () -> {
            waits.complete(Thread.currentThread());
            awaitUninterruptibly(hand.goOn());
        });
        Thread thread = waits.get();
        await(() -> thread.getState() == Thread.State.WAITING);
        hand.pass(Duration.ofSeconds(55));
        hand.goOn().countDown();
        assertThat(going).failsWithin(Duration.ofSeconds(50));
        assertThat(hand.mostLent()).isEqualTo(0);
    }

    @Test
    void whoGoesOnGivesTheCarrierBack() throws Exception {
        Preparation slow = new Preparation(StageClock.unwatched());
        CountDownLatch hasStepped = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Optional<Prepared>> going = prepare(watch, slow, Duration.ofSeconds(60), () -> {
            hand.spin();
            slow.step();
            hasStepped.countDown();
            awaitUninterruptibly(end);
        });
        hand.awaitBegun();
        hand.pass(Duration.ofSeconds(12));
        assertThat(hand.lent()).isEqualTo(1);
        hand.goOn().countDown();
        hasStepped.await();
        watch.look();
        assertThat(hand.lent()).isEqualTo(0);
        end.countDown();
        assertThat(going).failsWithin(Duration.ofSeconds(50));
        assertThat(hand.mostLent()).isEqualTo(1);
    }

    /** A disk that hangs: a thread that interrupts the reader waits until the call has come back. */
    private final class HangingDisk extends AbstractInterruptibleChannel {
        private final CountDownLatch isClosing = new CountDownLatch(1);

        private void read() throws IOException {
            boolean isCompleted = false;
            try {
                begin();
                hand.spin();
                isCompleted = true;
            } finally {
                end(isCompleted);
            }
        }

        @Override
        protected void implCloseChannel() {
            isClosing.countDown();
            try {
                hand.goOn().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Hang {
        void run() throws IOException;
    }

    private static CompletableFuture<Optional<Prepared>> prepare(PreparationWatch watch, Duration limit, Hang hang) {
        return prepare(watch, new Preparation(StageClock.unwatched()), limit, hang);
    }

    private static CompletableFuture<Optional<Prepared>> prepare(
            PreparationWatch watch, Preparation preparation, Duration limit, Hang hang) {
        return CompletableFuture.supplyAsync(
                () -> watch.prepare(preparation, limit, "hanging", () -> {
                    try {
                        hang.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    throw new GivenUpException();
                }),
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
    }
}
