package org.postseal.gateway.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A session with a listener, as any mail program has it. */
final class SmtpSubmission implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    /**
     * Connects.
     *
     * @param own the address to come from; its port is chosen by the machine if it is 0
     */
    SmtpSubmission(InetSocketAddress own, InetSocketAddress server) throws IOException {
        socket.setSoTimeout(TIMEOUT);
        socket.bind(own);
        socket.connect(server, TIMEOUT);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /**
     * Hands one message to a listener, octet for octet. Returns the reply to it, or the first reply that is not
     * positive.
     */
    static String send(InetSocketAddress server, String from, String to, byte[] message) throws IOException {
        try (SmtpSubmission session = new SmtpSubmission(new InetSocketAddress(0), server)) {
            String reply = session.begin(session.reply(), from, to);
            if (reply.charAt(0) == '3') {
                session.data(message);
                reply = session.reply();
            }
            session.quit();
            return reply;
        }
    }

    /** Goes on after the greeting until DATA. Returns the reply to it, or the first reply that is not positive. */
    String begin(String greeting, String from, String to) throws IOException {
        String reply = greeting;
        for (String command :
                new String[] {"EHLO client.example", "MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA"}) {
            if (reply.charAt(0) > '3') {
                return reply;
            }
            line(command);
            reply = reply();
        }
        return reply;
    }

    void quit() throws IOException {
        line("QUIT");
        reply();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    void line(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    // RFC 5321 §4.5.2: a dot at the start of a line is doubled.
    void data(byte[] message) throws IOException {
        ByteArrayOutputStream stuffed = new ByteArrayOutputStream();
        boolean atLineStart = true;
        for (byte octet : message) {
            if (atLineStart && octet == '.') {
                stuffed.write('.');
            }
            stuffed.write(octet);
            atLineStart = octet == '\n';
        }
        if (!atLineStart) {
            stuffed.writeBytes(new byte[] {'\r', '\n'});
        }
        stuffed.writeBytes(new byte[] {'.', '\r', '\n'});
        out.write(stuffed.toByteArray());
        out.flush();
    }

    /** Reads a reply and returns its last line. */
    String reply() throws IOException {
        while (true) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("the listener closed the connection");
                }
                line.write(octet);
            }
            String text = line.toString(StandardCharsets.US_ASCII).strip();
            if (text.length() < 4 || text.charAt(3) != '-') {
                return text;
            }
        }
    }

    private static final int TIMEOUT = 30_000;
}
