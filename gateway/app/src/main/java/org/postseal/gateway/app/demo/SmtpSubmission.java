package org.postseal.gateway.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Hands one message to a listener as any mail program would, octet for octet, and returns the last reply. */
final class SmtpSubmission implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    private SmtpSubmission(InetSocketAddress server) throws IOException {
        socket.setSoTimeout(TIMEOUT);
        socket.connect(server, TIMEOUT);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Sends the message, and returns the reply to it or the first reply that is not positive. */
    static String send(InetSocketAddress server, String from, String to, byte[] message) throws IOException {
        try (SmtpSubmission session = new SmtpSubmission(server)) {
            String reply = session.reply();
            for (String command :
                    new String[] {"EHLO client.example", "MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">", "DATA"}) {
                if (reply.charAt(0) > '3') {
                    return reply;
                }
                session.line(command);
                reply = session.reply();
            }
            if (reply.charAt(0) == '3') {
                session.data(message);
                reply = session.reply();
            }
            session.line("QUIT");
            session.reply();
            return reply;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void line(String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    // RFC 5321 §4.5.2: a dot at the start of a line is doubled.
    private void data(byte[] message) throws IOException {
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
    private String reply() throws IOException {
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
