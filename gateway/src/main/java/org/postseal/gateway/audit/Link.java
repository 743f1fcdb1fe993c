package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chain of records stands.
 *
 * @param number of the newest record; 0 before the first
 * @param hash SHA-256 of the hash before and of the record's own, both as 64 hexadecimal digits
 */
record Link(long number, String hash) {
    static final Link BEGINNING = new Link(0, "0".repeat(64));

    /** A line of the log in its two parts. */
    record Line(byte[] record, Link link) {
        /** Takes a line apart, without its line end; empty when it carries no link. */
        static Optional<Line> of(byte[] line) {
            // at the end, behind whatever stands in the values
            int from = Math.max(0, line.length - LONGEST);
            Matcher matcher = LINK.matcher(new String(line, from, line.length - from, US_ASCII));
            if (!matcher.find()) {
                return Optional.empty();
            }
            byte[] record = Arrays.copyOf(line, from + matcher.start(2));
            return Optional.of(new Line(record, new Link(Long.parseLong(matcher.group(1)), matcher.group(3))));
        }
    }

    /** Writes a record as the next of the chain and returns where that stands then. */
    Link append(byte[] object, ByteArrayOutputStream out) {
        // without the brace and the line end
        int head = object.length - 2;
        byte[] numbered = (NUMBER + (number + 1)).getBytes(US_ASCII);
        byte[] record = Arrays.copyOf(object, head + numbered.length);
        System.arraycopy(numbered, 0, record, head, numbered.length);
        Link next = next(record);
        out.writeBytes(record);
        out.writeBytes((HASH + next.hash + "\"}\n").getBytes(UTF_8));
        return next;
    }

    /** The link of a record that follows. */
    Link next(byte[] record) {
        String own = sha256(record);
        return new Link(number + 1, sha256((hash + own).getBytes(US_ASCII)));
    }

    /** In hexadecimal. */
    static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static final String NUMBER = ",\"postseal.chain.number\":";
    private static final String HASH = ",\"postseal.chain.hash\":\"";
    private static final Pattern LINK = Pattern.compile(
            Pattern.quote(NUMBER) + "([1-9][0-9]{0,17})(" + Pattern.quote(HASH) + ")([0-9a-f]{64})\"}\\z");
    private static final int LONGEST = 160;
}
