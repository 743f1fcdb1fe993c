package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * One SMTP connection that sends the given octets and reads replies, for content that many senders share. Not
 * thread-safe.
 */
final class BulkSender implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** Opens the connection and greets. Throws if it is not accepted. */
    BulkSender(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(600_000);
        in = new BufferedInputStream(socket.getInputStream(), 512);
        out = socket.getOutputStream();
        try {
            expect(reply(), "220");
            expect(command("EHLO sender.example.net"), "250");
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    String command(String line) throws IOException {
        say(line + "\r\n");
        return reply();
    }

    void say(String octets) throws IOException {
        say(octets.getBytes(ISO_8859_1));
    }

    void say(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** Returns the last line of the next reply. */
    String reply() throws IOException {
        while (true) {
            String line = line();
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    /**
     * Sends one message over this connection.
     *
     * @param content the octets with CRLF, without a line that begins with a dot
     * @return the first reply that is no success, or the final one
     */
    String send(String sender, List<String> recipients, List<byte[]> content) throws IOException {
        List<String> commands = new ArrayList<>();
        int octets = content.stream().mapToInt(part -> part.length).sum();
        commands.add("MAIL FROM:<" + sender + "> SIZE=" + octets);
        recipients.forEach(recipient -> commands.add("RCPT TO:<" + recipient + ">"));
        commands.add("DATA");
        for (String line : commands) {
            String reply = command(line);
            if (!reply.startsWith("2") && !reply.startsWith("3")) {
                return reply;
            }
        }
        for (byte[] part : content) {
            out.write(part);
        }
        say(".\r\n");
        return reply();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("closed by the peer after: " + line);
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    private static void expect(String reply, String code) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got: " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
