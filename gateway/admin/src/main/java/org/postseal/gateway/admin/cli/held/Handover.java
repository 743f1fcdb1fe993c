package org.postseal.gateway.admin.cli.held;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.SmtpInput;
import org.postseal.gateway.smtp.SmtpInput.Line;

/** Hands one message to a listener of the gateway over LMTP. */
final class Handover implements AutoCloseable {
    private final Socket socket = new Socket();
    private final SmtpInput in;
    private final OutputStream out;

    private Handover(InetSocketAddress listener) throws IOException {
        try {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.connect(listener, Math.toIntExact(PATIENCE.toMillis()));
            in = new SmtpInput(socket.getInputStream()::read);
            out = new BufferedOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends the message. Returns the reply to each recipient, in the order of the envelope.
     *
     * @throws IOException if the connection fails; nobody knows then what became of the message
     */
    static List<Reply> send(InetSocketAddress listener, Envelope envelope, RawMessage message) throws IOException {
        try (Handover session = new Handover(listener)) {
            return session.send(envelope, message);
        }
    }

    private List<Reply> send(Envelope envelope, RawMessage message) throws IOException {
        Reply reply = reply();
        for (String command : commands(envelope)) {
            if (reply.isRefusal()) {
                return Collections.nCopies(envelope.recipients().size(), reply);
            }
            line(command);
            reply = reply();
        }
        if (reply.isRefusal()) {
            return Collections.nCopies(envelope.recipients().size(), reply);
        }
        data(message);
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < envelope.recipients().size(); i++) {
            replies.add(reply());
        }
        try {
            // The gateway knows by the next command that the replies were read.
            line("QUIT");
            reply();
        } catch (IOException gone) {
            // The message has its replies all the same.
        }
        return replies;
    }

    private static List<String> commands(Envelope envelope) {
        List<String> commands = new ArrayList<>();
        commands.add("LHLO localhost");
        commands.add("MAIL FROM:" + envelope.reversePath().wire() + " BODY=8BITMIME"
                + (envelope.parameters().smtpUtf8() ? " SMTPUTF8" : ""));
        for (Recipient recipient : envelope.recipients()) {
            commands.add("RCPT TO:<" + recipient.address() + ">");
        }
        commands.add("DATA");
        return commands;
    }

    private void line(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Every held message is in lines that end with CRLF. RFC 5321 §4.5.2: a dot at the start of a line is doubled. */
    private void data(RawMessage message) throws IOException {
        int last = '\n';
        try (InputStream octets = new BufferedInputStream(message.open())) {
            for (int octet = octets.read(); octet >= 0; octet = octets.read()) {
                if (last == '\n' && octet == '.') {
                    out.write('.');
                }
                out.write(octet);
                last = octet;
            }
        }
        line(last == '\n' ? "." : "\r\n.");
    }

    private Reply reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = answer();
            if (!line.matches("[2-5][0-9][0-9][ -].*") || lines.size() > MOST_LINES) {
                throw new IOException("the listener has answered " + line);
            }
            Reply part = Reply.ofText(line.substring(0, 3) + " " + line.substring(4));
            lines.addAll(part.lines());
            if (line.charAt(3) == ' ') {
                return new Reply(part.code(), part.status(), lines);
            }
        }
    }

    private String answer() throws IOException {
        return switch (in.readLine(LONGEST_LINE)) {
            case Line.Complete(byte[] octets) -> new String(octets, StandardCharsets.UTF_8);
            case Line.TooLong _, Line.Malformed _ -> throw new IOException("the listener has answered no line of LMTP");
            case Line.EndOfStream _ -> throw new IOException("the listener closed the connection");
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** RFC 5321 §4.5.3.2.6: so long a client waits for the reply to a message. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_LINES = 100;
}
