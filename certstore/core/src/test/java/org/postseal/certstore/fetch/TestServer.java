package org.postseal.certstore.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a loopback address that answers as a test wants, well or badly, and counts the connections. */
public final class TestServer implements AutoCloseable {
    /** Answers one request on its connection. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(byte[] body, OutputStream out) throws Exception;
    }

    private final ServerSocket socket;
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final AtomicInteger hits = new AtomicInteger();

    /** Listens on {@code address} and a free port. */
    public TestServer(String address) {
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.ofLiteral(address));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public TestServer on(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
        return this;
    }

    public int port() {
        return socket.getLocalPort();
    }

    public String uri(String path) {
        return "http://" + socket.getInetAddress().getHostAddress() + ":" + port() + path;
    }

    /** Returns the number of connections so far. */
    public int hits() {
        return hits.get();
    }

    public static Behaviour body(byte[] body) {
        return (_, out) -> {
            out.write(head("200 OK", "Content-Length: " + body.length));
            out.write(body);
        };
    }

    public static Behaviour status(String status, String... fields) {
        return (_, out) -> out.write(head(status, fields));
    }

    /** Answers nothing for twenty seconds. */
    public static Behaviour hanging() {
        return (_, _) -> Thread.sleep(20_000);
    }

    /** Sends one octet every 50 ms, of a header that never ends. */
    public static Behaviour dripping() {
        return (_, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 400; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(50);
            }
        };
    }

    /** Sends up to a gigabyte. {@code sent} counts the octets that the peer took before it hung up. */
    public static Behaviour gigabyte(AtomicInteger sent, String... fields) {
        return (_, out) -> {
            out.write(head("200 OK", fields));
            byte[] block = new byte[65_536];
            while (sent.get() < 1_000_000_000) {
                out.write(block);
                sent.addAndGet(block.length);
            }
        };
    }

    public static byte[] head(String status, String... fields) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                hits.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return;
                }
                head.write(octet);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            int length = text.contains("Content-Length: ")
                    ? Integer.parseInt(text.replaceFirst("(?s).*Content-Length: ([0-9]+).*", "$1"))
                    : 0;
            byte[] body = in.readNBytes(length);
            Behaviour behaviour = behaviours.get(text.split(" ", -1)[1]);
            if (behaviour == null) {
                connection.getOutputStream().write(head("404 Not Found"));
            } else {
                behaviour.answer(body, connection.getOutputStream());
            }
        } catch (Exception e) {
            // The peer has gone.
        }
    }
}
