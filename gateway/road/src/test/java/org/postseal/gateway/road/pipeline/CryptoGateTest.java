package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.Peer;

class CryptoGateTest {
    @Test
    void thereAreNeverMoreThanPlaces() throws Exception {
        CryptoGate gate = new CryptoGate(2);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            CryptoGate.Line line = gate.line(peer(i % 5, i));
            threads.add(Thread.startVirtualThread(() -> {
                for (int round = 0; round < 50; round++) {
                    try (CryptoGate.Place _ = line.enter()) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(1_000);
                        inside.decrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(most).hasValueLessThanOrEqualTo(2);
        assertThat(inside).hasValue(0);
        assertThat(gate.waiting()).isZero();
        assertThat(gate.busy()).isZero();
        try (CryptoGate.Place _ = gate.line(peer(0, 0)).enter()) {
            assertThat(gate.busy()).isEqualTo(1);
        }
        assertThat(gate.places()).isEqualTo(2);
    }

    @Test
    void thereAreAsManyAsPlaces() throws Exception {
        CryptoGate gate = new CryptoGate(2);
        // Each thread inside waits for the other one, so this ends only if two may be inside at a time.
        CyclicBarrier pair = new CyclicBarrier(2);
        Thread other = Thread.startVirtualThread(() -> enterAndMeet(gate.line(peer(1, 0)), pair));
        enterAndMeet(gate.line(peer(2, 0)), pair);
        other.join();

        assertThat(pair.isBroken()).isFalse();
    }

    @Test
    void isWidenedForThoseWhoWaitAlready() throws Exception {
        CryptoGate gate = new CryptoGate(1);
        CyclicBarrier pair = new CyclicBarrier(2);
        Thread one = Thread.startVirtualThread(() -> enterAndMeet(gate.line(peer(1, 0)), pair));
        Thread other = Thread.startVirtualThread(() -> enterAndMeet(gate.line(peer(2, 0)), pair));
        while (gate.waiting() == 0) {
            Thread.onSpinWait();
        }
        gate.widen(2);
        one.join();
        other.join();

        assertThat(pair.isBroken()).isFalse();
        gate.widen(1);
        assertThat(gate.places()).isEqualTo(2);
        assertThat(gate.busy()).isZero();
    }

    private static void enterAndMeet(CryptoGate.Line line, CyclicBarrier pair) {
        try (CryptoGate.Place _ = line.enter()) {
            pair.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            throw new IllegalStateException(alone);
        }
    }

    @Test
    void peersTakeTurnsHoweverManyOfTheirConnectionsWait() throws Exception {
        CryptoGate gate = new CryptoGate(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        try (CryptoGate.Place _ = gate.line(peer(9, 0)).enter()) {
            int port = 0;
            for (String name : List.of("busy", "busy", "busy", "busy", "quiet", "calm")) {
                int before = gate.waiting();
                Peer peer = peer(name.charAt(0), port++);
                threads.add(Thread.startVirtualThread(() -> {
                    try (CryptoGate.Place _ = gate.line(peer).enter()) {
                        order.add(name);
                    }
                }));
                while (gate.waiting() == before) {
                    Thread.onSpinWait();
                }
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(order).containsExactly("busy", "quiet", "calm", "busy", "busy", "busy");
    }

    /** One Postfix brings mail of both roles. A flood from outside must not hold up what its users send. */
    @Test
    void oneAddressHasALineForEachRole() throws Exception {
        CryptoGate gate = new CryptoGate(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        try (CryptoGate.Place _ = gate.line(peer(9, 0)).enter()) {
            for (Peer.Role role : List.of(Peer.Role.INBOUND, Peer.Role.INBOUND, Peer.Role.SUBMISSION)) {
                int before = gate.waiting();
                Peer peer = peer(1, 0, role);
                threads.add(Thread.startVirtualThread(() -> {
                    try (CryptoGate.Place _ = gate.line(peer).enter()) {
                        order.add(role.name());
                    }
                }));
                while (gate.waiting() == before) {
                    Thread.onSpinWait();
                }
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(order).containsExactly("INBOUND", "SUBMISSION", "INBOUND");
    }

    @Test
    void aPlaceIsGivenBackOnce() {
        CryptoGate gate = new CryptoGate(1);
        CryptoGate.Place place = gate.line(peer(1, 0)).enter();
        place.close();
        place.close();

        CryptoGate.Place next = gate.line(peer(2, 0)).enter();
        Thread waits =
                Thread.startVirtualThread(() -> gate.line(peer(3, 0)).enter().close());
        while (gate.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThat(waits.isAlive()).isTrue();
        next.close();
    }

    private static Peer peer(int host, int port) {
        return peer(host, port, Peer.Role.BOTH);
    }

    private static Peer peer(int host, int port, Peer.Role role) {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2." + host), port),
                new Peer.Greeting("client.example.com", true),
                new Peer.Listener(Peer.Protocol.SMTP, role),
                false);
    }
}
