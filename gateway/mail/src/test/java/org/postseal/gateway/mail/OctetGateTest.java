package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OctetGateTest {
    @Test
    void holdsGrowAndAreGivenBack() {
        OctetGate gate = new OctetGate(200);
        try (OctetGate.Hold unannounced = gate.enter(0).orElseThrow()) {
            OctetGate.Hold announced = gate.enter(60).orElseThrow();
            assertThat(gate.enter(41)).isEmpty();
            assertThat(unannounced.reaches(41)).isFalse();
            assertThat(unannounced.octets()).isZero();
            assertThat(unannounced.reaches(40)).isTrue();
            assertThat(announced.reaches(50)).isTrue();
            assertThat(announced.octets()).isEqualTo(60);
            assertThat(announced.reaches(61)).isFalse();
            assertThat(gate.held()).isEqualTo(100);

            announced.close();
            assertThat(unannounced.reaches(100)).isTrue();
        }
        assertThat(gate.held()).isZero();
    }

    @Test
    void whatComesFillsHalfUnlessItIsLargerThanThat() throws OctetGate.FullException {
        OctetGate gate = new OctetGate(100);
        OctetGate.Hold one = gate.enter(50).orElseThrow();
        assertThat(gate.enter(1)).isEmpty();
        assertThat(gate.enter(51)).as("it would not fit").isEmpty();
        one.grow(40);
        one.close();
        OctetGate.Hold small = gate.enter(20).orElseThrow();
        OctetGate.Hold large = gate.enter(80).orElseThrow();
        assertThat(gate.held()).isEqualTo(100);
        assertThat(small.reaches(21)).isFalse();
        large.close();
        assertThat(small.reaches(50)).isTrue();
        assertThat(small.reaches(100)).isTrue();
    }

    @Test
    void oneAtATimeMayGoOverWithWhatIsMadeOfIt() throws OctetGate.FullException {
        OctetGate gate = new OctetGate(100);
        OctetGate.Hold other = gate.enter(30).orElseThrow();
        OctetGate.Hold one = gate.enter(60).orElseThrow();
        other.grow(10);
        one.grow(50);
        one.grow(500);
        assertThat(gate.held()).isEqualTo(650);
        assertThatThrownBy(() -> other.grow(1)).isInstanceOf(OctetGate.FullException.class);
        assertThat(one.reaches(1000)).as("with what comes in nobody goes over").isFalse();
        assertThat(gate.enter(1)).isEmpty();

        one.close();
        assertThat(gate.held()).isEqualTo(40);
        other.grow(100);
        assertThat(gate.held()).isEqualTo(140);
        other.close();
        assertThat(gate.held()).isZero();
    }

    /** Otherwise, the copies of one message would defer all others for as long as its delivery takes. */
    @Test
    void whatIsMadeOfOneTakesNoRoomFromWhatComes() throws OctetGate.FullException {
        OctetGate gate = new OctetGate(100);
        OctetGate.Hold one = gate.enter(10).orElseThrow();
        one.grow(60);
        OctetGate.Hold other = gate.enter(20).orElseThrow();
        assertThat(other.reaches(30)).as("within the limit").isTrue();
        assertThat(gate.enter(11)).isEmpty();

        one.grow(800);
        assertThat(gate.held()).isEqualTo(900);
        other.grow(60);
        assertThatThrownBy(() -> other.grow(1)).isInstanceOf(OctetGate.FullException.class);
        assertThat(gate.enter(1)).as("what is made of the others does").isEmpty();
        other.close();
        OctetGate.Hold next = gate.enter(40).orElseThrow();
        assertThat(gate.enter(1)).as("the first and this one are half").isEmpty();
        next.close();
        one.close();
        assertThat(gate.held()).isZero();
    }

    @Test
    void aSizeThatNobodyHasCannotOverflow() {
        OctetGate gate = new OctetGate(Long.MAX_VALUE);
        try (OctetGate.Hold all = gate.enter(Long.MAX_VALUE).orElseThrow()) {
            assertThat(all.octets()).isEqualTo(Long.MAX_VALUE);
            assertThat(gate.enter(1)).isEmpty();
        }
        assertThat(gate.held()).isZero();
        assertThatThrownBy(() -> new OctetGate(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** However many messages come and go, no more than the limit is ever held, and nothing is left over. */
    @Test
    void limitHoldsUnderLoad() throws InterruptedException {
        OctetGate gate = new OctetGate(1000);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int octets = random.nextInt(400);
                    gate.enter(octets).ifPresent(hold -> {
                        most.accumulateAndGet(held.addAndGet(octets), Math::max);
                        held.addAndGet(-octets);
                        hold.close();
                    });
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // How many were there at once depends on the machine
        assertThat(most.get()).isBetween(1L, 1000L);
        assertThat(gate.held()).isZero();
    }

    /**
     * Many messages come at once, each of any size, with any copies. What is held in all stays bounded. In the end
     * nothing is left, and any message may go over the limit again.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 100, 1000})
    void whateverComesAndGrowsNothingIsLeftOver(long limit) throws Exception {
        OctetGate gate = new OctetGate(limit);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            Random random = new Random(t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    one(gate, random);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(gate.held()).isZero();
        assertThat(gate.fullness()).isZero();
        try (OctetGate.Hold whole = gate.enter(limit).orElseThrow()) {
            whole.grow(1);
            assertThat(gate.held()).isEqualTo(limit + 1);
        }
        assertThat(gate.held()).isZero();
    }

    private static void one(OctetGate gate, Random random) {
        Optional<OctetGate.Hold> entered = gate.enter(random.nextInt(300));
        if (entered.isEmpty()) {
            return;
        }
        try (OctetGate.Hold hold = entered.get()) {
            for (int copies = random.nextInt(6); copies > 0; copies--) {
                if (random.nextInt(4) == 0) {
                    boolean _ = hold.reaches(random.nextInt(400));
                }
                hold.grow(random.nextInt(300));
            }
        } catch (OctetGate.FullException putOff) {
            // The message gives back all that it has, like one that gets through
        }
    }

    /** Does the same one step at a time, and compares with a count by hand. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsHeldIsTheLimitAndTheCopiesOfOneAtMost(long seed) {
        int limit = 1000;
        OctetGate gate = new OctetGate(limit);
        Random random = new Random(seed);
        List<Counted> open = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int what = random.nextInt(10);
            if (what < 3) {
                gate.enter(random.nextInt(200)).ifPresent(hold -> open.add(new Counted(hold)));
            } else if (!open.isEmpty()) {
                Counted counted = open.get(random.nextInt(open.size()));
                if (what < 5) {
                    boolean _ = counted.hold.reaches(random.nextInt(1200));
                } else if (what > 7 || !counted.grows(random.nextInt(150))) {
                    counted.hold.close();
                    open.remove(counted);
                }
            }
            long came = open.stream().mapToLong(each -> each.hold.octets()).sum();
            long made = open.stream().mapToLong(each -> each.made).sum();
            long most = open.stream().mapToLong(each -> each.made).max().orElse(0);
            assertThat(gate.held()).isEqualTo(came + made);
            assertThat(came).isLessThanOrEqualTo(limit);
            assertThat(gate.held() - most).isLessThanOrEqualTo(limit);
        }
        open.forEach(each -> each.hold.close());
        assertThat(gate.held()).isZero();
        assertThat(gate.fullness()).isZero();
    }

    private static final class Counted {
        private final OctetGate.Hold hold;
        private long made;

        Counted(OctetGate.Hold hold) {
            this.hold = hold;
        }

        /** Returns false if the message is deferred. */
        boolean grows(int more) {
            try {
                hold.grow(more);
                made += more;
                return true;
            } catch (OctetGate.FullException full) {
                return false;
            }
        }
    }
}
