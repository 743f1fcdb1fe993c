package org.postseal.gateway.audit.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.chain.Checkpoint;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Ends;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.chain.Segments.Segment;
import org.postseal.gateway.audit.record.JsonLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.SegmentArchive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of a log a chain. It numbers and links them, signs the chain from time to time, and says when a
 * file is full. What it adds counts when {@link #written} is called; {@link #lost} takes it back. Used by one thread at
 * a time.
 */
final class Chain {
    private final AuditConfig config;
    private final Segments segments;
    private final SegmentArchive archive;
    private final CheckpointKey key;
    private final InstantSource clock;
    // The executor has no thread when there is nothing to do.
    private final ExecutorService upkeep = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("audit-compress").factory());
    private volatile State written = State.NONE;
    private State pending = State.NONE;
    /** The name of a file that was moved away since the last record. */
    private Optional<String> aside = Optional.empty();

    /**
     * @param id the id of the chain; empty before the first record
     * @param link the link of the newest record
     * @param first the number of the first record in the file
     * @param begun when the file began
     * @param unsigned how many records there are since the last checkpoint
     * @param signed when the last checkpoint was signed
     * @param checkpoint the newest checkpoint that this process has signed
     */
    private record State(
            String id,
            Link link,
            long first,
            Instant begun,
            int unsigned,
            Instant signed,
            Optional<Checkpoint> checkpoint) {
        static final State NONE = new State("", Link.BEGINNING, 1, Instant.EPOCH, 0, Instant.EPOCH, Optional.empty());
    }

    private Chain(AuditConfig config, CheckpointKey key, InstantSource clock) {
        this.config = config;
        this.segments = new Segments(config.file());
        this.archive = new SegmentArchive(segments, key);
        this.key = key;
        this.clock = clock;
    }

    /** @throws IOException if the key cannot be read or made */
    static Chain of(AuditConfig config, InstantSource clock) throws IOException {
        return new Chain(config, CheckpointKey.readOrMake(config.checkpoint()), clock);
    }

    /**
     * Moves a file away that has the name of the file in use and is not part of the chain. It is called before the file
     * is opened.
     */
    void clear() throws IOException {
        if (Files.notExists(segments.current()) || Files.size(segments.current()) == 0) {
            return;
        }
        Optional<Ends> ends = Ends.beginningOf(segments.current());
        boolean isOurs = ends.isPresent() && (!isBegun() || ends.get().id().equals(written.id()));
        if (!isOurs) {
            Path moved = segments.setAside();
            aside = Optional.of(moved.getFileName().toString());
            LOG.warn("Audit log: {} is no part of the chain, and was moved to {}", segments.current(), moved);
        }
    }

    /** Returns the link of the newest record on disk. */
    Link end(LogFile file) throws IOException {
        Optional<Ends> ends = file.size() > 0 ? Ends.of(file::read, file.size()) : newestFull();
        return ends.map(Ends::last).orElse(Link.BEGINNING);
    }

    private Optional<Ends> newestFull() throws IOException {
        List<Segment> full = segments.full();
        return full.isEmpty() ? Optional.empty() : Ends.of(full.getLast().file());
    }

    /**
     * Continues the chain where the open file ends.
     *
     * @return the octets that must be written to the file first
     */
    byte[] resume(LogFile file) throws IOException {
        if (file.size() > 0) {
            // The ends are read through the open file: on Linux, closing a second descriptor would release the file's
            // lock.
            Ends ends = Ends.of(file::read, file.size())
                    .orElseThrow(() -> new IOException(segments.current() + " is no part of a chain"));
            // Records that were not signed when the process ended are signed soon.
            written = new State(
                    ends.id(),
                    ends.last(),
                    ends.first().number(),
                    ends.begun(),
                    1,
                    clock.instant(),
                    written.checkpoint());
            pending = written;
            return new byte[0];
        }
        if (!isBegun()) {
            Optional<Ends> before = newestFull();
            String id = before.map(Ends::id).orElseGet(Chain::newId);
            Link link = before.map(Ends::last).orElse(Link.BEGINNING);
            pending = new State(id, link, 1, Instant.EPOCH, 0, clock.instant(), Optional.empty());
        }
        return segment();
    }

    /** Returns the records with their links, and a checkpoint if one is due. */
    byte[] add(List<byte[]> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(records.stream()
                .mapToInt(record -> record.length + Link.LONGEST)
                .sum());
        records.forEach(record -> link(record, out));
        if (isCheckpointDue(pending)) {
            sign(out);
        }
        return out.toByteArray();
    }

    /** Returns a checkpoint; no octets if everything is signed. */
    byte[] checkpoint() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (pending.unsigned() > 0) {
            sign(out);
        }
        return out.toByteArray();
    }

    void written() {
        written = pending;
        aside = Optional.empty();
    }

    void lost() {
        pending = written;
    }

    /** Returns how far the chain is signed. Any thread may call this. */
    ChainState state(String log) {
        State now = written;
        return new ChainState(
                log,
                now.unsigned(),
                now.signed(),
                now.checkpoint().map(checkpoint -> new String(checkpoint.line(), UTF_8).strip()));
    }

    /** Returns the time until the next checkpoint is due if no record comes; empty if there is nothing to sign. */
    Optional<Duration> untilCheckpoint() {
        return written.unsigned() == 0
                ? Optional.empty()
                : Optional.of(Duration.between(
                        clock.instant(),
                        written.signed().plus(config.checkpoint().every())));
    }

    boolean isFull(long octets) {
        return octets >= config.rotateSize()
                || !clock.instant().isBefore(written.begun().plus(config.rotateEvery()));
    }

    /** Renames the file in use to a full one. It must be closed, and its end must be signed. */
    void close() throws IOException {
        var _ = segments.close(written.first());
    }

    /** Returns the oldest full file if its time is over. */
    Optional<Segments.Expired> expired() throws IOException {
        return segments.expired(clock.instant().minus(config.keep()));
    }

    /** Returns the record which says that a file's time is over. */
    byte[] erasure(Segments.Expired expired) {
        return new JsonLine()
                .put("@timestamp", clock.instant().toString())
                .put("event.action", RecordField.ERASED)
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put("file.name", expired.file().getFileName().toString())
                .put(FIRST, expired.first())
                .put(RecordField.LAST, expired.last())
                .put(FROM, expired.from().map(Instant::toString))
                .put(UNTIL, expired.until().toString())
                .finish();
    }

    /** Compresses and indexes full files on another thread. */
    void compress() {
        upkeep.execute(archive::tidy);
    }

    /** Waits a short time until {@link #compress} is done. What is left is done after the next start. */
    void awaitUpkeep() {
        upkeep.shutdown();
        try {
            if (!upkeep.awaitTermination(UPKEEP_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("Audit log: full files are still being compressed or indexed,"
                        + " which goes on after the next start");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] segment() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Instant now = clock.instant();
        byte[] line = new JsonLine()
                .put("@timestamp", now.toString())
                .put("event.action", RecordField.SEGMENT)
                .put("event.outcome", "success")
                .put("postseal.format", RecordField.FORMAT)
                .put(RecordField.CHAIN, pending.id())
                .put(RecordField.PREVIOUS, pending.link().hash())
                .put("postseal.chain.aside", aside)
                .finish();
        pending = new State(
                pending.id(),
                pending.link(),
                pending.link().number() + 1,
                now,
                pending.unsigned(),
                pending.signed(),
                pending.checkpoint());
        link(line, out);
        return out.toByteArray();
    }

    private void link(byte[] record, ByteArrayOutputStream out) {
        Link next = pending.link().append(record, out);
        pending = new State(
                pending.id(),
                next,
                pending.first(),
                pending.begun(),
                pending.unsigned() + 1,
                pending.signed(),
                pending.checkpoint());
    }

    private void sign(ByteArrayOutputStream out) {
        Instant now = clock.instant();
        Checkpoint checkpoint = Checkpoint.sign(key, config.checkpoint().node(), pending.id(), pending.link(), now);
        link(checkpoint.line(), out);
        pending = new State(
                pending.id(), pending.link(), pending.first(), pending.begun(), 0, now, Optional.of(checkpoint));
    }

    private boolean isCheckpointDue(State state) {
        boolean isLate = !clock.instant()
                .isBefore(state.signed().plus(config.checkpoint().every()));
        return state.unsigned() >= config.checkpoint().records() || (state.unsigned() > 0 && isLate);
    }

    private boolean isBegun() {
        return !written.id().isEmpty();
    }

    private static String newId() {
        byte[] id = new byte[16];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private static final int UPKEEP_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);
    private static final String FIRST = "postseal.chain.first";
    private static final String FROM = "postseal.chain.from";
    private static final String UNTIL = "postseal.chain.until";
}
