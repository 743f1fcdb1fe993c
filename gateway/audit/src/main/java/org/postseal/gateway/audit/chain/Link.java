package org.postseal.gateway.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Digest;

/**
 * The state of a chain after a record.
 *
 * @param number the number of the record; 0 before the first
 * @param hash SHA-256 of the hash before and of the record's own hash, both as 64 hexadecimal digits
 */
public record Link(long number, String hash) {
    public static final Link BEGINNING = new Link(0, "0".repeat(64));

    /** A line of the log in its two parts: the record that is hashed, and its link. */
    public record Line(byte[] record, Link link) {
        /** Splits a line without its line end; empty if it has no link. */
        public static Optional<Line> of(byte[] line) {
            // The link stands at the end, behind all values, so that no value can look like one.
            int from = Math.max(0, line.length - LONGEST);
            Matcher matcher = LINK.matcher(new String(line, from, line.length - from, US_ASCII));
            if (!matcher.find()) {
                return Optional.empty();
            }
            byte[] record = Arrays.copyOf(line, from + matcher.start(2));
            return Optional.of(new Line(record, new Link(Long.parseLong(matcher.group(1)), matcher.group(3))));
        }
    }

    /** Writes a record as the next one of the chain, and returns its link. */
    public Link append(byte[] object, ByteArrayOutputStream out) {
        // The closing brace and the line end are written again behind the link.
        int head = object.length - 2;
        byte[] numbered = (NUMBER + (number + 1)).getBytes(US_ASCII);
        MessageDigest own = Digest.SHA_256.start();
        own.update(object, 0, head);
        own.update(numbered);
        Link next = next(own);
        out.write(object, 0, head);
        out.writeBytes(numbered);
        out.writeBytes((HASH + next.hash + "\"}\n").getBytes(US_ASCII));
        return next;
    }

    /** Returns the link of a record that follows. */
    public Link next(byte[] record) {
        MessageDigest own = Digest.SHA_256.start();
        own.update(record);
        return next(own);
    }

    private Link next(MessageDigest own) {
        String both = hash + HexFormat.of().formatHex(own.digest());
        return new Link(number + 1, HexFormat.of().formatHex(own.digest(both.getBytes(US_ASCII))));
    }

    private static final String NUMBER = ",\"postseal.chain.number\":";
    private static final String HASH = ",\"postseal.chain.hash\":\"";
    private static final Pattern LINK = Pattern.compile(
            Pattern.quote(NUMBER) + "([1-9][0-9]{0,17})(" + Pattern.quote(HASH) + ")([0-9a-f]{64})\"}\\z");
    /** The most octets that a link adds to a record. */
    public static final int LONGEST = 160;
}
