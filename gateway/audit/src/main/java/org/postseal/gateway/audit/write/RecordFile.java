package org.postseal.gateway.audit.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.postseal.gateway.audit.chain.Ends;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the records. It knows the last octet that is known to be safe. Nobody was told that the octets behind it
 * are safe, so they are cut off after a failure. Used by one thread at a time.
 *
 * <p>With a ledger, records are safe once the ledger has them on disk. They are then written to the file without a
 * force; what the file lacks after a power cut, the next start adds from the ledger. The file is forced before the
 * ledger gives a segment up.
 */
final class RecordFile {
    private final LogFile.Opener opener;
    private final Optional<Chain> chain;
    private final Consumer<byte[]> copy;
    private final Optional<LineLedger> ledger;
    private LogFile file;
    private long durable;
    private long rotated = System.nanoTime() - AGAIN;

    /**
     * Opens the file. A last line that a crash left without its end is cut off. Files whose time is over are removed,
     * since the time may have become shorter.
     *
     * @param copy gets the octets that are on disk
     * @param ledger has the records first, if there is one
     */
    RecordFile(LogFile.Opener opener, Optional<Chain> chain, Consumer<byte[]> copy, Optional<Ledger> ledger)
            throws IOException {
        this.opener = opener;
        this.chain = chain;
        this.copy = copy;
        this.ledger = ledger.map(LineLedger::new);
        if (chain.isPresent()) {
            chain.get().clear();
        }
        this.file = opener.open();
        boolean done = false;
        try {
            durable = recover();
            catchUp();
            resume();
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

    /** Writes records. They are safe when the method returns, and so is all that was noted in the ledger. */
    void append(List<byte[]> records) throws IOException {
        if (!records.isEmpty()) {
            write(chain.map(links -> links.add(records)).orElseGet(() -> joined(records)));
        } else if (ledger.isPresent()) {
            ledger.get().force();
        }
    }

    /** Does what is due: a checkpoint, or forcing what is noted in the ledger. */
    void doDue() throws IOException {
        if (untilCheckpoint().filter(Duration::isPositive).isEmpty()) {
            sign();
        }
        append(List.of());
    }

    /** Returns the time until something is due if no record comes; empty if nothing will be. */
    Optional<Duration> untilDue() {
        Optional<Duration> forcing = ledger.map(LineLedger::untilForce);
        return Stream.concat(forcing.stream(), untilCheckpoint().stream()).min(Comparator.naturalOrder());
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
     * Does what nobody who brought a record waits for: gives up segments of the ledger, begins a new file if this one
     * is full, and removes files whose time is over. A file that cannot be renamed goes on growing.
     *
     * @throws IOException if no file can be written any more
     */
    void tidy() throws IOException {
        if (ledger.isPresent()) {
            ledger.get().requireWritten();
            ledger.get().tidy(file);
        }
        rotateIfFull();
    }

    private void rotateIfFull() throws IOException {
        if (chain.isEmpty()
                || System.nanoTime() - rotated < AGAIN
                || !chain.get().isFull(durable)) {
            return;
        }
        rotated = System.nanoTime();
        sign();
        if (ledger.isPresent()) {
            ledger.get().requireWritten();
            forceFile();
        }
        file.close();
        try {
            chain.get().close();
        } catch (IOException e) {
            LOG.error("Audit log: the full file cannot be renamed, it goes on growing", e);
        }
        file = opener.open();
        durable = recover();
        resume();
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
        forceFile();
        file.truncate(durable);
        forceFile();
    }

    /** Opens the path again. If it is the same file, octets that are not known to be on disk are cut off first. */
    void reopen(boolean wasBroken) throws IOException {
        if (!wasBroken) {
            // The records are signed in the old file, wherever it was moved to.
            sign();
        }
        Object oldKey = file.key();
        try {
            if (!wasBroken) {
                // The ledger may give up its lines.
                forceFile();
            }
            file.close();
        } finally {
            if (chain.isPresent()) {
                chain.get().clear();
            }
            file = opener.open();
        }
        boolean isSame = file.key().equals(oldKey);
        if (wasBroken && isSame) {
            cutToDurable();
        }
        if (ledger.isPresent() && !isSame) {
            ledger.get().giveUp();
        }
        boolean isKnown = isSame && durable > 0 && file.size() == durable;
        durable = recover();
        if (ledger.isPresent()) {
            ledger.get().again();
            durable += ledger.get().writeTo(file);
            ledger.get().requireWritten();
        }
        if (!isKnown) {
            resume();
        }
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
                file.force();
            }
        } finally {
            file.close();
            chain.ifPresent(Chain::awaitUpkeep);
        }
    }

    /** Cuts off what is not known to be on disk, and is not in the ledger either. */
    private void cutToDurable() throws IOException {
        if (ledger.isPresent()) {
            durable = ledger.get().rewind(file, durable);
        }
        if (file.size() > durable) {
            file.truncate(durable);
        }
    }

    private void forceFile() throws IOException {
        if (ledger.isPresent()) {
            ledger.get().force(file);
        } else {
            file.force();
        }
    }

    private void cutOff() {
        try {
            cutToDurable();
            file.force();
        } catch (IOException e) {
            LOG.error("Audit log: what could not be written cannot be cut off either: {}", e.getMessage());
        }
    }

    /** Continues the chain where the open file ends. */
    private void resume() throws IOException {
        if (chain.isPresent()) {
            write(chain.get().resume(file));
        }
    }

    /** Adds to the file what the ledger had on disk, and the file had not, when the process ended. */
    private void catchUp() throws IOException {
        if (chain.isPresent() && ledger.isPresent()) {
            cutHole(ledger.get());
            byte[] missing = ledger.get().missing(chain.get().end(file));
            file.append(ByteBuffer.wrap(missing));
            forceFile();
            durable += missing.length;
            if (missing.length > 0) {
                LOG.info("Audit log: {} octets were added from the ledger", missing.length);
            }
            long _ = ledger.get().writeTo(file);
            copy.accept(missing);
        }
    }

    /**
     * Cuts the file at a hole, if the ledger has the records from there on. What was not forced comes to the disk in any
     * order, so a power cut may leave zeros before octets that were written later.
     */
    private void cutHole(LineLedger known) throws IOException {
        OptionalLong hole = firstZero(Math.max(0, durable - known.octetsAtStart()));
        if (hole.isPresent()) {
            long whole = endOfLastLine(file, hole.getAsLong());
            Optional<Ends> before = whole == 0 ? Optional.empty() : Ends.of(file::read, whole);
            if (before.filter(ends -> known.had(ends.last().number() + 1)).isPresent()) {
                LOG.warn("Audit log: there is a hole in it, and {} octets are cut off", durable - whole);
                file.truncate(whole);
                durable = whole;
            }
        }
    }

    private OptionalLong firstZero(long from) throws IOException {
        for (long at = from; at < durable; at += BLOCK) {
            ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, durable - at));
            file.read(block, at);
            for (int i = 0; i < block.capacity(); i++) {
                if (block.get(i) == 0) {
                    return OptionalLong.of(at + i);
                }
            }
        }
        return OptionalLong.empty();
    }

    private void write(byte[] octets) throws IOException {
        if (octets.length == 0) {
            return;
        }
        boolean done = false;
        try {
            if (ledger.isPresent()) {
                ledger.get().keep(octets);
            } else {
                file.append(ByteBuffer.wrap(octets));
                file.force();
                durable += octets.length;
            }
            done = true;
        } finally {
            if (done) {
                chain.ifPresent(Chain::written);
            } else {
                chain.ifPresent(Chain::lost);
            }
        }
        if (ledger.isPresent()) {
            // The records are safe, so a fault of the file counts for the next ones only.
            durable += ledger.get().writeTo(file);
        }
        copy.accept(octets);
    }

    private static byte[] joined(List<byte[]> records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        records.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Cuts off an unfinished last line, and returns the length that is left. */
    private long recover() throws IOException {
        long end = file.size();
        long whole = endOfLastLine(file, end);
        if (whole < end) {
            LOG.warn("Audit log ended in an unfinished line, {} octets cut off", end - whole);
            file.truncate(whole);
        }
        // Whole lines that a crash left may not be on disk yet.
        forceFile();
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
