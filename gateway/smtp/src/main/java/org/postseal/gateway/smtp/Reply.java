package org.postseal.gateway.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.Reason;

/**
 * An SMTP or LMTP reply (RFC 5321 §4.2). Text is printable ASCII, one element per line; what is not is replaced on the way in, so no reply can be split by its content.
 *
 * @param code 200 to 599
 * @param status enhanced status, of the class of the code
 * @param lines at least one, may be the empty string
 */
public record Reply(int code, Optional<EnhancedStatus> status, List<String> lines) {
    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code " + code);
        }
        lines = lines.isEmpty()
                ? List.of("")
                : lines.stream().map(Reply::printable).toList();
    }

    /** With enhanced status. */
    public static Reply of(int code, String status, String text) {
        return new Reply(code, EnhancedStatus.parse(status), List.of(text));
    }

    /** What the peer is told for a reason: code, status and public text of the table. */
    public static Reply of(Reason reason) {
        return of(reason.code(), reason.enhancedStatus(), reason.publicText());
    }

    /**
     * What {@link #toString} wrote, several lines as one.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static Reply ofText(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a reply: " + text);
        }
        return new Reply(
                Integer.parseInt(parts.group(1)),
                Optional.ofNullable(parts.group(2)).flatMap(EnhancedStatus::parse),
                List.of(parts.group(3)));
    }

    /** 2xx. */
    public boolean isPositive() {
        return code / 100 == 2;
    }

    /** 4xx. */
    public boolean isTemporary() {
        return code / 100 == 4;
    }

    /** 5xx. */
    public boolean isPermanent() {
        return code / 100 == 5;
    }

    /** 4xx or 5xx. */
    public boolean isRefusal() {
        return isTemporary() || isPermanent();
    }

    /**
     * The octets on the wire: every line with code and enhanced status (RFC 2034 §4), all but the last with a hyphen (RFC 5321 §4.2.1), none longer than 512 octets
     * (§4.5.3.1.5; the text is cut).
     */
    public byte[] wire() {
        StringBuilder wire = new StringBuilder(64);
        for (int i = 0; i < lines.size(); i++) {
            String line = code
                    + (i < lines.size() - 1 ? "-" : " ")
                    + status.map(s -> s + " ").orElse("")
                    + lines.get(i);
            wire.append(line, 0, Math.min(line.length(), MAX_LINE - 2)).append("\r\n");
        }
        return wire.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** One line for logs: {@code 250 2.0.0 text}. */
    @Override
    public String toString() {
        return code + status.map(s -> " " + s).orElse("") + " " + String.join(" / ", lines);
    }

    private static String printable(String text) {
        return text.codePoints()
                .map(c -> c >= 0x20 && c < 0x7F ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static final Pattern TEXT = Pattern.compile("([2-5]\\d\\d)(?: ([245]\\.\\d{1,3}\\.\\d{1,3}))? (.*)");
    private static final int MAX_LINE = 512;
}
