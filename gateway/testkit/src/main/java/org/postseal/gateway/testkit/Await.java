package org.postseal.gateway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for another process, always with a time limit. */
public final class Await {
    public static final Duration LIMIT = Duration.ofSeconds(90);
    /** Limits the time that a process may take to start, on a machine that has much else to do. */
    private static final Duration START = Duration.ofMinutes(2);

    private Await() {}

    /** Polls until the fact holds. If it does not hold within the limit, the test fails with the supplier's message. */
    public static void until(BooleanSupplier fact, Supplier<String> otherwise) {
        until(LIMIT, fact, otherwise);
    }

    private static void until(Duration limit, BooleanSupplier fact, Supplier<String> otherwise) {
        long end = System.nanoTime() + limit.toNanos();
        while (!fact.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(otherwise.get());
            }
            pause(Duration.ofMillis(50));
        }
    }

    /** Waits until something accepts connections on the port. */
    public static void listener(int port, BooleanSupplier stillRuns, Supplier<String> otherwise) {
        until(
                START,
                () -> {
                    if (!stillRuns.getAsBoolean()) {
                        throw new AssertionError("ended before it listened on port " + port + "\n" + otherwise.get());
                    }
                    return accepts(port);
                },
                () -> "nothing listens on port " + port + "\n" + otherwise.get());
    }

    /**
     * Returns ports of the loopback interface that nobody uses now, all different. They lie below those that the kernel
     * gives to outgoing connections: one of those may be taken before the caller has begun to listen.
     */
    public static List<Integer> freePorts(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int tried = 0; ports.size() < count && tried < PORTS; tried++) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(port);
            } catch (IOException taken) {
                // The next port is tried
            }
        }
        if (ports.size() < count) {
            throw new AssertionError("no free port");
        }
        return ports;
    }

    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static final int FIRST_PORT = 12_000;
    private static final int PORTS = 20_000;
    // Other test processes begin with another port
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new SecureRandom().nextInt(PORTS));
}
