package org.postseal.gateway.road.journal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads and writes the records of an {@link AcceptedFile}, of 512 octets each. The first holds the mark of the file,
 * and each of the others is one place: state, CRC-32C of what follows, key, milliseconds, queue id and reply. The queue
 * id and the reply each follow their length.
 *
 * @param memory the whole file
 */
record AcceptedRecords(MemorySegment memory) {
    /**
     * What one place says of a recipient whom the next hop has accepted: the fields of the journal's row that fit into
     * it.
     *
     * @param reply the reply, cut to the room there is
     */
    record Note(JournalKey key, Instant at, String queueId, String reply) {}

    void put(int place, JournalEntry row) {
        byte[] queueId = row.queueId().getBytes(StandardCharsets.US_ASCII);
        byte[] reply = row.reply().getBytes(StandardCharsets.US_ASCII);
        int room = CONTENT - JournalKey.OCTETS - Long.BYTES - 2 * Short.BYTES - queueId.length;
        int kept = Math.min(reply.length, room);
        byte[] content = ByteBuffer.allocate(CONTENT)
                .put(row.key().octets())
                .putLong(row.at().toEpochMilli())
                .putShort((short) queueId.length)
                .put(queueId)
                .putShort((short) kept)
                .put(reply, 0, kept)
                .array();
        long offset = offset(place);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, offset + HEAD, CONTENT);
        memory.set(INT, offset + CHECKSUM, checksum(content));
        // This write is volatile, so that all the rest of the note is in the file before it.
        STATE.setVolatile(memory, offset, TAKEN);
    }

    void free(int place) {
        STATE.setVolatile(memory, offset(place), FREE);
    }

    void freeAll() {
        for (int place = 0; place < PLACES; place++) {
            free(place);
        }
    }

    /** Returns the notes that are whole. A note that a power cut left half-written is left out. */
    List<Note> notes() {
        List<Note> notes = new ArrayList<>();
        for (int place = 0; place < PLACES; place++) {
            if ((int) STATE.getVolatile(memory, offset(place)) == TAKEN) {
                note(offset(place)).ifPresent(notes::add);
            }
        }
        return notes;
    }

    private Optional<Note> note(long offset) {
        byte[] content = memory.asSlice(offset + HEAD, CONTENT).toArray(ValueLayout.JAVA_BYTE);
        if (memory.get(INT, offset + CHECKSUM) != checksum(content)) {
            return Optional.empty();
        }
        ByteBuffer from = ByteBuffer.wrap(content);
        byte[] key = new byte[JournalKey.OCTETS];
        from.get(key);
        Instant at = Instant.ofEpochMilli(from.getLong());
        return Optional.of(new Note(JournalKey.of(key), at, text(from), text(from)));
    }

    private static String text(ByteBuffer from) {
        byte[] octets = new byte[from.getShort()];
        from.get(octets);
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    private static long offset(int place) {
        return RECORD + (long) place * RECORD;
    }

    /** Limits how many recipients may be between the next hop's reply and the journal at a time. */
    static final int PLACES = 1024;

    private static final int RECORD = 512;
    static final long SIZE = (1L + PLACES) * RECORD;
    private static final int CHECKSUM = 4;
    private static final int HEAD = 8;
    private static final int CONTENT = RECORD - HEAD;
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle STATE = INT.varHandle();
}
