package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads datagrams from a socket of this machine in a program outside our process, as systemd does. */
public final class DatagramPeer implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private DatagramPeer(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = process.inputReader(UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (IOException ended) {
                lines.add("ended: " + ended);
            }
        });
    }

    /**
     * @param name a path, or {@code @} and a name
     *
     * @param first how many datagrams are read before the program hangs for ever
     */
    public static DatagramPeer start(String name, int first) throws IOException {
        Requirements.programs("python3");
        DatagramPeer peer =
                new DatagramPeer(new ProcessBuilder("/usr/bin/python3", "-c", SCRIPT, name, Integer.toString(first))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
        if (!peer.line().equals("bound")) {
            throw new AssertionError("no socket " + name);
        }
        return peer;
    }

    public static DatagramPeer start(String name) throws IOException {
        return start(name, Integer.MAX_VALUE);
    }

    /** Returns the next datagram, whole. */
    public String next() {
        return new String(octets(), UTF_8);
    }

    public byte[] octets() {
        return HexFormat.of().parseHex(line());
    }

    /** Returns how many datagrams have come that nobody has asked for. */
    public int waiting() {
        return lines.size();
    }

    private String line() {
        try {
            String line = lines.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no datagram within 60 s");
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static final String SCRIPT = """
            import signal, socket, sys
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind('\\0' + name[1:] if name[0] == '@' else name)
            print('bound', flush=True)
            for _ in range(int(sys.argv[2])):
                print(s.recv(1 << 20).hex(), flush=True)
            signal.pause()
            """;
}
