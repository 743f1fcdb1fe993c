package org.postseal.gateway.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.postseal.gateway.e2e.load.Latencies;

/**
 * An upstream that sends as fast as the receiver allows, like an MTA: connections are kept, commands are pipelined, and
 * no two messages are alike. Equal messages, as {@code smtp-source} sends them, are attempts of one message for the
 * journal and so wait for each other.
 */
final class LoadSource {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final byte[] transaction;
    // The message ends with the line end before the final dot.
    private final byte[] message;

    /**
     * Sends messages like this one.
     *
     * @param message the octets with CRLF, without a line that begins with a dot
     */
    LoadSource(String sender, String recipient, byte[] message) {
        this.transaction =
                ("MAIL FROM:<" + sender + ">\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n").getBytes(ISO_8859_1);
        this.message = message;
    }

    /**
     * Is asked before each message. It waits until the message is due, and returns false if there shall be no other.
     */
    @FunctionalInterface
    interface Turns {
        boolean next();
    }

    /**
     * Sends so many messages over so many connections. Throws if one is not accepted.
     *
     * @return the times from the final dot to the reply
     */
    Latencies send(int port, int count, int sessions) {
        AtomicLong left = new AtomicLong(count);
        return send(port, sessions, () -> left.getAndDecrement() > 0);
    }

    /**
     * Sends messages for this long over so many connections. Throws if one is not accepted.
     *
     * @param rate messages per second in all; 0 is as fast as possible
     * @return the times from the final dot to the reply
     */
    Latencies send(int port, int sessions, double rate, Duration time) {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        AtomicLong ticket = new AtomicLong();
        return send(port, sessions, () -> {
            long due = rate == 0 ? System.nanoTime() : start + (long) (ticket.getAndIncrement() / rate * 1e9);
            if (due >= end) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                return true;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
    }

    private Latencies send(int port, int sessions, Turns turns) {
        Latencies latencies = new Latencies();
        try (ExecutorService threads = Executors.newFixedThreadPool(sessions)) {
            for (Future<?> session : IntStream.range(0, sessions)
                    .mapToObj(_ -> threads.submit(() -> session(port, turns, latencies)))
                    .toList()) {
                session.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return latencies;
    }

    private void session(int port, Turns turns, Latencies latencies) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            expect(in, "220");
            out.write("EHLO source.example.net\r\n".getBytes(ISO_8859_1));
            expect(in, "250");
            while (turns.next()) {
                out.write(transaction);
                expect(in, "250");
                expect(in, "250");
                expect(in, "354");
                byte[] number = ("X-Number: " + NUMBER.incrementAndGet() + "\r\n").getBytes(ISO_8859_1);
                byte[] whole = new byte[number.length + message.length + END.length];
                System.arraycopy(number, 0, whole, 0, number.length);
                System.arraycopy(message, 0, whole, number.length, message.length);
                System.arraycopy(END, 0, whole, number.length + message.length, END.length);
                out.write(whole);
                long dot = System.nanoTime();
                expect(in, "250");
                latencies.add(System.nanoTime() - dot);
            }
            out.write("QUIT\r\n".getBytes(ISO_8859_1));
            expect(in, "221");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void expect(BufferedReader in, String code) throws IOException {
        String line = in.readLine();
        while (line != null && line.startsWith(code + "-")) {
            line = in.readLine();
        }
        if (line == null || !line.startsWith(code)) {
            throw new IOException("expected " + code + ", got " + line);
        }
    }

    private static final byte[] END = ".\r\n".getBytes(ISO_8859_1);
}
