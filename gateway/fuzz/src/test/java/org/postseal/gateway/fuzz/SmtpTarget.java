package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.postseal.gateway.smtp.server.MemorySession;
import org.postseal.gateway.smtp.server.MemorySession.Heard;
import org.postseal.gateway.smtp.server.MemorySession.Taken;

/**
 * Holds a dialogue whose first octet chooses the settings: LMTP, a trusted peer, PROXY headers, XCLIENT. Every reply
 * must be well-formed, and content is asked for only behind a sender and a recipient that were accepted.
 */
final class SmtpTarget implements Target {
    private static final Pattern REPLY = Pattern.compile("[2-5][0-9]{2}[ -][\\x20-\\x7e]*");

    /** Stands for a line feed that gets no carriage return. */
    private static final String FEED = "\u0100";

    @Override
    public String take(byte[] octets) throws IOException {
        if (octets.length == 0) {
            return "silent";
        }
        MemorySession.Setting setting = MemorySession.Setting.of(octets[0]);
        Heard heard = MemorySession.hold(setting, Arrays.copyOfRange(octets, 1, octets.length));
        String replies = new String(heard.replies(), StandardCharsets.ISO_8859_1);
        if (replies.isEmpty()) {
            demand(setting.isBehindProxy(), "only a proxy without its header is not answered");
            return "silent";
        }
        demandReplies(replies);
        for (Taken taken : heard.messages()) {
            demandTaken(taken, setting);
        }
        return heard.messages().isEmpty() ? "talked" : "delivered";
    }

    private static void demandReplies(String replies) {
        demand(replies.endsWith("\r\n"), "a reply ends its line");
        boolean hasSender = false;
        boolean hasRecipient = false;
        String open = "";
        for (String line : replies.substring(0, replies.length() - 2).split("\r\n", -1)) {
            demand(REPLY.matcher(line).matches(), "a reply is a code and printable text");
            demand(open.isEmpty() || line.startsWith(open), "a reply of several lines has one code");
            open = line.charAt(3) == '-' ? line.substring(0, 3) : "";
            if (line.startsWith("250 2.1.0")) {
                hasSender = true;
                hasRecipient = false;
            } else if (line.startsWith("250 2.1.5")) {
                demand(hasSender, "a recipient is accepted behind a sender only");
                hasRecipient = true;
            } else if (line.startsWith("354")) {
                demand(hasRecipient, "content is asked for behind a recipient only");
                hasSender = false;
                hasRecipient = false;
            }
        }
        demand(open.isEmpty(), "a reply has its last line");
    }

    private static void demandTaken(Taken taken, MemorySession.Setting setting) throws IOException {
        demand(!taken.envelope().recipients().isEmpty(), "a message has recipients");
        demand(
                setting.isTrusting() || taken.envelope().peer().xforward().isEmpty(),
                "XFORWARD is taken from trusted peers only");
        byte[] content = taken.content();
        for (int i = 0; i < content.length; i++) {
            demand(content[i] != '\n' || (i > 0 && content[i - 1] == '\r'), "content that was taken has no bare LF");
            demand(
                    content[i] != '\r' || (i + 1 < content.length && content[i + 1] == '\n'),
                    "content that was taken has no bare CR");
        }
    }

    @Override
    public Map<String, byte[]> made() {
        String mail = "MAIL FROM:<alice@example.com> BODY=8BITMIME\nRCPT TO:<bob@example.net> NOTIFY=NEVER\nDATA\n"
                + "Subject: x\n\n..dot\n.\n";
        return Map.of(
                "delivered-smtp", input(0, "EHLO client.example\n" + mail + "QUIT\n"),
                "delivered-twice",
                        input(0, "EHLO c\n" + mail + "RSET\nMAIL FROM:<>\nRCPT TO:<bob@example.net>\nDATA\nx\n.\n"),
                "delivered-lmtp",
                        input(
                                1,
                                "LHLO c\nMAIL FROM:<a@example.com>\nRCPT TO:<b@example.net>\nRCPT TO:<c@example.net>\n"
                                        + "DATA\nx\n.\nQUIT\n"),
                "delivered-xforward",
                        input(
                                2,
                                "EHLO c\nXFORWARD NAME=mx.example ADDR=192.0.2.1 PORT=25 PROTO=ESMTP\n"
                                        + "XFORWARD HELO=mx.example IDENT=abc SOURCE=REMOTE\n" + mail),
                "delivered-proxy", input(4, "PROXY TCP4 192.0.2.1 198.51.100.1 50000 25\nEHLO c\n" + mail),
                // version 2, PROXY over TCP4 with 12 octets of addresses and ports
                "delivered-proxy-2",
                        input(
                                4,
                                "\n\n\0\nQUIT" + FEED + "!\21\0\14" + "\300\0\2\1\306\63\144\1" + "\303\120\0\31"
                                        + "EHLO c\n" + mail),
                "delivered-xclient",
                        input(8, "EHLO c\nXCLIENT ADDR=192.0.2.9 NAME=x.example HELO=y.example\nEHLO c\n" + mail),
                "talked",
                        input(
                                0,
                                "HELO x\nNOOP\nVRFY a\nHELP\nSTARTTLS\nAUTH PLAIN\nDATA\nRCPT TO:<a@b.example>\nFOO\n"),
                "silent", input(4, "EHLO c\n"));
    }

    private static byte[] input(int setting, String... lines) {
        byte[] text =
                String.join("", lines).replace("\n", "\r\n").replace(FEED, "\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] input = new byte[text.length + 1];
        input[0] = (byte) setting;
        System.arraycopy(text, 0, input, 1, text.length);
        return input;
    }

    @Override
    public List<String> samples() {
        return List.of();
    }
}
