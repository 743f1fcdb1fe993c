package org.postseal.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Holds a message that came to its final dot.
 *
 * @param commands the commands from MAIL (or XFORWARD) to DATA
 * @param recipients the addresses of the accepted RCPT commands
 * @param wire the octets as sent, without the end; dots are still doubled
 * @param content the message
 * @param isTls whether it came over TLS
 * @param octets the number of octets, which is more than {@code wire} has if the server keeps only the beginning
 */
public record Received(
        List<String> commands, List<String> recipients, byte[] wire, byte[] content, boolean isTls, long octets) {
    public static Received of(List<String> commands, List<String> recipients, byte[] wire, boolean isTls, long octets) {
        return new Received(List.copyOf(commands), List.copyOf(recipients), wire, unstuffed(wire), isTls, octets);
    }

    /** Returns the address of the MAIL command; empty for the null path. */
    public String sender() {
        return address(commandsOf("MAIL").getLast());
    }

    public List<String> commandsOf(String verb) {
        return commands.stream()
                .filter(command -> command.startsWith(verb + " "))
                .toList();
    }

    /** Returns the message as text, with one character for each octet. */
    public String text() {
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    public static String address(String command) {
        int from = command.indexOf('<');
        int to = command.indexOf('>', from);
        return from < 0 || to < 0 ? "" : command.substring(from + 1, to);
    }

    private static byte[] unstuffed(byte[] wire) {
        ByteArrayOutputStream content = new ByteArrayOutputStream(wire.length);
        for (int i = 0; i < wire.length; i++) {
            // A bare LF ends no line
            boolean atLineStart = i == 0 || (i >= 2 && wire[i - 2] == '\r' && wire[i - 1] == '\n');
            if (!(atLineStart && wire[i] == '.')) {
                content.write(wire[i]);
            }
        }
        return content.toByteArray();
    }
}
