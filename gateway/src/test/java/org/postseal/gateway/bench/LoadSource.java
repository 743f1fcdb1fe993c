package org.postseal.gateway.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * An upstream that sends as fast as it is let, as an MTA does: connections are kept, commands are pipelined, and no two messages are alike. Equal ones, such as {@code smtp-source} sends,
 * are attempts of one message to the journal, and so wait for each other.
 */
final class LoadSource {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final byte[] transaction;
    // ends with the line end before the final dot
    private final byte[] message;

    /**
     * For messages like this one.
     *
     * @param message with CRLF, without a line that begins with a dot
     */
    LoadSource(String sender, String recipient, byte[] message) {
        this.transaction =
                ("MAIL FROM:<" + sender + ">\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n").getBytes(ISO_8859_1);
        this.message = message;
    }

    /** Sends so many, over so many connections; throws when one is not accepted. */
    void send(int port, int count, int sessions) {
        try (ExecutorService threads = Executors.newFixedThreadPool(sessions)) {
            for (Future<?> session : IntStream.range(0, sessions)
                    .mapToObj(s ->
                            threads.submit(() -> session(port, count / sessions + (s < count % sessions ? 1 : 0))))
                    .toList()) {
                session.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void session(int port, int count) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            expect(in, "220");
            out.write("EHLO source.example.net\r\n".getBytes(ISO_8859_1));
            expect(in, "250");
            for (int i = 0; i < count; i++) {
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
                expect(in, "250");
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
