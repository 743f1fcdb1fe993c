package org.postseal.gateway.road.journal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and writes the records of a {@link SuspectFile}, of 64 octets each. The first holds the mark of the file. Then
 * comes one for each message that may be on its way: its key, and whether its place is free, taken or given up. Then
 * comes one for each suspect: its key, its deaths, the time in milliseconds, and how many of the deaths were hangs.
 */
final class SuspectRecords {
    private final MemorySegment memory;

    /** No row from this one on holds a suspect. Another process only removes suspects. */
    private volatile int rows;

    /**
     * @param memory the whole file
     */
    SuspectRecords(MemorySegment memory) {
        this.memory = memory;
        for (int row = 0; row < SUSPECTS; row++) {
            if (deaths(row) > 0) {
                rows = row + 1;
            }
        }
    }

    void force() {
        memory.force();
    }

    void take(int place, SuspectKey key) {
        putKey(place(place), key);
        // This write is volatile: the key is in the file before, and what may end the process comes after it.
        STATE.setVolatile(memory, place(place) + SuspectKey.OCTETS, TAKEN);
    }

    /** Marks the place as held by a message that was given up and whose thread has not come back. */
    void hangs(int place, boolean isGuilty) {
        STATE.setVolatile(memory, place(place) + SuspectKey.OCTETS, isGuilty ? HUNG : HELD);
    }

    void free(int place) {
        STATE.setVolatile(memory, place(place) + SuspectKey.OCTETS, FREE);
    }

    void freeAll() {
        memory.asSlice(place(0), (long) PLACES * RECORD).fill((byte) 0);
    }

    /** Returns the messages whose places are in this state. */
    Set<SuspectKey> taken(int state) {
        Set<SuspectKey> taken = new LinkedHashSet<>();
        for (int place = 0; place < PLACES; place++) {
            if ((int) STATE.getVolatile(memory, place(place) + SuspectKey.OCTETS) == state) {
                taken.add(key(place(place)));
            }
        }
        return taken;
    }

    /** Returns the number of places in this state. */
    int places(int state) {
        int count = 0;
        for (int place = 0; place < PLACES; place++) {
            if ((int) STATE.getVolatile(memory, place(place) + SuspectKey.OCTETS) == state) {
                count++;
            }
        }
        return count;
    }

    /** Returns all suspects, those with the most deaths first. */
    List<Suspect> suspects() {
        List<Suspect> found = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            if (deaths(row) > 0) {
                found.add(suspect(row));
            }
        }
        found.sort(LEAST_MISSED.reversed());
        return found;
    }

    /** Returns the deaths of this message; 0 if it is no suspect. */
    int deaths(SuspectKey key) {
        return row(key).map(this::deaths).orElse(0);
    }

    /** Returns the number of its deaths that were hangs by its own fault. */
    int hangs(SuspectKey key) {
        return row(key).map(row -> memory.get(INT, offset(row) + HANGS)).orElse(0);
    }

    /** Counts one more death, which was a hang. */
    void countHang(SuspectKey key, Instant now) {
        count(key, now);
        row(key).ifPresent(row -> memory.set(INT, offset(row) + HANGS, memory.get(INT, offset(row) + HANGS) + 1));
    }

    /**
     * Takes back one hang and the death that it counted as. It does nothing if no hang is left, because the suspect was
     * forgotten since.
     */
    void uncountHang(SuspectKey key) {
        int hangs = hangs(key);
        if (hangs > 0) {
            int row = row(key).orElseThrow();
            int deaths = deaths(row) - 1;
            memory.set(INT, offset(row) + HANGS, hangs - 1);
            STATE.setVolatile(memory, offset(row) + SuspectKey.OCTETS, deaths);
            if (deaths == 0) {
                clear(row);
            }
        }
    }

    /**
     * Counts that the process ended while this message hung. Of its hangs, one becomes a death of the process; if no
     * hang was counted, a death is added.
     */
    void countEnd(SuspectKey key, Instant now) {
        int hangs = hangs(key);
        if (hangs == 0) {
            count(key, now);
        } else {
            row(key).ifPresent(row -> memory.set(INT, offset(row) + HANGS, hangs - 1));
        }
    }

    /**
     * Counts one more death. If there is no room for another suspect, the one with the fewest deaths is dropped, and of
     * several with as few, the oldest.
     */
    void count(SuspectKey key, Instant now) {
        int row = row(key).orElseGet(this::freeRow);
        int deaths = deaths(row) + 1;
        putKey(offset(row), key);
        memory.set(LONG, offset(row) + AT, now.toEpochMilli());
        rows = Math.max(rows, row + 1);
        STATE.setVolatile(memory, offset(row) + SuspectKey.OCTETS, deaths);
    }

    /** Removes the message from the suspects; returns false if it is none. */
    boolean forget(SuspectKey key) {
        Optional<Integer> row = row(key);
        row.ifPresent(this::clear);
        return row.isPresent();
    }

    private int freeRow() {
        int least = 0;
        for (int row = 0; row < SUSPECTS; row++) {
            if (deaths(row) == 0) {
                return row;
            }
            if (deaths(row) < deaths(least) || (deaths(row) == deaths(least) && at(row) < at(least))) {
                least = row;
            }
        }
        clear(least);
        return least;
    }

    private Optional<Integer> row(SuspectKey key) {
        if (rows == 0) {
            return Optional.empty();
        }
        MemorySegment wanted = MemorySegment.ofArray(key.octets());
        for (int row = 0; row < rows; row++) {
            if (deaths(row) > 0
                    && memory.asSlice(offset(row), SuspectKey.OCTETS).mismatch(wanted) < 0) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private Suspect suspect(int row) {
        return new Suspect(
                key(offset(row)), deaths(row), memory.get(INT, offset(row) + HANGS), Instant.ofEpochMilli(at(row)));
    }

    private long at(int row) {
        return memory.get(LONG, offset(row) + AT);
    }

    private int deaths(int row) {
        return (int) STATE.getVolatile(memory, offset(row) + SuspectKey.OCTETS);
    }

    private void clear(int row) {
        memory.asSlice(offset(row), RECORD).fill((byte) 0);
        int left = rows;
        while (left > 0 && deaths(left - 1) == 0) {
            left--;
        }
        rows = left;
    }

    private SuspectKey key(long offset) {
        return SuspectKey.of(memory.asSlice(offset, SuspectKey.OCTETS).toArray(ValueLayout.JAVA_BYTE));
    }

    private void putKey(long offset, SuspectKey key) {
        MemorySegment.copy(key.octets(), 0, memory, ValueLayout.JAVA_BYTE, offset, SuspectKey.OCTETS);
    }

    private static long place(int number) {
        return RECORD + (long) number * RECORD;
    }

    private static long offset(int row) {
        return place(PLACES) + (long) row * RECORD;
    }

    /**
     * Limits how many messages may be on their way. This is more than the connections of four listeners with the
     * default limit.
     */
    static final int PLACES = 4096;

    static final int SUSPECTS = 1024;
    private static final int RECORD = 64;
    static final long SIZE = (1L + PLACES + SUSPECTS) * RECORD;
    private static final int AT = 40;
    private static final int HANGS = 48;
    private static final int FREE = 0;
    static final int TAKEN = 1;
    /** The message hangs by its own fault. */
    static final int HUNG = 2;
    /** The message hangs by somebody else's fault, as at a token. */
    static final int HELD = 3;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle STATE =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
    private static final Comparator<Suspect> LEAST_MISSED =
            Comparator.comparingInt(Suspect::deaths).thenComparing(Suspect::last);
}
