package org.postseal.gateway.audit.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.ledger.Frame.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of segments to which notes are appended. A note is in the kernel's pages when the call returns, so it
 * outlives the process; {@link #force} brings all notes before it to the disk. Thread-safe, but only one thread at a
 * time may call {@link #force}, {@link #recover} and {@link #tidy}.
 *
 * <p>Notes never wait for a force: they take a monitor that no force holds, and write to room that the disk has given
 * before. {@link #tidy} makes the next segment in time. If it cannot, as while a force hangs, a note makes it, and the
 * next force brings it to the disk.
 *
 * <p>After a failed force nobody knows what is on the disk. The segment is abandoned and never forced again, and what
 * was not forced is noted again in the next one, as soon as there is one. Only the lines of the audit log are not: who
 * brought them was not answered, and retracts them. The thread that forces makes the next one and forces it; until that
 * has worked, notes are refused at once.
 *
 * <p>A segment that is full is emptied by {@link #tidy}: frames that still count are copied, with their sequences, to a
 * segment of copies, and the file is removed. So the ledger is as large as what counts, and a few segments more.
 *
 * <p>The class is long because noting, forcing and emptying share one monitor and what it guards.
 */
public final class Ledger implements AutoCloseable {
    private final Path folder;
    private final int segmentSize;
    private final Disk disk;
    private final FileChannel lockFile;
    private final TreeMap<Integer, Segment> segments = new TreeMap<>();
    private final Set<Segment> unforcedSegments = new LinkedHashSet<>();
    private List<Frame> unforced = new ArrayList<>();
    /** What must be noted again, since its segment was abandoned. */
    private final Deque<Frame> lost = new ArrayDeque<>();

    private @Nullable Segment current;
    private @Nullable Segment spare;
    private @Nullable Segment copies;
    private int lastNumber;
    private long lastSequence;
    /** The sequence of the newest frame of each kind. */
    private final Map<Kind, Long> newest = new EnumMap<>(Kind.class);

    private long linesKept;
    private int tidied;
    /** How many threads read every frame. No segment is removed meanwhile. */
    private int readers;

    private Keeper keeper = Keeper.OF_ALL;
    /** Why no note is taken, until a segment has been made and forced. */
    private @Nullable IOException fault;

    private @Nullable IOException noRoom;
    /** A time of {@link System#nanoTime}, as the next one. */
    private long noRoomSince;

    private long looked = System.nanoTime();
    private final Map<Kind, List<Frame>> atStart = new EnumMap<>(Kind.class);
    private boolean isGone;
    private boolean isDoubtful;
    /** Whether a start has been noted since, and so all that was doubted before. */
    private boolean isDoubtNoted;

    private boolean isClosed;

    private Ledger(Path folder, int segmentSize, Disk disk, FileChannel lockFile) {
        this.folder = folder;
        this.segmentSize = segmentSize;
        this.disk = disk;
        this.lockFile = lockFile;
    }

    /**
     * Opens the ledger, and makes the folder with mode 0700 if there is none.
     *
     * @param segmentSize the octets of each segment
     * @throws IOException if the folder cannot be read or written, or another gateway uses it
     */
    public static Ledger open(Path folder, int segmentSize) throws IOException {
        return open(folder, segmentSize, file -> file.force(false));
    }

    public Path folder() {
        return folder;
    }

    /** Opens a ledger that forces its files in this way. */
    public static Ledger open(Path folder, int segmentSize, Disk disk) throws IOException {
        LedgerFolder.create(folder);
        Ledger ledger = new Ledger(folder, segmentSize, disk, LedgerFolder.lock(folder));
        try {
            for (int number : LedgerFolder.numbers(folder)) {
                ledger.segments.put(number, Segment.open(folder, number));
                ledger.lastNumber = number;
            }
            ledger.read(ledger::foundAtStart, ledger::foundAtStart);
            ledger.isDoubtful = LedgerFolder.isDoubted(folder);
            return ledger;
        } catch (IOException | RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    private void foundAtStart(Frame frame) {
        known(frame);
        switch (frame.kind()) {
            case LINES, VOID, TURN, SUSPECTS, FLEET ->
                atStart.computeIfAbsent(frame.kind(), _ -> new ArrayList<>()).add(frame);
            case START, ROW -> {}
        }
    }

    /** Returns, once, the frames of this kind that earlier processes have left. Those of START and ROW are not kept. */
    public List<Frame> atStart(Kind kind) {
        List<Frame> found = atStart.remove(kind);
        return found == null ? List.of() : found;
    }

    private synchronized void known(Frame frame) {
        lastSequence = Math.max(lastSequence, frame.sequence());
        newest.merge(frame.kind(), frame.sequence(), Math::max);
    }

    /**
     * Reads every frame, first those in segments of copies, and names what is damaged. A frame and its copy are both
     * read.
     */
    public void read(Consumer<Frame> ofCopies, Consumer<Frame> ofOthers) throws IOException {
        List<Segment> all;
        synchronized (this) {
            readers++;
            all = segments.values().stream()
                    .sorted(Comparator.comparing((Segment segment) -> !segment.isOfCopies())
                            .thenComparingInt(Segment::number))
                    .toList();
        }
        try {
            for (Segment segment : all) {
                int damaged = segment.scan(segment.isOfCopies() ? ofCopies : ofOthers);
                if (damaged > 0) {
                    LOG.warn(
                            "{}: {} octets are damaged or were torn; frames that are whole count",
                            Segment.file(folder, segment.number()),
                            damaged);
                }
            }
        } finally {
            synchronized (this) {
                readers--;
            }
        }
    }

    /** Names who knows which frames count. Until then, nothing is removed. */
    public synchronized void keptBy(Keeper knows) {
        keeper = knows;
    }

    /** Notes a frame. It throws if the disk has no room or has failed. */
    public Frame note(Kind kind, byte[] body) throws IOException {
        return note(kind, body, _ -> {});
    }

    /**
     * Notes a frame.
     *
     * @param noted is told before the frame can be moved or removed
     */
    public synchronized Frame note(Kind kind, byte[] body, Consumer<Frame> noted) throws IOException {
        Frame frame = append(requireRoom(Segment.FRAME + body.length), kind, lastSequence + 1, body);
        noted.accept(frame);
        return frame;
    }

    /** Reserves room for so many frames, whose bodies have so many octets in all. */
    public synchronized Room reserve(int frames, int octets) throws IOException {
        int whole = octets + frames * Segment.FRAME;
        Segment segment = requireRoom(whole);
        segment.reserve(whole);
        return new Room(segment, whole);
    }

    /** Room that a note is sure to have. */
    public final class Room implements AutoCloseable {
        private final Segment segment;
        private int left;
        private boolean isOpen = true;

        private Room(Segment segment, int left) {
            this.segment = segment;
            this.left = left;
        }

        public Frame note(Kind kind, byte[] body) throws IOException {
            return note(kind, body, _ -> {});
        }

        /** Notes a frame in this room, as {@link Ledger#note(Kind, byte[], Consumer)} does. */
        public Frame note(Kind kind, byte[] body, Consumer<Frame> noted) throws IOException {
            synchronized (Ledger.this) {
                int octets = Segment.FRAME + body.length;
                if (!isOpen || octets > left) {
                    throw new IOException("no room was reserved for this note");
                }
                left -= octets;
                segment.use(octets);
                Frame frame = append(segment, kind, lastSequence + 1, body);
                noted.accept(frame);
                return frame;
            }
        }

        /** Gives back what is left. */
        @Override
        public void close() {
            synchronized (Ledger.this) {
                if (isOpen) {
                    isOpen = false;
                    segment.release(left);
                }
            }
        }
    }

    /** Reads the frame at this place; empty if it is damaged, or no longer there. */
    public Optional<Frame> frame(long place) throws IOException {
        Segment segment;
        synchronized (this) {
            segment = segments.get(Frame.segmentOf(place));
        }
        try {
            return segment == null ? Optional.empty() : segment.frame(Frame.offsetOf(place));
        } catch (IOException e) {
            if (isThere(segment)) {
                throw e;
            }
            // It was emptied and closed meanwhile.
            return Optional.empty();
        }
    }

    private synchronized boolean isThere(Segment segment) {
        return segments.get(segment.number()) == segment;
    }

    /** Returns the sequence of the newest note. */
    public synchronized long sequence() {
        return lastSequence;
    }

    /** True if there is something for {@link #force} to do. */
    public synchronized boolean isUnforced() {
        return isGone || fault != null || !unforced.isEmpty() || !lost.isEmpty();
    }

    /**
     * Forces every note so far to the disk.
     *
     * @throws IOException if that fails; the segment is then abandoned
     */
    public void force() throws IOException {
        List<Segment> dirty;
        List<Frame> notes;
        boolean endsDoubt;
        if (isRefusing()) {
            makeSpare();
        }
        synchronized (this) {
            if (!lost.isEmpty()) {
                Segment _ = requireRoom(0);
            }
            dirty = List.copyOf(unforcedSegments);
            notes = unforced;
            endsDoubt = isDoubtNoted;
            unforcedSegments.clear();
            unforced = new ArrayList<>();
        }
        try {
            for (Segment segment : dirty) {
                segment.force(disk);
            }
            requireThere();
        } catch (IOException failed) {
            abandon(dirty, notes, failed);
            recover();
            throw failed;
        }
        if (endsDoubt) {
            endDoubt();
        }
    }

    /** Makes the segment that is missing after a fault, if any. If that fails, notes are refused as before. */
    public void recover() {
        try {
            if (isRefusing()) {
                makeSpare();
            }
        } catch (IOException e) {
            LOG.warn("no note is taken until a segment can be made: {}", e.toString());
        }
    }

    private synchronized boolean isRefusing() {
        return fault != null;
    }

    private synchronized void endDoubt() {
        isDoubtNoted = false;
        try {
            LedgerFolder.believe(folder);
        } catch (IOException e) {
            LOG.warn("the next start will doubt the ledger once more: {}", e.toString());
        }
    }

    /** Looks once a second, or if somebody has missed it, whether the file that is written to is there. */
    private synchronized void requireThere() throws IOException {
        if (isGone || System.nanoTime() - looked > AGAIN) {
            looked = System.nanoTime();
            isGone = isRemoved();
            if (isGone) {
                throw new IOException(folder + " was removed, or a file in it");
            }
        }
    }

    private boolean isRemoved() {
        return current != null && Files.notExists(Segment.file(folder, current.number()));
    }

    private synchronized void abandon(List<Segment> dirty, List<Frame> notes, IOException why) {
        dirty.forEach(Segment::abandon);
        if (isGone && current != null) {
            current.abandon();
            // It was in the same folder.
            spare = null;
        }
        isGone = false;
        lost.addAll(notes);
        // Others may have noted more meanwhile.
        List<Frame> since = unforced;
        unforced = new ArrayList<>();
        for (Frame frame : since) {
            Segment segment = segments.get(frame.segment());
            (segment == null || segment.isAbandoned() ? lost : unforced).add(frame);
        }
        unforcedSegments.removeIf(Segment::isAbandoned);
        if (current != null && current.isAbandoned()) {
            current = null;
            fault = spare == null ? why : null;
        }
    }

    /** Takes back lines for which nobody was answered, and which may be in the ledger or not. */
    public synchronized void retract(List<Long> lines) {
        if (!lines.isEmpty()) {
            ByteBuffer sequences = ByteBuffer.allocate(lines.size() * Long.BYTES);
            lines.forEach(sequences::putLong);
            lost.removeIf(frame -> lines.contains(frame.sequence()));
            lastSequence++;
            lost.addFirst(new Frame(Kind.VOID, lastSequence, sequences.array(), NOWHERE));
        }
    }

    /**
     * Requires that the notes of a good many messages can be taken.
     *
     * @throws IOException if there is no room, and no segment can be made
     */
    public synchronized void requireRoom() throws IOException {
        if (isRemoved()) {
            isGone = true;
            throw new IOException(folder + " was removed, or a file in it");
        }
        Segment _ = requireRoom(segmentSize / 8);
    }

    /** Returns the segment for the next note, after what was lost was noted again. The caller holds the monitor. */
    private Segment requireRoom(int octets) throws IOException {
        if (isClosed) {
            throw new IOException("the ledger is closed");
        }
        int again = lost.size();
        for (Frame frame = lost.peek(); frame != null; frame = lost.peek()) {
            Segment to = segmentFor(Segment.FRAME + frame.body().length);
            Frame moved = append(to, frame.kind(), frame.sequence(), frame.body());
            keeper.moved(frame, moved.place());
            lost.remove();
        }
        if (again > 0) {
            LOG.warn("after a fault of the disk, {} notes were noted again", again);
        }
        return segmentFor(octets);
    }

    private Segment segmentFor(int octets) throws IOException {
        Segment open = current;
        if (open != null && open.free() >= octets) {
            return open;
        }
        Segment next = spare;
        if (next == null || next.free() < octets) {
            IOException why = fault;
            if (why != null) {
                throw new IOException(why.getMessage(), why);
            }
            next = make(Math.max(segmentSize, Segment.HEAD + octets), false);
        } else {
            spare = null;
        }
        current = next;
        return next;
    }

    private Segment make(int size, boolean isOfCopies) throws IOException {
        IOException before = noRoom;
        // A full disk is not filled and emptied for each message.
        if (before != null && System.nanoTime() - noRoomSince < AGAIN) {
            throw new IOException(before.getMessage(), before);
        }
        try {
            LedgerFolder.create(folder);
            lastNumber++;
            Segment made = Segment.make(folder, lastNumber, size, isOfCopies);
            segments.put(made.number(), made);
            noRoom = null;
            return made;
        } catch (IOException e) {
            noRoom = e;
            noRoomSince = System.nanoTime();
            throw e;
        }
    }

    private Frame append(Segment segment, Kind kind, long sequence, byte[] body) throws IOException {
        if (isClosed) {
            throw new IOException("the ledger is closed");
        }
        long place;
        try {
            place = segment.append(kind, sequence, body);
        } catch (IOException e) {
            // It may go on failing, and must not keep everybody from noting.
            abandon(List.of(segment), List.of(), e);
            throw e;
        }
        Frame noted = new Frame(kind, sequence, body, place);
        known(noted);
        isDoubtNoted |= isDoubtful && kind == Kind.START;
        if (segment.isAbandoned()) {
            lost.add(noted);
        } else {
            unforced.add(noted);
            unforcedSegments.add(segment);
        }
        return noted;
    }

    /** Says up to which note the lines of the audit log are on disk in its own file, so that their segments may go. */
    public synchronized void linesKept(long sequence) {
        linesKept = sequence;
    }

    /**
     * Says that this ledger contradicts the audit log, as an old copy would. A start that fails before it has noted
     * {@link Kind#START} leaves the doubt to the next one, since the ledger may have newer lines by then.
     */
    public synchronized void doubt() throws IOException {
        isDoubtful = true;
        LedgerFolder.doubt(folder);
    }

    /** True if {@link #doubt} was called: then what it says of earlier processes proves nothing. */
    public synchronized boolean isDoubtful() {
        return isDoubtful;
    }

    /** True if {@link #tidy} has something to do. */
    public synchronized boolean isUntidy() {
        return current != null && (current.number() != tidied || (spare == null && current.free() < segmentSize / 2));
    }

    /**
     * Removes full segments after what still counts was copied, and makes the next segment when the present one is half
     * full.
     *
     * @throws IOException if the disk fails or has no room; whatever is not copied by then stays where it is
     */
    public void tidy() throws IOException {
        keeper.tidy();
        Optional<IOException> fault = Optional.empty();
        for (Segment segment : full()) {
            try {
                if (!segment.isOfCopies() || keeper.counting(segment.number()) < segmentSize / 2) {
                    empty(segment);
                }
            } catch (IOException e) {
                // Others may have nothing to copy, and make room.
                fault = Optional.of(e);
            }
        }
        makeSpare();
        if (fault.isPresent()) {
            throw fault.get();
        }
    }

    private synchronized List<Segment> full() {
        if (current == null || isClosed || readers > 0) {
            return List.of();
        }
        tidied = current.number();
        return segments.values().stream()
                .filter(segment -> segment != current && segment != spare && segment != copies)
                .filter(segment -> !segment.isAwaited())
                .toList();
    }

    /**
     * Makes the next segment, on disk as a whole, if the present one is half full or was abandoned. It does so without
     * the monitor, since notes must not wait for that.
     */
    private void makeSpare() throws IOException {
        int number;
        synchronized (this) {
            boolean isNeeded = current == null ? fault != null : current.free() < segmentSize / 2;
            if (isClosed || spare != null || !isNeeded) {
                return;
            }
            lastNumber++;
            number = lastNumber;
        }
        LedgerFolder.create(folder);
        Segment made = Segment.make(folder, number, segmentSize, false);
        try {
            made.force(disk);
        } catch (IOException e) {
            made.delete();
            throw e;
        }
        synchronized (this) {
            segments.put(number, made);
            spare = made;
            fault = null;
        }
    }

    private record Copied(Frame frame, long place) {}

    private void empty(Segment segment) throws IOException {
        List<Frame> counting = new ArrayList<>();
        int _ = segment.scan(frame -> {
            if (counts(frame)) {
                counting.add(frame);
            }
        });
        List<Copied> copied = new ArrayList<>();
        Set<Segment> written = new LinkedHashSet<>();
        try {
            for (Frame frame : counting) {
                Segment to = copiesWith(Segment.FRAME + frame.body().length);
                written.add(to);
                copied.add(new Copied(frame, to.append(frame.kind(), frame.sequence(), frame.body())));
            }
            for (Segment to : written) {
                to.force(disk);
            }
        } catch (IOException e) {
            // What it has of earlier copies stays there.
            synchronized (this) {
                copies = null;
            }
            throw e;
        }
        // What is left behind has newer frames in its place, and a power cut must not take both.
        force();
        synchronized (this) {
            if (readers > 0) {
                // The frames stay where they are, and are copied again when nobody reads.
                tidied = 0;
                return;
            }
            for (Copied each : copied) {
                // A newer frame may have taken its place since.
                if (counts(each.frame())) {
                    keeper.moved(each.frame(), each.place());
                }
            }
            segments.remove(segment.number());
            unforcedSegments.remove(segment);
        }
        segment.delete();
    }

    private synchronized boolean counts(Frame frame) {
        boolean isNewest = frame.sequence() == newest.getOrDefault(frame.kind(), 0L);
        return switch (frame.kind()) {
            // The newest lines say how far this ledger is, when it is held against the audit log.
            case LINES -> frame.sequence() > linesKept || isNewest;
            case VOID -> frame.sequence() > linesKept;
            case START, SUSPECTS, FLEET -> isNewest;
            case TURN -> frame.sequence() > newest.getOrDefault(Kind.SUSPECTS, 0L);
            case ROW -> keeper.counts(frame);
        };
    }

    private synchronized Segment copiesWith(int octets) throws IOException {
        Segment open = copies;
        if (open == null || open.free() < octets) {
            open = make(Math.max(segmentSize, Segment.HEAD + octets), true);
            copies = open;
        }
        return open;
    }

    /** Forces what was noted, and lets another gateway have the ledger. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            // The room may be there again, and this is the last time to ask.
            noRoom = null;
        }
        try {
            force();
        } finally {
            synchronized (this) {
                isClosed = true;
                for (Segment segment : segments.values()) {
                    segment.close();
                }
                segments.clear();
            }
            lockFile.close();
        }
    }

    /** The usual size of a segment. It holds the records of two or three thousand messages. */
    public static final int SEGMENT = 8 << 20;

    private static final long NOWHERE = -1;
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    /** Nanoseconds. */
    private static final long AGAIN = 1_000_000_000L;
}
