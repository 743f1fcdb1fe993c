package org.postseal.gateway.smtp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.outcome.Reason;

/**
 * Holds an SMTP or LMTP reply (RFC 5321 §4.2). Its text is printable ASCII, with one element per line. Any other
 * character is replaced on the way in, so that no reply can be split by its content.
 *
 * @param code 200 to 599
 * @param status enhanced status, of the class of the code
 * @param lines at least one, which may be the empty string
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

    /** Makes a reply with an enhanced status. */
    public static Reply of(int code, String status, String text) {
        return new Reply(code, EnhancedStatus.parse(status), List.of(text));
    }

    /** Makes the reply that tells the peer a reason: code, status and public text of the table. */
    public static Reply of(Reason reason) {
        return of(reason.code(), reason.enhancedStatus(), reason.publicText());
    }

    /**
     * Reads what {@link #toString} wrote; several lines become one.
     *
     * @throws IllegalArgumentException if it is something else
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

    /** Returns true for 2xx. */
    public boolean isPositive() {
        return code / 100 == 2;
    }

    /** Returns true for 4xx. */
    public boolean isTemporary() {
        return code / 100 == 4;
    }

    /** Returns true for 5xx. */
    public boolean isPermanent() {
        return code / 100 == 5;
    }

    /** Returns true for 4xx or 5xx. */
    public boolean isRefusal() {
        return isTemporary() || isPermanent();
    }

    /**
     * Returns the octets on the wire. Every line has the code and the enhanced status (RFC 2034 §4), and all but the
     * last have a hyphen (RFC 5321 §4.2.1). No line is longer than 512 octets (§4.5.3.1.5), since the text is cut.
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

    /** Returns one line for logs: {@code 250 2.0.0 text}. */
    @Override
    public String toString() {
        return code + status.map(s -> " " + s).orElse("") + " " + String.join(" / ", lines);
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            printable.append(c >= 0x20 && c < 0x7F ? (char) c : '?');
        }
        return printable.toString();
    }

    private static final Pattern TEXT = Pattern.compile("([2-5]\\d\\d)(?: ([245]\\.\\d{1,3}\\.\\d{1,3}))? (.*)");
    private static final int MAX_LINE = 512;
}
