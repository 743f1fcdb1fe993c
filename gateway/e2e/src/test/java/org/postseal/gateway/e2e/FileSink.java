package org.postseal.gateway.e2e;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A next hop that accepts everything and writes each message to a file. It is for messages that do not fit into memory
 * together. Thread-safe.
 */
final class FileSink implements AutoCloseable {
    private final Path directory;
    private final ServerSocket server;
    private final AtomicInteger number = new AtomicInteger();
    private final Queue<Path> received = new ConcurrentLinkedQueue<>();

    FileSink(int port, Path directory) {
        this.directory = directory;
        try {
            this.server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Returns the messages that were answered with 250. */
    List<Path> received() {
        return List.copyOf(received);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024)) {
            OutputStream out = socket.getOutputStream();
            say(out, "220 sink");
            for (String line = line(in); line != null; line = line(in)) {
                String verb = line.substring(0, Math.min(4, line.length())).toUpperCase(java.util.Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> say(out, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 0");
                    case "DATA" -> {
                        say(out, "354 go on");
                        Path file = directory.resolve("received-" + number.incrementAndGet());
                        copy(in, file);
                        received.add(file);
                        say(out, "250 kept");
                    }
                    case "QUIT" -> {
                        say(out, "221 bye");
                        return;
                    }
                    default -> say(out, "250 ok");
                }
            }
        } catch (IOException broken) {
            // The gateway gave up this session. A message that was not answered is not counted.
            return;
        }
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static @org.jspecify.annotations.Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                return line.toString().strip();
            }
            line.append((char) octet);
        }
        return null;
    }

    /** Copies up to the line that is a single dot, and removes the dots that SMTP adds at the start of lines. */
    private static void copy(InputStream in, Path file) throws IOException {
        byte[] line = new byte[2048];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024)) {
            while (true) {
                int length = 0;
                int octet;
                do {
                    octet = in.read();
                    if (octet < 0) {
                        throw new IOException("ended within a message");
                    }
                    line[length++] = (byte) octet;
                } while (octet != '\n' && length < line.length);
                if (length == 3 && line[0] == '.' && line[1] == '\r') {
                    return;
                }
                int start = line[0] == '.' ? 1 : 0;
                out.write(line, start, length - start);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
