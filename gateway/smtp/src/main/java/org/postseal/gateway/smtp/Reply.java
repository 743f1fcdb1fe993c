package org.postseal.gateway.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.wording.PlainText;

/**
 * Holds an SMTP or LMTP reply (RFC 5321 §4.2). Its text is printable ASCII, or printable text for a client that takes
 * UTF-8, with one element per line. Any other character is replaced on the way in, so that no reply can be split by its
 * content.
 *
 * @param code 200 to 599
 * @param status enhanced status, of the class of the code
 * @param lines at least one, which may be the empty string
 * @param isUtf8 whether the text may hold more than ASCII
 */
public record Reply(int code, Optional<EnhancedStatus> status, List<String> lines, boolean isUtf8) {
    public Reply(int code, Optional<EnhancedStatus> status, List<String> lines) {
        this(code, status, lines, false);
    }

    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code " + code);
        }
        lines = lines.isEmpty()
                ? List.of("")
                : lines.stream().map(line -> printable(line, isUtf8)).toList();
    }

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

    /**
     * Returns a reply with the same code and status that says this. What does not fit into 2,048 octets is left out, a
     * paragraph at a time.
     *
     * @param paragraphs each begins on a line of its own, and takes as many as it needs
     * @param mayBeUtf8 whether the client takes more than ASCII
     */
    public Reply saying(List<String> paragraphs, boolean mayBeUtf8) {
        List<String> said = new ArrayList<>();
        for (String paragraph : paragraphs) {
            List<String> more = wrapped(paragraph);
            if (octets(said) + octets(more) <= MOST_LINES * MAX_LINE) {
                said.addAll(more);
            } else if (said.isEmpty()) {
                said.addAll(more.subList(0, MOST_LINES));
            }
        }
        return new Reply(code, status, said, mayBeUtf8);
    }

    private static List<String> wrapped(String paragraph) {
        List<String> wrapped = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int octets = 0;
        for (String word : paragraph.split(" ", -1)) {
            int more = word.getBytes(StandardCharsets.UTF_8).length + 1;
            if (!line.isEmpty() && octets + more > LONGEST_TEXT) {
                wrapped.add(line.toString());
                line.setLength(0);
                octets = 0;
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
            octets += more;
        }
        wrapped.add(line.toString());
        return wrapped;
    }

    /** Returns how many octets these lines have at most on the wire. */
    private static int octets(List<String> lines) {
        return lines.stream()
                .mapToInt(line ->
                        Math.min(line.getBytes(StandardCharsets.UTF_8).length + MAX_LINE - LONGEST_TEXT, MAX_LINE))
                .sum();
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
        ByteArrayOutputStream wire = new ByteArrayOutputStream(64);
        for (int i = 0; i < lines.size(); i++) {
            String line = code
                    + (i < lines.size() - 1 ? "-" : " ")
                    + status.map(s -> s + " ").orElse("")
                    + lines.get(i);
            wire.writeBytes(cut(line.getBytes(StandardCharsets.UTF_8)));
            wire.write('\r');
            wire.write('\n');
        }
        return wire.toByteArray();
    }

    /** Returns as many whole characters as a line may hold. */
    private static byte[] cut(byte[] line) {
        int end = Math.min(line.length, MAX_LINE - 2);
        while (end < line.length && (line[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(line, end);
    }

    /** Returns one line for logs: {@code 250 2.0.0 text}. */
    @Override
    public String toString() {
        return code + status.map(s -> " " + s).orElse("") + " " + String.join(" / ", lines);
    }

    private static String printable(String text, boolean isUtf8) {
        StringBuilder printable = new StringBuilder(text.length());
        int c;
        for (int i = 0; i < text.length(); i += Character.charCount(c)) {
            c = text.codePointAt(i);
            boolean isShown = (c >= 0x20 && c < 0x7F) || (isUtf8 && PlainText.isShown(c));
            printable.appendCodePoint(isShown ? c : '?');
        }
        return printable.toString();
    }

    private static final Pattern TEXT = Pattern.compile("([2-5]\\d\\d)(?: ([245]\\.\\d{1,3}\\.\\d{1,3}))? (.*)");
    private static final int MAX_LINE = 512;
    // Code, enhanced status and line end take the rest.
    private static final int LONGEST_TEXT = 490;
    // A proxy may store as much and no more, as Postfix does (line_length_limit, 2,048 octets). It passes on what it
    // has stored, and if the last line is not there, its client waits for one.
    private static final int MOST_LINES = 4;
}
