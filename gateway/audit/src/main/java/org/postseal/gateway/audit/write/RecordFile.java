package org.postseal.gateway.audit.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.gateway.audit.chain.Segments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the records. It knows the last octet that is known to be on disk. Nobody was told that the octets behind
 * it are safe, so they are cut off after a failure. Used by one thread at a time.
 */
final class RecordFile {
    private final LogFile.Opener opener;
    private final Optional<Chain> chain;
    private final Consumer<byte[]> copy;
    private LogFile file;
    private long durable;
    private long rotated = System.nanoTime() - AGAIN;

    /**
     * Opens the file. A last line that a crash left without its end is cut off. Files whose time is over are removed,
     * since the time may have become shorter.
     *
     * @param copy gets the octets that are on disk
     */
    RecordFile(LogFile.Opener opener, Optional<Chain> chain, Consumer<byte[]> copy) throws IOException {
        this.opener = opener;
        this.chain = chain;
        this.copy = copy;
        if (chain.isPresent()) {
            chain.get().clear();
        }
        this.file = opener.open();
        boolean done = false;
        try {
            begin(false);
            if (chain.isPresent()) {
                erase(chain.get());
            }
            done = true;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /** Writes records. They are on disk when the method returns. */
    void append(List<byte[]> records) throws IOException {
        write(chain.map(links -> links.add(records)).orElseGet(() -> joined(records)));
    }

    /** Signs the records that are not signed yet. */
    void sign() throws IOException {
        if (chain.isPresent()) {
            write(chain.get().checkpoint());
        }
    }

    Optional<Chain> chain() {
        return chain;
    }

    /** See {@link Chain#untilCheckpoint}. */
    Optional<Duration> untilCheckpoint() {
        return chain.flatMap(Chain::untilCheckpoint);
    }

    /**
     * Begins a new file if this one is full, and removes files whose time is over. A file that cannot be renamed goes
     * on growing.
     *
     * @throws IOException if no file can be written any more
     */
    void rotateIfFull() throws IOException {
        if (chain.isEmpty()
                || System.nanoTime() - rotated < AGAIN
                || !chain.get().isFull(durable)) {
            return;
        }
        rotated = System.nanoTime();
        sign();
        file.close();
        try {
            chain.get().close();
        } catch (IOException e) {
            LOG.error("Audit log: the full file cannot be renamed, it goes on growing", e);
        }
        file = opener.open();
        begin(false);
        erase(chain.get());
        chain.get().compress();
    }

    private void erase(Chain links) throws IOException {
        Optional<Segments.Expired> expired = expired(links);
        while (expired.isPresent()) {
            // The record is written first. A file that is missing without such a record was not removed by us.
            append(List.of(links.erasure(expired.get())));
            expired = delete(expired.get()) ? expired(links) : Optional.empty();
        }
    }

    private static Optional<Segments.Expired> expired(Chain links) {
        try {
            return links.expired();
        } catch (IOException e) {
            LOG.error("Audit log: the files that are past their time cannot be found", e);
            return Optional.empty();
        }
    }

    private static boolean delete(Segments.Expired expired) {
        try {
            Files.delete(expired.file());
            return true;
        } catch (IOException e) {
            LOG.error("Audit log: a file whose time is over cannot be removed", e);
            return false;
        }
    }

    /** Checks that the disk takes a good many records. */
    void probe() throws IOException {
        // Blanks without a line end: after a crash they are cut off as an unfinished line.
        file.append(ByteBuffer.wrap(BLANKS.clone()));
        file.force();
        file.truncate(durable);
        file.force();
    }

    /** Opens the path again. If it is the same file, octets that are not known to be on disk are cut off first. */
    void reopen(boolean wasBroken) throws IOException {
        if (!wasBroken) {
            // The records are signed in the old file, wherever it was moved to.
            sign();
        }
        Object oldKey = file.key();
        try {
            file.close();
        } finally {
            if (chain.isPresent()) {
                chain.get().clear();
            }
            file = opener.open();
        }
        boolean isSame = file.key().equals(oldKey);
        if (wasBroken && isSame && file.size() > durable) {
            file.truncate(durable);
        }
        begin(isSame && durable > 0 && file.size() == durable);
    }

    /**
     * Signs the records, and closes the file.
     *
     * @param isBroken true to cut off what stands behind the last octet known to be on disk, and not to sign
     */
    void close(boolean isBroken) throws IOException {
        try {
            if (isBroken) {
                cutOff();
            } else {
                sign();
            }
        } finally {
            file.close();
            chain.ifPresent(Chain::awaitUpkeep);
        }
    }

    private void cutOff() {
        try {
            file.truncate(durable);
            file.force();
        } catch (IOException e) {
            LOG.error("Audit log: what could not be written cannot be cut off either: {}", e.getMessage());
        }
    }

    private void begin(boolean isKnown) throws IOException {
        durable = recover(file);
        if (chain.isPresent() && !isKnown) {
            write(chain.get().resume(file));
        }
    }

    private void write(byte[] octets) throws IOException {
        if (octets.length == 0) {
            return;
        }
        boolean done = false;
        try {
            file.append(ByteBuffer.wrap(octets));
            file.force();
            done = true;
        } finally {
            if (done) {
                durable += octets.length;
                chain.ifPresent(Chain::written);
            } else {
                chain.ifPresent(Chain::lost);
            }
        }
        copy.accept(octets);
    }

    private static byte[] joined(List<byte[]> records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        records.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Cuts off an unfinished last line, and returns the length that is left. */
    private static long recover(LogFile file) throws IOException {
        long end = file.size();
        long whole = endOfLastLine(file, end);
        if (whole < end) {
            LOG.warn("Audit log ended in an unfinished line, {} octets cut off", end - whole);
            file.truncate(whole);
        }
        // Whole lines that a crash left may not be on disk yet.
        file.force();
        return whole;
    }

    private static long endOfLastLine(LogFile file, long end) throws IOException {
        for (long to = end; to > 0; ) {
            int length = (int) Math.min(to, BLOCK);
            ByteBuffer block = ByteBuffer.allocate(length);
            file.read(block, to - length);
            for (int i = length - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return to - length + i + 1;
                }
            }
            to -= length;
        }
        return 0;
    }

    private static final Logger LOG = LoggerFactory.getLogger(RecordFile.class);
    private static final long AGAIN = 1_000_000_000L;
    private static final int BLOCK = 8192;
    private static final byte[] BLANKS = " ".repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
}
