package org.postseal.gateway.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.testkit.Script.Moment;
import org.postseal.gateway.testkit.Script.Stage;

/**
 * Serves one connection of a {@link ScriptedNextHop}, in its own thread. It ends by returning or with an {@link
 * IOException}; the thread that made its socket closes the socket.
 */
final class ScriptedSession {
    private final ScriptedNextHop server;
    private final ScriptedNextHop.Role role;
    private final int number;
    private final Map<Stage, Integer> counts = new EnumMap<>(Stage.class);
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private boolean isTls;

    /** Holds all commands of the transaction. The next list holds the accepted RCPT commands. */
    private final List<String> transaction = new ArrayList<>();

    private final List<String> accepted = new ArrayList<>();
    private boolean hasMail;
    private long octets;

    public ScriptedSession(ScriptedNextHop server, Socket socket, int number) throws IOException {
        this.server = server;
        this.role = server.role();
        this.number = number;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    public void run() throws IOException {
        act(Stage.GREETING, "", "220 next.example ready\r\n");
        for (Optional<String> line = readLine(); line.isPresent(); line = readLine()) {
            if (!command(line.get())) {
                return;
            }
        }
    }

    /** Runs a command; returns false at the end. */
    private boolean command(String line) throws IOException {
        server.read(line);
        transaction.add(line);
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO", "LHLO" -> hello(verb, line);
            case "HELO" -> {
                reset();
                say("250 next.example\r\n");
            }
            case "STARTTLS" -> {
                reset();
                if (act(Stage.STARTTLS, line, "220 go ahead\r\n").startsWith("220")) {
                    startTls();
                }
            }
            case "AUTH" -> authenticate(line);
            case "XFORWARD" -> act(Stage.XFORWARD, line, "250 ok\r\n");
            case "MAIL" -> {
                accepted.clear();
                hasMail = act(Stage.MAIL, line, "250 2.1.0 ok\r\n").startsWith("250");
            }
            case "RCPT" -> {
                String polite = hasMail ? "250 2.1.5 ok\r\n" : "503 5.5.1 MAIL first\r\n";
                if (act(Stage.RCPT, line, polite).startsWith("25")) {
                    accepted.add(line);
                }
            }
            case "DATA" -> {
                String polite = accepted.isEmpty() ? "554 5.5.1 no valid recipients\r\n" : "354 go ahead\r\n";
                if (act(Stage.DATA, line, polite).lines().anyMatch(reply -> reply.startsWith("354"))) {
                    data();
                }
            }
            case "RSET" -> {
                reset();
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

    private void reset() {
        transaction.clear();
        accepted.clear();
        hasMail = false;
    }

    private void hello(String verb, String line) throws IOException {
        if (!verb.equals(role.isLmtp() ? "LHLO" : "EHLO")) {
            say("500 5.5.1 not this protocol\r\n");
            return;
        }
        reset();
        List<String> lines = new ArrayList<>(List.of("next.example"));
        lines.addAll(role.capabilities());
        if (role.tls() != null && !isTls) {
            lines.add("STARTTLS");
        }
        String last = lines.removeLast();
        String before = lines.stream().map(each -> "250-" + each + "\r\n").collect(Collectors.joining());
        act(Stage.EHLO, line, before + "250 " + last + "\r\n");
    }

    /** Authenticates by RFC 4954; LOGIN asks for name and password, one after the other. */
    private void authenticate(String line) throws IOException {
        if (line.startsWith("AUTH LOGIN")) {
            for (String prompt : List.of("VXNlcm5hbWU6", "UGFzc3dvcmQ6")) {
                say("334 " + prompt + "\r\n");
                server.read(readLine().orElseThrow(() -> new IOException("ended in AUTH")));
            }
        }
        act(Stage.AUTH, line, "235 2.7.0 welcome\r\n");
    }

    private void startTls() throws IOException {
        SSLContext context = role.tls();
        if (context == null) {
            throw new IOException("no TLS here");
        }
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        secured.setWantClientAuth(true);
        secured.startHandshake();
        server.shown(secured.getSession());
        socket = secured;
        in = new BufferedInputStream(secured.getInputStream());
        out = secured.getOutputStream();
        isTls = true;
    }

    private void data() throws IOException {
        byte[] wire = readContent();
        List<String> recipients = accepted.stream().map(Received::address).toList();
        Received message = Received.of(transaction, recipients, wire, isTls, octets);
        // RFC 2033 §4.2
        List<String> due = role.isLmtp() ? List.copyOf(accepted) : List.of("");
        reset();
        server.ended(message);
        String polite = "250 2.0.0 queued as 4ABC\r\n";
        List<Optional<Action>> actions = due.stream()
                .map(line -> role.script().at(moment(Stage.DOT, line, Optional.of(message))))
                .toList();
        // The message is stored before the reply, so that whoever has the reply finds it
        if (actions.stream().anyMatch(action -> said(action, polite).startsWith("2"))) {
            server.accepted(message);
        }
        for (Optional<Action> action : actions) {
            act(action, polite);
        }
    }

    /**
     * Reads the content without its end, and keeps as much as the server wants. The number of octets goes into {@link
     * #octets}.
     */
    private byte[] readContent() throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        int kept = server.kept();
        int matched = 2; // the CRLF before the content is that of DATA
        octets = 0;
        while (matched < END.length) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("ended in data");
            }
            if (octets == 0) {
                act(Stage.CONTENT, "", "");
            }
            if (octets < kept) {
                wire.write(octet);
            }
            octets++;
            matched = octet == END[matched] ? matched + 1 : octet == '\r' ? 1 : 0;
        }
        octets -= END.length - 2;
        byte[] all = wire.toByteArray();
        return Arrays.copyOf(all, (int) Math.min(all.length, octets));
    }

    private Moment moment(Stage stage, String line, Optional<Received> message) {
        return new Moment(stage, number, counts.merge(stage, 1, Integer::sum), line, message);
    }

    private static String said(Optional<Action> action, String polite) {
        return action.map(asked -> asked.said(polite)).orElse(polite);
    }

    private String act(Stage stage, String line, String polite) throws IOException {
        return act(role.script().at(moment(stage, line, Optional.empty())), polite);
    }

    private String act(Optional<Action> asked, String polite) throws IOException {
        if (asked.isEmpty()) {
            return say(polite);
        }
        Action action = asked.get();
        if (action instanceof Action.Await(CountDownLatch latch)) {
            await(latch);
        }
        if (action instanceof Action.Delay(Duration pause)) {
            pause(pause);
        }
        String said = action instanceof Action.Drip(Duration pause) ? drip(polite, pause) : say(action.said(polite));
        switch (action) {
            case Action.Say _, Action.Await _, Action.Delay _, Action.Drip _ -> {}
            case Action.Reset _ -> {
                socket.setSoLinger(true, 0);
                throw new IOException("reset");
            }
            case Action.Close _, Action.SayAndClose _ -> throw new IOException("closed");
            case Action.Hang _, Action.SayAndHang _ -> {
                await(server.closed());
                throw new IOException("hung");
            }
        }
        return said;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("nobody came");
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private String drip(String octets, Duration pause) throws IOException {
        for (int i = 0; i < octets.length(); i++) {
            pause(pause);
            say(octets.substring(i, i + 1));
        }
        return octets;
    }

    private static void pause(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
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

    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};
}
