package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.road.pipeline.CryptoGate;

/** Tests octets and turns. Connections are tried with sockets in {@link ReadinessIT}. */
class GatesTest {
    private final AtomicLong nanoseconds = new AtomicLong();
    private final CryptoGate crypto = new CryptoGate(1, nanoseconds::get);
    private final OctetGate octets = new OctetGate(200);
    private final Gates gates = new Gates(crypto, octets, List::of);

    @Test
    void octetsAreNearlyFullFromNineTenthsOfWhatMayComeUntilBelowEight() {
        try (OctetGate.Hold most = octets.enter(80).orElseThrow()) {
            assertThat(most.reaches(89)).isTrue();
            assertThat(gates.fault()).isEmpty();
            OctetGate.Hold last = octets.enter(1).orElseThrow();
            assertThat(gates.fault()).contains("nearly full: octets in flight");
            last.close();
            assertThat(gates.fault()).contains("nearly full: octets in flight");
        }
        try (OctetGate.Hold _ = octets.enter(80).orElseThrow()) {
            assertThat(gates.fault()).contains("nearly full: octets in flight");
        }
        try (OctetGate.Hold _ = octets.enter(79).orElseThrow()) {
            assertThat(gates.fault()).isEmpty();
        }
        try (OctetGate.Hold _ = octets.enter(89).orElseThrow()) {
            assertThat(gates.fault()).isEmpty();
        }
    }

    @Test
    void copiesOfOneMessageLeaveItReadyAndThoseOfAllDoNot() throws OctetGate.FullException {
        try (OctetGate.Hold one = octets.enter(50).orElseThrow();
                OctetGate.Hold other = octets.enter(30).orElseThrow()) {
            one.grow(99);
            assertThat(gates.fault()).isEmpty();
            one.grow(10_000);
            assertThat(gates.fault()).as("over the limit, alone").isEmpty();
            other.grow(99);
            assertThat(gates.fault()).isEmpty();
            other.grow(1);
            assertThat(gates.fault()).as("nine tenths of all").contains("nearly full: octets in flight");
        }
        assertThat(gates.fault()).isEmpty();
    }

    @Test
    void turnsAreLongInComingWhenSomebodyHasWaitedNineSeconds() throws Exception {
        Thread waits;
        try (CryptoGate.Place _ = crypto.line(PEER).enter()) {
            nanoseconds.set(Duration.ofSeconds(100).toNanos());
            assertThat(gates.fault()).as("who works waits for nobody").isEmpty();
            waits = Thread.startVirtualThread(() -> crypto.line(PEER).enter().close());
            while (crypto.waiting() == 0) {
                Thread.onSpinWait();
            }
            assertThat(crypto.longestWait()).isZero();
            nanoseconds.addAndGet(Duration.ofSeconds(9).toNanos() - 1);
            assertThat(gates.fault()).isEmpty();
            nanoseconds.incrementAndGet();
            assertThat(crypto.longestWait()).isEqualTo(Duration.ofSeconds(9));
            assertThat(gates.fault()).contains("nearly full: cryptographic work");
        }
        waits.join();
        assertThat(crypto.longestWait()).isZero();
        assertThat(gates.fault()).isEmpty();
    }

    private static final Peer PEER = new Peer(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 25),
            new Peer.Greeting("client.example.com", true),
            new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.BOTH),
            false);
}
