package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

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

    /** However many come and go, never more than the limit is held, and nothing is left over. */
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
        // how many were there at once is up to the machine
        assertThat(most.get()).isBetween(1L, 1000L);
        assertThat(gate.held()).isZero();
    }
}
