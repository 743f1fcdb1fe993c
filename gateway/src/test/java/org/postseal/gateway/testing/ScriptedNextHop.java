package org.postseal.gateway.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server on a real socket that does at each stage what its script says, is polite where the script is silent, and keeps the raw octets it was sent. It does not
 * judge: any line is a command, only CRLF.CRLF ends data. Thread-safe.
 */
public final class ScriptedNextHop implements AutoCloseable {
    /** A point of the dialogue; the script is asked before the reply is given. */
    public enum Stage {
        GREETING,
        EHLO,
        STARTTLS,
        XFORWARD,
        MAIL,
        RCPT,
        DATA,
        /** After the first octets of the content. */
        CONTENT,
        /** After the final dot. */
        DOT,
        RSET,
        QUIT
    }

    /**
     * Where the dialogue is.
     *
     * @param stage before the reply to this
     * @param connection from 1
     * @param count how often this connection has been at this stage, this time included
     * @param line the command
     */
    public record Moment(Stage stage, int connection, int count, String line) {}

    /** What the server does. */
    public sealed interface Action {
        /** Writes these octets and goes on. */
        record Say(String octets) implements Action {}

        /** Sends RST. */
        record Reset() implements Action {}

        /** Closes, with FIN. */
        record Close() implements Action {}

        /** Writes these octets, then closes. */
        record SayAndClose(String octets) implements Action {}

        /** Writes these octets, then neither answers nor reads. */
        record SayAndHang(String octets) implements Action {}

        /** Never answers, never reads. */
        record Hang() implements Action {}

        /** Waits, then is polite. */
        record Pause(Duration time) implements Action {}

        /** Waits for the latch, then is polite. */
        record Await(CountDownLatch latch) implements Action {}
    }

    /** The script. */
    public interface Script {
        /** Empty: the polite answer. */
        Optional<Action> at(Moment moment);

        /** Polite throughout. */
        static Script polite() {
            return _ -> Optional.empty();
        }

        /** The action whenever this stage is reached. */
        static Script at(Stage stage, Action action) {
            return moment -> moment.stage() == stage ? Optional.of(action) : Optional.empty();
        }

        /** The action when this command is given. */
        static Script onLine(String prefix, Action action) {
            return moment -> moment.line().startsWith(prefix) ? Optional.of(action) : Optional.empty();
        }

        /** This, else the other. */
        default Script or(Script other) {
            return moment -> at(moment).or(() -> other.at(moment));
        }
    }

    /**
     * A message that came to its final dot and was answered with 2xx.
     *
     * @param commands from MAIL (or XFORWARD) to DATA
     * @param wire as sent, without the end: dots still doubled
     * @param content the message
     * @param isTls came over TLS
     */
    public record Received(List<String> commands, byte[] wire, byte[] content, boolean isTls) {}

    private final ServerSocket server;
    private final Script script;
    private final List<String> capabilities;
    private final @Nullable SSLContext tls;
    private final List<Received> received = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private int connections;
    private int completed;

    public ScriptedNextHop(Script script, List<String> capabilities, @Nullable SSLContext tls) throws IOException {
        this.script = script;
        this.capabilities = List.copyOf(capabilities);
        this.tls = tls;
        this.server = new ServerSocket();
        // not grown by the system, so that a peer soon feels it when nobody reads
        server.setReceiveBufferSize(256 << 10);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var _ = Thread.ofVirtual().start(this::accept);
    }

    /** With what Postfix announces. */
    public ScriptedNextHop(Script script) throws IOException {
        this(script, ALL, null);
    }

    public ScriptedNextHop() throws IOException {
        this(Script.polite());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Messages accepted so far. */
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** Messages whose end of data came, accepted or not. */
    public synchronized int completed() {
        return completed;
    }

    /** Every command line of every connection, in the order read. */
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /** Connections so far. */
    public synchronized int connections() {
        return connections;
    }

    /** Ends every connection with RST, as a restart of the host would. */
    public void resetAll() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                int number;
                synchronized (this) {
                    number = ++connections;
                }
                sockets.add(socket);
                var _ = Thread.ofVirtual().start(() -> {
                    try (socket) {
                        new Dialogue(socket, number).run();
                    } catch (IOException _) {
                        // the peer has gone
                    } finally {
                        sockets.remove(socket);
                    }
                });
            } catch (IOException _) {
                // closed
            }
        }
    }

    /** One connection. */
    private final class Dialogue {
        private Socket socket;
        private final int number;
        private final Map<Stage, Integer> counts = new EnumMap<>(Stage.class);
        private InputStream in;
        private OutputStream out;
        private List<String> transaction = new ArrayList<>();
        private boolean isTls;
        private boolean hasMail;
        private int accepted;

        Dialogue(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.number = number;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        void run() throws IOException {
            act(Stage.GREETING, "", "220 next.example ESMTP\r\n");
            for (Optional<String> line = readLine(); line.isPresent(); line = readLine()) {
                if (!command(line.get())) {
                    return;
                }
            }
        }

        /** False at the end. */
        private boolean command(String line) throws IOException {
            synchronized (ScriptedNextHop.this) {
                commands.add(line);
            }
            transaction.add(line);
            switch (line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT)) {
                case "EHLO" -> {
                    transaction.clear();
                    act(Stage.EHLO, line, ehlo());
                }
                case "STARTTLS" -> {
                    transaction.clear();
                    if (act(Stage.STARTTLS, line, "220 go ahead\r\n").startsWith("220")) {
                        startTls();
                    }
                }
                case "XFORWARD" -> act(Stage.XFORWARD, line, "250 ok\r\n");
                case "MAIL" -> {
                    accepted = 0;
                    hasMail = act(Stage.MAIL, line, "250 2.1.0 ok\r\n").startsWith("250");
                }
                case "RCPT" -> {
                    String polite = hasMail ? "250 2.1.5 ok\r\n" : "503 5.5.1 MAIL first\r\n";
                    if (act(Stage.RCPT, line, polite).startsWith("25")) {
                        accepted++;
                    }
                }
                case "DATA" -> {
                    String polite = accepted > 0 ? "354 go ahead\r\n" : "554 5.5.1 no valid recipients\r\n";
                    if (act(Stage.DATA, line, polite).lines().anyMatch(reply -> reply.startsWith("354"))) {
                        data();
                    }
                }
                case "RSET" -> {
                    transaction.clear();
                    act(Stage.RSET, line, "250 2.0.0 ok\r\n");
                }
                case "QUIT" -> {
                    act(Stage.QUIT, line, "221 2.0.0 bye\r\n");
                    return false;
                }
                default -> say("500 5.5.2 what?\r\n");
            }
            return true;
        }

        private String ehlo() {
            List<String> lines = new ArrayList<>(List.of("next.example"));
            lines.addAll(capabilities);
            if (tls != null && !isTls) {
                lines.add("STARTTLS");
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < lines.size(); i++) {
                text.append(i + 1 < lines.size() ? "250-" : "250 ")
                        .append(lines.get(i))
                        .append("\r\n");
            }
            return text.toString();
        }

        private void startTls() throws IOException {
            SSLContext context = tls;
            if (context == null) {
                throw new IOException("no TLS here");
            }
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
            secured.setUseClientMode(false);
            secured.startHandshake();
            socket = secured;
            in = new BufferedInputStream(secured.getInputStream());
            out = secured.getOutputStream();
            isTls = true;
        }

        private void data() throws IOException {
            List<String> of = transaction;
            transaction = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            int first = in.read();
            if (first < 0) {
                throw new IOException("ended in data");
            }
            act(Stage.CONTENT, "", "");
            int matched = 2; // CRLF before the content is that of DATA
            for (int octet = first; ; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("ended in data");
                }
                wire.write(octet);
                matched = octet == END[matched] ? matched + 1 : octet == '\r' ? 1 : 0;
                if (matched == END.length) {
                    break;
                }
            }
            byte[] all = wire.toByteArray();
            byte[] stuffed = java.util.Arrays.copyOf(all, all.length - 3);
            synchronized (ScriptedNextHop.this) {
                completed++;
            }
            String polite = "250 2.0.0 queued as 4ABC\r\n";
            Optional<Action> action = script.at(next(Stage.DOT, ""));
            // before the reply, so that whoever has the reply finds the message
            if (said(action, polite).startsWith("2")) {
                synchronized (ScriptedNextHop.this) {
                    received.add(new Received(List.copyOf(of), stuffed, unstuff(stuffed), isTls));
                }
            }
            act(action, polite);
        }

        /** What was said. */
        private String act(Stage stage, String line, String polite) throws IOException {
            return act(script.at(next(stage, line)), polite);
        }

        private Moment next(Stage stage, String line) {
            return new Moment(stage, number, counts.merge(stage, 1, Integer::sum), line);
        }

        private static String said(Optional<Action> action, String polite) {
            return action.map(asked -> switch (asked) {
                        case Action.Say(String octets) -> octets;
                        case Action.SayAndClose(String octets) -> octets;
                        case Action.SayAndHang(String octets) -> octets;
                        case Action.Pause _, Action.Await _ -> polite;
                        case Action.Reset _, Action.Close _, Action.Hang _ -> "";
                    })
                    .orElse(polite);
        }

        private String act(Optional<Action> action, String polite) throws IOException {
            if (action.isEmpty()) {
                return say(polite);
            }
            switch (action.get()) {
                case Action.Say(String octets) -> {
                    return say(octets);
                }
                case Action.Reset _ -> {
                    socket.setSoLinger(true, 0);
                    throw new IOException("reset");
                }
                case Action.Close _ -> throw new IOException("closed");
                case Action.SayAndClose(String octets) -> {
                    say(octets);
                    throw new IOException("closed");
                }
                case Action.SayAndHang(String octets) -> {
                    say(octets);
                    await(closed);
                    throw new IOException("hung");
                }
                case Action.Hang _ -> {
                    await(closed);
                    throw new IOException("hung");
                }
                case Action.Pause(Duration time) -> {
                    try {
                        Thread.sleep(time);
                    } catch (InterruptedException stopped) {
                        throw new IOException(stopped);
                    }
                }
                case Action.Await(CountDownLatch latch) -> await(latch);
            }
            return say(polite);
        }

        private void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("nobody came");
                }
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        }

        private String say(String octets) throws IOException {
            out.write(octets.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return octets;
        }

        private Optional<String> readLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                line.write(octet);
                if (octet == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    return Optional.of(text.endsWith("\r\n") ? text.substring(0, text.length() - 2) : text);
                }
            }
            return Optional.empty();
        }
    }

    private static byte[] unstuff(byte[] wire) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int i = 0; i < wire.length; i++) {
            boolean atLineStart = i == 0 || wire[i - 1] == '\n';
            if (!(atLineStart && wire[i] == '.')) {
                content.write(wire[i]);
            }
        }
        return content.toByteArray();
    }

    /** What Postfix announces to a trusted client. */
    public static final List<String> ALL = List.of(
            "PIPELINING",
            "SIZE 104857600",
            "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "DSN",
            "SMTPUTF8");

    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};
}
