package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP or LMTP server that keeps each message octet for octet and answers as its script says. Thread-safe; one virtual thread per connection. */
public final class ScriptedMailServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Thread acceptor;
    private final boolean lmtp;
    private final Script script;
    private final List<Transaction> transactions = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private ScriptedMailServer(boolean lmtp, int port, Script script) {
        this.lmtp = lmtp;
        this.script = script;
        try {
            socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** SMTP on this port, 0 for a free one. */
    public static ScriptedMailServer smtp(int port, Script script) {
        return new ScriptedMailServer(false, port, script);
    }

    static ScriptedMailServer lmtp(Script script) {
        return new ScriptedMailServer(true, 0, script);
    }

    /** What it answers; accepts everything unless overridden. */
    public interface Script {
        /** To RCPT. */
        default String recipient(String address) {
            return "250 2.1.5 OK";
        }

        /** To end of data: one reply over SMTP, one for each accepted recipient over LMTP. */
        default List<String> data(Transaction transaction) {
            return transaction.recipients().stream()
                    .map(recipient -> "250 2.0.0 OK")
                    .toList();
        }

        /** Accepts all. */
        static Script accepting() {
            return new Script() {};
        }
    }

    /**
     * One message.
     *
     * @param mail the MAIL command
     * @param sender its address, empty for the null path
     * @param rcpts the RCPT commands that were accepted
     * @param recipients their addresses
     * @param xforward the XFORWARD commands before it
     * @param data without dot-stuffing
     */
    public record Transaction(
            String mail,
            String sender,
            List<String> rcpts,
            List<String> recipients,
            List<String> xforward,
            byte[] data) {
        String text() {
            return new String(data, ISO_8859_1);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Those it answered, whatever the answer was, oldest first. */
    public List<Transaction> transactions() {
        return List.copyOf(transactions);
    }

    void clear() {
        transactions.clear();
    }

    /** Goes down: connections that a client keeps for later end as well. */
    @Override
    public void close() {
        try {
            socket.close();
            // until it has left accept(), the port stays taken
            acceptor.join();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                // closed: the loop ends
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            new Session(new BufferedInputStream(connection.getInputStream()), connection.getOutputStream()).run();
        } catch (IOException e) {
            // the client went away, which the test sees by what it did not get
        }
    }

    private final class Session {
        private final InputStream in;
        private final OutputStream out;
        private String mail = "";
        private List<String> rcpts = new ArrayList<>();
        private List<String> xforward = new ArrayList<>();

        Session(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        void run() throws IOException {
            reply("220 scripted.example.net ready");
            for (Optional<byte[]> line = line(); line.isPresent(); line = line()) {
                String command = new String(line.get(), ISO_8859_1).strip();
                if (!answer(command)) {
                    return;
                }
            }
        }

        private boolean answer(String command) throws IOException {
            String verb = command.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            switch (verb) {
                case "EHLO", "LHLO" ->
                    reply(
                            "250-scripted.example.net\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE\r\n"
                                    + "250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250 XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE");
                case "XFORWARD" -> {
                    xforward.add(command);
                    reply("250 2.0.0 OK");
                }
                case "MAIL" -> {
                    mail = command;
                    reply("250 2.1.0 OK");
                }
                case "RCPT" -> {
                    String answer = script.recipient(address(command));
                    if (answer.startsWith("2")) {
                        rcpts.add(command);
                    }
                    reply(answer);
                }
                case "DATA" -> data();
                case "RSET" -> {
                    reset();
                    reply("250 2.0.0 OK");
                }
                case "QUIT" -> {
                    reply("221 2.0.0 Bye");
                    return false;
                }
                default -> reply("500 5.5.2 What?");
            }
            return true;
        }

        private void data() throws IOException {
            if (rcpts.isEmpty()) {
                reply("503 5.5.1 No recipients");
                return;
            }
            reply("354 Go on");
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            for (byte[] line = expectLine(); !isDot(line); line = expectLine()) {
                int from = line[0] == '.' ? 1 : 0;
                octets.write(line, from, line.length - from);
            }
            Transaction transaction = new Transaction(
                    mail,
                    address(mail),
                    List.copyOf(rcpts),
                    rcpts.stream().map(ScriptedMailServer::address).toList(),
                    List.copyOf(xforward),
                    octets.toByteArray());
            List<String> answers = script.data(transaction);
            transactions.add(transaction);
            reset();
            for (String answer : lmtp ? answers : answers.subList(0, 1)) {
                reply(answer);
            }
        }

        private void reset() {
            mail = "";
            rcpts = new ArrayList<>();
            xforward = new ArrayList<>();
        }

        private byte[] expectLine() throws IOException {
            return line().orElseThrow(() -> new IOException("closed within data"));
        }

        /** Up to and with CRLF: a bare LF does not end it, so that what was sent stays visible. */
        private Optional<byte[]> line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int before = 0;
            int octet;
            while ((octet = in.read()) >= 0) {
                line.write(octet);
                if (before == '\r' && octet == '\n') {
                    return Optional.of(line.toByteArray());
                }
                before = octet;
            }
            return Optional.empty();
        }

        private void reply(String line) throws IOException {
            out.write((line + "\r\n").getBytes(ISO_8859_1));
            out.flush();
        }
    }

    private static boolean isDot(byte[] line) {
        return line.length == 3 && line[0] == '.';
    }

    private static String address(String command) {
        int from = command.indexOf('<');
        int to = command.indexOf('>', from);
        return from < 0 || to < 0 ? "" : command.substring(from + 1, to);
    }
}
