package org.postseal.gateway.smtp.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads octets from text on one line, with the escapes {@code \r \n \0 \\}, {@code \xHH}, and {@code \{3000*a}} for a
 * run.
 */
final class Escapes {
    private Escapes() {}

    static byte[] unescape(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                int end = text.offsetByCodePoints(i, 1);
                octets.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'r' -> octets.write('\r');
                case 'n' -> octets.write('\n');
                case '0' -> octets.write(0);
                case '\\' -> octets.write('\\');
                case 'x' -> {
                    octets.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                case '{' -> {
                    int star = text.indexOf('*', i);
                    int close = text.indexOf('}', i);
                    byte[] unit = unescape(text.substring(star + 1, close));
                    for (int n = Integer.parseInt(text.substring(i + 1, star)); n > 0; n--) {
                        octets.writeBytes(unit);
                    }
                    i = close;
                }
                default -> throw new IllegalArgumentException("escape \\" + kind);
            }
        }
        return octets.toByteArray();
    }

    static String escape(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            switch (octet) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case 0 -> text.append("\\0");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (octet >= 0x20 && octet < 0x7F) {
                        text.append((char) octet);
                    } else {
                        text.append(String.format("\\x%02X", octet));
                    }
                }
            }
        }
        return text.toString();
    }
}
