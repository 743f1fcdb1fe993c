package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends messages octet for octet over SMTP or LMTP, and waits for nothing that it was not told to wait for. One
 * instance is one connection; not thread-safe.
 */
public final class SmtpSender implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int PATIENCE_AT_QUIT_MILLIS = 5_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean lmtp;
    private final List<String> extensions;

    private SmtpSender(InetAddress from, int port, boolean lmtp) throws IOException {
        this.lmtp = lmtp;
        socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        expect("220", reply());
        command((lmtp ? "LHLO" : "EHLO") + " sender.example.net");
        String greeting = reply();
        expect("250", greeting);
        extensions = greeting.lines().skip(1).map(line -> line.substring(4)).toList();
    }

    public static SmtpSender smtp(int port) {
        return open(InetAddress.getLoopbackAddress(), port, false);
    }

    /** Connects from another address of this machine, such as 127.0.0.9. */
    public static SmtpSender smtpFrom(String address, int port) {
        return open(InetAddress.ofLiteral(address), port, false);
    }

    public static SmtpSender lmtp(int port) {
        return open(InetAddress.getLoopbackAddress(), port, true);
    }

    /** Sends one message over a separate connection; every reply must be positive. */
    public static void send(int port, String sender, List<String> recipients, byte[] message) {
        try (SmtpSender connection = smtp(port)) {
            Outcome outcome = connection.send(sender, recipients, message);
            if (!outcome.isDelivered()) {
                throw new AssertionError("refused: " + outcome);
            }
        }
    }

    /**
     * Holds what the peer replied.
     *
     * @param recipients the reply to each RCPT
     * @param data the replies to the end of data, or the reply to MAIL or DATA if one of them failed
     */
    public record Outcome(List<String> recipients, List<String> data) {
        public boolean isDelivered() {
            return recipients.stream().allMatch(reply -> reply.startsWith("2"))
                    && data.stream().allMatch(reply -> reply.startsWith("2"));
        }
    }

    public Outcome send(String sender, List<String> recipients, byte[] message) {
        return send(sender, "", recipients, "", message);
    }

    /** Sends a message with parameters, which begin with a space or are empty. */
    public Outcome send(
            String sender, String mailParameters, List<String> recipients, String recipientParameters, byte[] message) {
        try {
            String mail = exchange("MAIL FROM:<" + sender + ">" + mailParameters);
            if (!mail.startsWith("2")) {
                return new Outcome(List.of(), List.of(mail));
            }
            List<String> replies = new ArrayList<>();
            for (String recipient : recipients) {
                replies.add(exchange("RCPT TO:<" + recipient + ">" + recipientParameters));
            }
            String data = exchange("DATA");
            if (!data.startsWith("354")) {
                exchange("RSET");
                return new Outcome(replies, List.of(data));
            }
            out.write(dotStuffed(message));
            out.flush();
            long accepted =
                    replies.stream().filter(reply -> reply.startsWith("2")).count();
            List<String> ends = new ArrayList<>();
            for (long i = 0; i < (lmtp ? accepted : 1); i++) {
                ends.add(reply());
            }
            return new Outcome(replies, ends);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a message, and ends the connection with RST without reading the reply to its end.
     *
     * @param meanwhile waits for what shall happen before
     */
    public void sendAndReset(String sender, List<String> recipients, byte[] message, Runnable meanwhile) {
        exchange("MAIL FROM:<" + sender + ">");
        recipients.forEach(recipient -> exchange("RCPT TO:<" + recipient + ">"));
        exchange("DATA");
        try {
            out.write(dotStuffed(message));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        meanwhile.run();
        Resets.reset(socket);
    }

    public String exchange(String line) {
        try {
            command(line);
            return reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the EHLO keywords with their parameters. */
    public List<String> extensions() {
        return extensions;
    }

    /**
     * Says QUIT and waits for its reply (RFC 5321 §4.1.1.10). By QUIT the gateway knows that the reply before it has
     * arrived.
     */
    @Override
    public void close() {
        try (socket) {
            socket.setSoTimeout(PATIENCE_AT_QUIT_MILLIS);
            command("QUIT");
            reply();
        } catch (IOException e) {
            // The peer may have closed first, as it does after some refusals
        }
    }

    private static SmtpSender open(InetAddress from, int port, boolean lmtp) {
        try {
            return new SmtpSender(from, port, lmtp);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port, e);
        }
    }

    /** Doubles dots and adds the final dot (RFC 5321 §4.5.2). */
    private static byte[] dotStuffed(byte[] message) {
        ByteArrayOutputStream stuffed = new ByteArrayOutputStream(message.length + 64);
        boolean atLineStart = true;
        for (byte octet : message) {
            if (atLineStart && octet == '.') {
                stuffed.write('.');
            }
            stuffed.write(octet);
            atLineStart = octet == '\n';
        }
        stuffed.writeBytes((atLineStart ? ".\r\n" : "\r\n.\r\n").getBytes(ISO_8859_1));
        return stuffed.toByteArray();
    }

    private void command(String line) throws IOException {
        out.write((line + "\r\n").getBytes(ISO_8859_1));
        out.flush();
    }

    private String reply() throws IOException {
        StringBuilder lines = new StringBuilder();
        while (true) {
            String line = line();
            lines.append(lines.isEmpty() ? "" : "\n").append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return lines.toString();
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet;
        while ((octet = in.read()) != '\n') {
            if (octet < 0) {
                throw new IOException("closed by the peer after: " + line.toString(ISO_8859_1));
            }
            line.write(octet);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    private static void expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got: " + reply);
        }
    }
}
