package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.road.delivery.Attempt;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.gateway.smtp.client.NextHop;

/** A preparation that was given up makes no further step. */
class PreparationTest {
    private final CryptoGate gate = new CryptoGate(1);
    private final CryptoGate.Line line =
            gate.line(Letter.submitted(TestRoad.LMTP, Parties.BOB).envelope().peer());
    private final Preparation preparation = Preparation.unwatched();

    @Test
    void whoWaitsForAThreadToRunOnWaits() {
        Preparation fresh = new Preparation(StageClock.unwatched());
        assertThat(fresh.state().phase()).isEqualTo(Phase.WAITING);
        fresh.begin();
        assertThat(fresh.state().phase()).isEqualTo(Phase.WORKING);
    }

    /** Each thread that computes wakes one on its own carrier, as a reply does, and no carrier is free for that one. */
    @Test
    @Timeout(60)
    void whoComputesLetsOthersRun() {
        AtomicInteger served = new AtomicInteger();
        int carriers = Runtime.getRuntime().availableProcessors();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < carriers; i++) {
                threads.execute(() -> {
                    Preparation computing = Preparation.unwatched();
                    Thread other = Thread.startVirtualThread(served::incrementAndGet);
                    while (other.isAlive() && !Thread.currentThread().isInterrupted()) {
                        computing.step();
                    }
                });
            }
        }
        assertThat(served).hasValue(carriers);
    }

    @Test
    void whoHasMadeAStepSinceHeWasSeenIsNotGivenUp() {
        Preparation.State seen = preparation.state();
        preparation.step();
        assertThat(preparation.giveUp(seen)).isFalse();
        assertThat(preparation.giveUp(preparation.state())).isTrue();
        assertThat(preparation.whereItHung()).isEqualTo("given up while the message was looked into");
    }

    @Test
    void afterItWasGivenUpNothingIsAskedAndNothingDelivered() {
        assertThat(preparation.giveUp(preparation.state())).isTrue();
        assertThat(preparation.deliver()).isFalse();
        assertThatThrownBy(preparation::step).isInstanceOf(GivenUpException.class);
        assertThatThrownBy(() -> preparation.at(Phase.ASKING)).isInstanceOf(GivenUpException.class);
        assertThatThrownBy(() -> preparation.enter(line)).isInstanceOf(GivenUpException.class);
        assertThatThrownBy(() -> preparation.clock().begin(Stage.SEAL)).isInstanceOf(GivenUpException.class);
        assertThat(gate.busy()).isZero();
        assertThat(preparation.giveUp(preparation.state())).isFalse();
    }

    @Test
    void whatComesBackFromOutsideTooLateEndsThere() {
        Preparation.State before = preparation.state();
        Preparation.Stay stay = preparation.at(Phase.ASKING);
        assertThat(preparation.giveUp(before)).as("it is not there any more").isFalse();
        assertThat(preparation.giveUp(preparation.state())).isTrue();
        assertThatThrownBy(stay::close).isInstanceOf(GivenUpException.class);
    }

    @Test
    void whatIsDeliveredIsNotGivenUp() {
        assertThat(preparation.deliver()).isTrue();
        assertThat(preparation.giveUp(preparation.state())).isFalse();
        assertThat(preparation.deliver()).isFalse();
    }

    @Test
    void aPlaceThatWasLentIsGivenBackOnce() {
        CryptoGate.Place place = preparation.enter(line);
        assertThat(gate.busy()).isEqualTo(1);
        preparation.lendPlace();
        try (CryptoGate.Place _ = line.enter()) {
            place.close();
            assertThat(gate.busy()).isEqualTo(1);
        }
        assertThat(gate.busy()).isZero();
    }

    @Test
    void whoBeginsAfterItWasClosedHasNothing() throws Exception {
        AtomicInteger open = new AtomicInteger();
        Beginning beginning = new Beginning(() -> {
            open.incrementAndGet();
            return closing(open);
        });
        try (beginning) {
            beginning.attempt();
            beginning.attempt();
            assertThat(open).hasValue(1);
        }
        assertThat(open).hasValue(0);
        assertThatThrownBy(beginning::attempt).isInstanceOf(GivenUpException.class);

        // This one is closed while it begins.
        Beginning[] late = new Beginning[1];
        late[0] = new Beginning(() -> {
            open.incrementAndGet();
            late[0].close();
            return closing(open);
        });
        assertThatThrownBy(late[0]::attempt).isInstanceOf(GivenUpException.class);
        assertThat(open).as("nobody else waits for it").hasValue(0);
    }

    private static Attempt closing(AtomicInteger open) {
        Attempt first = Attempt.first(new RecordingDelivery());
        return new Attempt() {
            @Override
            public Optional<NextHop.Outcome> settled(int position) {
                return first.settled(position);
            }

            @Override
            public Map<Integer, NextHop.Outcome> deliver(List<DeliveryUnit> units, boolean allOrNothing)
                    throws JournalException {
                return first.deliver(units, allOrNothing);
            }

            @Override
            public Set<Integer> sentAgain() {
                return first.sentAgain();
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }
}
