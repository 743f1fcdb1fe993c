package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.smtp.EnhancedStatus;
import org.postseal.gateway.smtp.Reply;

/**
 * Reads SMTP replies (RFC 5321 §4.2) out of octets as they come. A peer is broken if it sends anything else, differing
 * codes in one reply, a bare CR or LF, or more than the bounds allow. It is then unknown where its replies begin. Not
 * thread-safe.
 */
final class ReplyParser {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> lines = new ArrayList<>();
    private int code;
    private int octets;
    private boolean afterCr;

    /** Reads up to the end of the next reply; the result is empty if the octets end before. */
    Optional<Reply> next(ByteBuf in) throws LostException {
        while (in.isReadable()) {
            int octet = in.readByte() & 0xFF;
            if (++octets > MAX_REPLY_OCTETS) {
                throw new LostException("reply over " + MAX_REPLY_OCTETS + " octets");
            }
            if (afterCr != (octet == '\n')) {
                throw new LostException("bare CR or LF in a reply");
            }
            afterCr = octet == '\r';
            if (octet == '\n') {
                if (endLine()) {
                    return Optional.of(finish());
                }
            } else if (octet != '\r') {
                line.write(octet);
            }
            if (line.size() > MAX_LINE_OCTETS) {
                throw new LostException("reply line over " + MAX_LINE_OCTETS + " octets");
            }
        }
        return Optional.empty();
    }

    private boolean endLine() throws LostException {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!isReplyLine(text)) {
            throw new LostException("not a reply");
        }
        int lineCode = Integer.parseInt(text.substring(0, 3));
        if (!lines.isEmpty() && lineCode != code) {
            throw new LostException("codes " + code + " and " + lineCode + " in one reply");
        }
        code = lineCode;
        lines.add(text.length() > 4 ? text.substring(4) : "");
        // RFC 5321 §4.2.1: a code without blank and text ends a reply as well
        return text.length() == 3 || text.charAt(3) == ' ';
    }

    private static boolean isReplyLine(String text) {
        return text.length() >= 3
                && text.charAt(0) >= '2'
                && text.charAt(0) <= '5'
                && isDigit(text.charAt(1))
                && isDigit(text.charAt(2))
                && (text.length() == 3 || text.charAt(3) == ' ' || text.charAt(3) == '-');
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private Reply finish() {
        Optional<EnhancedStatus> status =
                EnhancedStatus.parse(firstWord(lines.getFirst())).filter(found -> found.classDigit() == code / 100);
        List<String> texts = status.map(found -> lines.stream()
                        .map(text -> firstWord(text).equals(firstWord(lines.getFirst())) ? afterFirstWord(text) : text)
                        .toList())
                .orElseGet(() -> List.copyOf(lines));
        Reply reply = new Reply(code, status, texts);
        lines.clear();
        octets = 0;
        return reply;
    }

    private static String firstWord(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }

    private static String afterFirstWord(String text) {
        int blank = text.indexOf(' ');
        return blank < 0 ? "" : text.substring(blank + 1);
    }

    // RFC 5321 §4.5.3.1.5 says 512 for a line, but peers with long texts exist.
    private static final int MAX_LINE_OCTETS = 4096;
    private static final int MAX_REPLY_OCTETS = 64 << 10;
}
