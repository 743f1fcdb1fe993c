package org.postseal.gateway.audit.ledger;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.postseal.gateway.audit.ledger.Frame.Kind;

/**
 * One file of the ledger. It begins with a mark and its number. Frames follow: length of the body, CRC-32C, kind,
 * sequence, body. The checksum covers the segment's number and the offset as well, so that no octets that were copied
 * from elsewhere make a frame. Behind the last frame there are zeros to the end of the file: the room is taken on the
 * disk before anything needs it.
 *
 * <p>Appending is for one thread at a time, and reading for any. Threads that come here may be interrupted, which
 * closes the channel that they use. So nothing but the force goes by way of a channel: it is the writing thread's, or
 * that of whoever makes a new segment after a fault.
 */
final class Segment implements AutoCloseable {
    private final Path folder;
    private final int number;
    /** Is used for reading alone, so that the other one need not seek before each frame. */
    private final RandomAccessFile reader;

    private final RandomAccessFile writer;
    private final FileChannel channel;
    /** Whether the writer stands behind the last frame, as it does unless writing has failed. */
    private boolean isAtEnd = true;

    private final boolean isOfCopies;
    private final int size;
    private int end;
    /** The octets that are promised to rooms. */
    private int reserved;

    private int rooms;
    private boolean isAbandoned;
    /** Whether the folder's entry for the file is on disk. */
    private boolean isListed;

    private Segment(
            Path folder, int number, RandomAccessFile reader, RandomAccessFile writer, boolean isOfCopies, int end)
            throws IOException {
        this.folder = folder;
        this.number = number;
        this.reader = reader;
        this.writer = writer;
        this.channel = writer.getChannel();
        this.isOfCopies = isOfCopies;
        this.size = Math.toIntExact(reader.length());
        this.end = end;
    }

    /**
     * Makes a segment for which the disk has room. Nothing is forced, since a note may wait for it.
     *
     * @param isOfCopies true if it takes copies of frames from full segments only
     * @throws IOException if the disk has no room for it, or fails
     */
    static Segment make(Path folder, int number, int size, boolean isOfCopies) throws IOException {
        Path file = file(folder, number);
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        Path made = Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        RandomAccessFile writer = new RandomAccessFile(made.toFile(), "rw");
        try {
            byte[] zeros = new byte[BLOCK];
            for (int at = 0; at < size; at += BLOCK) {
                writer.write(zeros, 0, Math.min(BLOCK, size - at));
            }
            writer.seek(0);
            writer.write(ByteBuffer.allocate(HEAD)
                    .put(MARK)
                    .putInt(NUMBER_AT, number)
                    .put(COPIES_AT, (byte) (isOfCopies ? 1 : 0))
                    .array());
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r");
            return new Segment(folder, number, reader, writer, isOfCopies, HEAD);
        } catch (IOException | RuntimeException e) {
            writer.close();
            Files.deleteIfExists(unfinished);
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Opens a segment for reading. */
    static Segment open(Path folder, int number) throws IOException {
        Path file = file(folder, number);
        RandomAccessFile octets = new RandomAccessFile(file.toFile(), "r");
        try {
            ByteBuffer head = ByteBuffer.wrap(read(octets, 0, HEAD));
            boolean isOurs = head.limit() == HEAD
                    && Arrays.equals(Arrays.copyOf(head.array(), MARK.length), MARK)
                    && head.getInt(NUMBER_AT) == number;
            // A power cut leaves zeros, or nothing, of what was never forced.
            boolean isUnforced = Arrays.equals(head.array(), new byte[head.limit()]);
            if (!isOurs && !isUnforced) {
                throw new IOException(file + " is no segment " + number + " of a ledger");
            }
            boolean isOfCopies = isOurs && head.get(COPIES_AT) == 1;
            return new Segment(folder, number, octets, octets, isOfCopies, Math.toIntExact(octets.length()));
        } catch (IOException | RuntimeException e) {
            octets.close();
            throw e;
        }
    }

    static Path file(Path folder, int number) {
        return folder.resolve("%08d%s".formatted(number, SUFFIX));
    }

    int number() {
        return number;
    }

    boolean isOfCopies() {
        return isOfCopies;
    }

    /** Returns the octets that are neither used nor promised. */
    int free() {
        return size - end - reserved;
    }

    void reserve(int octets) {
        reserved += octets;
        rooms++;
    }

    /** Gives back what is left of a room. */
    void release(int octets) {
        reserved -= octets;
        rooms--;
    }

    /** Takes octets out of a promise. */
    void use(int octets) {
        reserved -= octets;
    }

    /** A force of it has failed: what it has of the notes since the one before, nobody knows. */
    void abandon() {
        isAbandoned = true;
    }

    boolean isAbandoned() {
        return isAbandoned;
    }

    /** True if a room may still be written to. */
    boolean isAwaited() {
        return rooms > 0;
    }

    /** Writes a frame behind the last one, and returns its place. The caller knows that there is room. */
    long append(Kind kind, long sequence, byte[] body) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FRAME + body.length)
                .putInt(body.length)
                .putInt(0)
                .put(kind.octet())
                .putLong(sequence)
                .put(body);
        frame.putInt(4, checksum(frame.array(), 0, body.length, end));
        if (!isAtEnd) {
            writer.seek(end);
        }
        isAtEnd = false;
        writer.write(frame.array());
        isAtEnd = true;
        long place = Frame.place(number, end);
        end += frame.capacity();
        return place;
    }

    /** Brings all its octets to the disk, and the folder's entry for the file. */
    void force(Disk disk) throws IOException {
        disk.force(channel);
        list();
    }

    private void list() throws IOException {
        if (!isListed) {
            forceFolder(folder);
            isListed = true;
        }
    }

    /** Reads the frame at this offset; empty if none stands there that is whole. */
    Optional<Frame> frame(int offset) throws IOException {
        byte[] begin = read(reader, offset, Math.clamp(size - offset, 0, USUAL));
        int length = begin.length < FRAME ? -1 : ByteBuffer.wrap(begin).getInt(0);
        if (length < 0 || length > size - offset - FRAME) {
            return Optional.empty();
        }
        byte[] whole = FRAME + length <= begin.length ? begin : read(reader, offset, FRAME + length);
        return whole.length < FRAME + length ? Optional.empty() : parsed(whole, 0, length, offset);
    }

    /** Reads the frame that begins at a place of the array, and at this offset in the file. */
    private Optional<Frame> parsed(byte[] all, int at, int length, int offset) {
        ByteBuffer from = ByteBuffer.wrap(all);
        // The kind comes first, since damage makes many places look like the beginning of a long frame.
        return Kind.of(from.get(at + 8))
                .filter(_ -> from.getInt(at + 4) == checksum(all, at, length, offset))
                .map(kind -> new Frame(
                        kind,
                        from.getLong(at + 9),
                        Arrays.copyOfRange(all, at + FRAME, at + FRAME + length),
                        Frame.place(number, offset)));
    }

    /**
     * Reads every frame that is whole, in order, and returns how many octets between them are damaged. After damage it
     * looks for the next frame that is whole, since each frame is true by itself.
     */
    int scan(Consumer<Frame> taker) throws IOException {
        byte[] all = read(reader, 0, size);
        ByteBuffer from = ByteBuffer.wrap(all);
        int lastWhole = HEAD;
        int damaged = 0;
        int last = lastOctet(all);
        for (int at = HEAD; at + FRAME <= all.length && at <= last; ) {
            int length = from.getInt(at);
            Optional<Frame> frame =
                    length > 0 && length <= all.length - at - FRAME ? parsed(all, at, length, at) : Optional.empty();
            if (frame.isPresent()) {
                damaged += at - lastWhole;
                taker.accept(frame.get());
                at += FRAME + length;
                lastWhole = at;
            } else {
                at++;
            }
        }
        return damaged + Math.max(0, last + 1 - lastWhole);
    }

    private static int lastOctet(byte[] all) {
        int last = all.length - 1;
        while (last >= HEAD && all[last] == 0) {
            last--;
        }
        return last;
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file(folder, number));
    }

    @Override
    public void close() throws IOException {
        writer.close();
        reader.close();
    }

    private int checksum(byte[] all, int at, int length, int offset) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putInt(number).putInt(offset).flip());
        crc.update(all, at, 4);
        crc.update(all, at + 8, FRAME - 8 + length);
        return (int) crc.getValue();
    }

    /** Reads so many octets, or those up to the end of the file. */
    private static byte[] read(RandomAccessFile octets, int at, int count) throws IOException {
        byte[] read = new byte[count];
        int end = 0;
        synchronized (octets) {
            octets.seek(at);
            for (int n = octets.read(read); n > 0; n = octets.read(read, end, count - end)) {
                end += n;
            }
        }
        return end == count ? read : Arrays.copyOf(read, end);
    }

    static void forceFolder(Path folder) throws IOException {
        // A thread that is interrupted can use no channel.
        boolean isInterrupted = Thread.interrupted();
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static final String SUFFIX = ".ledger";
    static final String UNFINISHED = ".new";
    private static final byte[] MARK = "Postseal ledger 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBER_AT = 24;
    private static final int COPIES_AT = 28;
    /** The octets before the first frame. */
    static final int HEAD = 32;

    /** The octets of a frame before its body. */
    static final int FRAME = 17;

    private static final int BLOCK = 1 << 20;
    /** No row of the journal is longer than this, unless its reply or its names are. */
    private static final int USUAL = 512;
}
