package org.postseal.gateway.audit.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Frame.Kind;
import org.postseal.gateway.audit.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger as the write-ahead log of the file of records. It remembers what the ledger has and the file lacks. Used
 * by one thread at a time.
 */
final class LineLedger {
    private final Ledger ledger;
    /** The lines of earlier processes in their order, until it is known which of them the file lacks. */
    private final SortedMap<Long, byte[]> atStart;
    /** The lines that the file lacks. */
    private final Deque<Frame> behind = new ArrayDeque<>();

    private final Set<Long> retracted = new HashSet<>();
    private @Nullable IOException fault;
    /** The file has the lines up to this note, and no others. */
    private long written;

    private Optional<OnDisk> onDisk = Optional.empty();
    private boolean hasForceFailed;
    /** A time of {@link System#nanoTime}. */
    private long forced = System.nanoTime();
    /** When tidying failed last, so that a full disk is not tried with each record. */
    private long untidySince = System.nanoTime() - LONGEST_UNFORCED;

    /**
     * What of the file is known to be on disk.
     *
     * @param file its key
     * @param written the note up to which it has the lines
     */
    private record OnDisk(Object file, long length, long written) {}

    LineLedger(Ledger ledger) {
        this.ledger = ledger;
        this.atStart = pieces(ledger);
        this.written = ledger.sequence();
    }

    /** Brings lines to the disk in the ledger, with all that was noted there before. */
    void keep(byte[] lines) throws IOException {
        Frame noted = ledger.note(Kind.LINES, lines);
        boolean isKept = false;
        try {
            force();
            isKept = true;
        } finally {
            if (!isKept) {
                retract(List.of(noted.sequence()));
            }
        }
        behind.add(noted);
    }

    private void retract(List<Long> lines) {
        retracted.addAll(lines);
        ledger.retract(lines);
    }

    private static int endOfLine(byte[] lines, int from) {
        int at = from;
        while (lines[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    void force() throws IOException {
        forced = System.nanoTime();
        ledger.force();
    }

    /** Returns the time until what is noted must be forced. A note wakes nobody, so this is a second at most. */
    Duration untilForce() {
        return ledger.isUnforced()
                ? Duration.ofNanos(LONGEST_UNFORCED - (System.nanoTime() - forced))
                : Duration.ofNanos(LONGEST_UNFORCED);
    }

    /**
     * Writes to the file what it lacks, and returns the octets that it got. After a fault, nothing is written until
     * {@link #again}, and {@link #requireWritten} throws.
     */
    long writeTo(LogFile file) {
        long octets = 0;
        try {
            while (fault == null && !behind.isEmpty()) {
                Frame next = behind.element();
                file.append(ByteBuffer.wrap(next.body()));
                octets += next.body().length;
                written = next.sequence();
                behind.remove();
            }
            written = behind.isEmpty() ? ledger.sequence() : written;
        } catch (IOException e) {
            fault = e;
        }
        return octets;
    }

    /** Forces the file. If that fails, {@link #rewind} goes back to what the last good force has brought to disk. */
    void force(LogFile file) throws IOException {
        hasForceFailed = true;
        file.force();
        hasForceFailed = false;
        onDisk = Optional.of(new OnDisk(file.key(), file.size(), written));
    }

    /**
     * Returns the length to which the file must be cut after a fault: as far as its lines are known to be on disk.
     * After a failed force, that is as far as the force before it has brought them. The next force may succeed and
     * bring nothing there, since the kernel reports such a fault once. The lines behind are written to the file again.
     *
     * @param length of the lines that were written
     */
    long rewind(LogFile file, long length) throws IOException {
        Optional<OnDisk> known =
                onDisk.filter(each -> hasForceFailed && each.file().equals(file.key()));
        if (known.isEmpty()) {
            return length;
        }
        SortedMap<Long, Frame> lines = new TreeMap<>();
        Consumer<Frame> taker = frame -> {
            if (frame.kind() == Kind.LINES && frame.sequence() > known.get().written()) {
                lines.put(frame.sequence(), frame);
            }
        };
        ledger.read(taker, taker);
        lines.keySet().removeAll(retracted);
        behind.clear();
        behind.addAll(lines.values());
        written = known.get().written();
        LOG.warn(
                "Audit log: {} octets may not be on disk, and are written again",
                length - known.get().length());
        return known.get().length();
    }

    void requireWritten() throws IOException {
        if (fault != null) {
            throw fault;
        }
    }

    /** Forgets the fault, since the file was opened again and cut to its last whole line. The ledger recovers too. */
    void again() {
        ledger.recover();
        fault = null;
    }

    /** Gives up what could not be written to a file that somebody has moved away. */
    void giveUp() {
        if (!behind.isEmpty()) {
            LOG.error("Audit log: {} records were not written to the file that was moved away", behind.size());
            behind.clear();
        }
        written = ledger.sequence();
    }

    /** Lets the ledger remove segments. Mail goes on if that fails; it is tried again after a second. */
    void tidy(LogFile file) throws IOException {
        boolean isAgain = System.nanoTime() - untidySince < LONGEST_UNFORCED;
        if (ledger.isUntidy() && !isAgain) {
            force(file);
            ledger.linesKept(written);
            try {
                ledger.tidy();
            } catch (IOException e) {
                untidySince = System.nanoTime();
                LOG.warn("the ledger cannot be tidied now: {}", e.toString());
            }
        }
    }

    /**
     * Returns the lines that the file lacks after the record that is its last one.
     *
     * <p>If the audit log is gone, the ledger's lines belong to none. If the ledger contradicts the file, one of them
     * is an old copy: nothing is returned, and what the ledger says of earlier attempts proves nothing.
     */
    byte[] missing(Link last) throws IOException {
        ByteArrayOutputStream missing = new ByteArrayOutputStream();
        Optional<String> contradiction = missing(last, missing);
        if (contradiction.isPresent()) {
            LOG.error("the ledger contradicts the audit log and is not believed: {}", contradiction.get());
            ledger.doubt();
            // They would contradict the log at each start, also when the ledger has newer ones.
            retract(List.copyOf(atStart.keySet()));
            missing.reset();
        }
        atStart.clear();
        return missing.toByteArray();
    }

    /** Returns the octets of all lines of earlier processes that it has. */
    long octetsAtStart() {
        return atStart.values().stream().mapToLong(lines -> lines.length).sum();
    }

    /** True if an earlier process has left the record with this number. */
    boolean had(long number) {
        return atStart.values().stream()
                .flatMap(lines -> new String(lines, StandardCharsets.UTF_8).lines())
                .flatMap(line -> Link.Line.of(line.getBytes(StandardCharsets.UTF_8)).stream())
                .anyMatch(line -> line.link().number() == number);
    }

    private Optional<String> missing(Link last, ByteArrayOutputStream out) {
        Link end = last;
        long newest = 0;
        List<Long> torn = new ArrayList<>();
        for (Map.Entry<Long, byte[]> piece : atStart.entrySet()) {
            byte[] lines = piece.getValue();
            for (int from = 0; from < lines.length; ) {
                int to = endOfLine(lines, from);
                Optional<Link.Line> line = Link.Line.of(Arrays.copyOfRange(lines, from, to - 1));
                if (line.isEmpty()) {
                    return Optional.of("it has a line without a link");
                }
                Link link = line.get().link();
                newest = Math.max(newest, link.number());
                if (link.number() == last.number() && !link.equals(last)) {
                    return Optional.of("its record " + link.number() + " is another one");
                }
                if (link.number() > end.number() + 1) {
                    torn.add(piece.getKey());
                } else if (link.number() == end.number() + 1) {
                    if (!end.next(line.get().record()).equals(link)) {
                        return Optional.of("its record " + link.number() + " does not follow the one before");
                    }
                    out.write(lines, from, to - from);
                    end = link;
                }
                from = to;
            }
        }
        if (!torn.isEmpty()) {
            LOG.warn(
                    "Audit log: records {} to {} are not in the ledger, and those after them count no more",
                    end.number() + 1,
                    newest);
            retract(torn.stream().distinct().toList());
        }
        return newest == 0 || newest >= last.number()
                ? Optional.empty()
                : Optional.of("it ends with record " + newest + ", the audit log with " + last.number());
    }

    /** Returns the lines in their order, without those that count no more. */
    private static SortedMap<Long, byte[]> pieces(Ledger ledger) {
        SortedMap<Long, byte[]> pieces = new TreeMap<>();
        Set<Long> voids = new HashSet<>();
        for (Frame frame : ledger.atStart(Kind.LINES)) {
            pieces.put(frame.sequence(), frame.body());
        }
        for (Frame frame : ledger.atStart(Kind.VOID)) {
            ByteBuffer sequences = ByteBuffer.wrap(frame.body());
            while (sequences.hasRemaining()) {
                voids.add(sequences.getLong());
            }
        }
        pieces.keySet().removeAll(voids);
        return pieces;
    }

    private static final Logger LOG = LoggerFactory.getLogger(LineLedger.class);
    /** Nanoseconds. */
    private static final long LONGEST_UNFORCED = 1_000_000_000L;
}
