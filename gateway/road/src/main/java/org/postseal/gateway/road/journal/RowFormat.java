package org.postseal.gateway.road.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.ledger.Frame;

/**
 * Writes rows of the journal as bodies of the ledger's frames, and reads them. A row is: key, state, unit, doubts, time
 * of writing, time of the peer's knowledge (or none), and four texts with their lengths before them.
 */
public final class RowFormat {
    private RowFormat() {}

    public static byte[] row(JournalEntry row) {
        byte[] queueId = octets(row.queueId(), LONGEST_TEXT);
        byte[] upstreamId = row.upstreamId().map(id -> octets(id, LONGEST_TEXT)).orElse(null);
        byte[] recipient = octets(row.recipient(), LONGEST_TEXT);
        byte[] reply = octets(row.reply(), LONGEST_REPLY);
        int texts = queueId.length + (upstreamId == null ? 0 : upstreamId.length) + recipient.length + reply.length;
        ByteBuffer body = ByteBuffer.allocate(FIXED + texts)
                .put(row.key().octets())
                .put((byte) STATES.indexOf(row.state()))
                .putInt(row.unit())
                .putInt(row.doubts())
                .putLong(row.at().toEpochMilli())
                .putLong(row.told().map(Instant::toEpochMilli).orElse(NONE));
        put(body, queueId);
        put(body, upstreamId);
        put(body, recipient);
        put(body, reply);
        return body.array();
    }

    /** Returns the most octets that this row has once it has a reply. */
    public static int mostOctets(JournalEntry row) {
        int characters = row.queueId().length()
                + row.upstreamId().map(String::length).orElse(0)
                + row.recipient().length();
        // UTF-8 has three octets for a character at most.
        return FIXED + 3 * characters + LONGEST_REPLY;
    }

    /** Reads the row of a frame; empty if this program does not know it. */
    public static Optional<JournalEntry> row(Frame frame) {
        try {
            ByteBuffer body = ByteBuffer.wrap(frame.body());
            JournalKey key = JournalKey.read(body);
            JournalState state = STATES.get(body.get());
            int unit = body.getInt();
            int doubts = body.getInt();
            Instant at = Instant.ofEpochMilli(body.getLong());
            long told = body.getLong();
            String queueId = text(body).orElse("");
            Optional<String> upstreamId = text(body);
            String recipient = text(body).orElse("");
            String reply = text(body).orElse("");
            return Optional.of(new JournalEntry(
                    key,
                    state,
                    queueId,
                    upstreamId,
                    recipient,
                    unit,
                    reply,
                    told == NONE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(told)),
                    doubts,
                    at));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    public static JournalKey key(Frame frame) {
        return JournalKey.read(ByteBuffer.wrap(frame.body()));
    }

    /** Returns the time in a frame of the kind START. */
    static Instant time(Frame frame) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(frame.body()).getLong());
    }

    public static byte[] time(Instant time) {
        return ByteBuffer.allocate(Long.BYTES).putLong(time.toEpochMilli()).array();
    }

    private static byte[] octets(String text, int longest) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return octets.length <= longest ? octets : Arrays.copyOf(octets, longest);
    }

    private static void put(ByteBuffer body, byte @Nullable [] text) {
        if (text == null) {
            body.putShort((short) -1);
        } else {
            body.putShort((short) text.length).put(text);
        }
    }

    private static Optional<String> text(ByteBuffer body) {
        int length = body.getShort();
        if (length < 0) {
            return Optional.empty();
        }
        byte[] octets = new byte[length];
        body.get(octets);
        return Optional.of(new String(octets, StandardCharsets.UTF_8));
    }

    /** The octet of a state is its place in this list. */
    private static final List<JournalState> STATES =
            List.of(JournalState.PREPARED, JournalState.ACCEPTED, JournalState.REFUSED);

    private static final long NONE = Long.MIN_VALUE;
    private static final int LONGEST_TEXT = 1024;
    /** A reply of several lines may be long, and people need its beginning. */
    private static final int LONGEST_REPLY = 1024;

    private static final int FIXED = JournalKey.OCTETS + 1 + 2 * Integer.BYTES + 2 * Long.BYTES + 4 * Short.BYTES;
}
