package org.postseal.gateway.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what validations of records relied on: lists, OCSP responses and certificates of paths, each once, under the SHA-256 of its octets. Thread-safe.
 *
 * <p>Nobody waits for it: what is to be kept goes into a queue of at most {@link #MAX_WAITING} octets, and one thread writes it. What does not fit or cannot be written is counted and told in the log,
 * and mail goes on; whoever wants to prove the record must then get the answer elsewhere.
 *
 * <p>The time of a file's last change is when a record last named it, exact to {@link #TOUCHED_EVERY}. It goes when that is before the oldest record that is left.
 */
final class ValidationArchive implements AnswerKeeper, AutoCloseable {
    private final Path folder;
    private final boolean keepsEndEntities;
    private final InstantSource clock;
    private final Supplier<Optional<Instant>> oldestNeeded;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Set<String> queued = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> touched = new ConcurrentHashMap<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private volatile boolean isClosed;
    private Instant told = Instant.MIN;
    private Instant tidied = Instant.MIN;

    /**
     * @param name of the file
     * @param octets none where it is there already, and was named again
     */
    private record Work(String name, Optional<Octets> octets) {
        long weight() {
            return octets.map(each -> (long) each.content().length).orElse(0L);
        }
    }

    private record Octets(byte[] content) {}

    private ValidationArchive(
            Path folder, boolean keepsEndEntities, InstantSource clock, Supplier<Optional<Instant>> oldestNeeded) {
        this.folder = folder;
        this.keepsEndEntities = keepsEndEntities;
        this.clock = clock;
        this.oldestNeeded = oldestNeeded;
        this.writer = Thread.ofPlatform().name("audit-evidence").daemon().unstarted(this::work);
    }

    /**
     * Begins to keep; makes the folder when there is something to keep.
     *
     * @param oldestNeeded time of the oldest record that is left; empty when that is not known, and nothing goes then
     */
    static ValidationArchive open(AuditConfig config, InstantSource clock, Supplier<Optional<Instant>> oldestNeeded) {
        // the certificates of people would say whose the hashes in the records are
        ValidationArchive archive =
                new ValidationArchive(config.evidence(), config.addressKey().isEmpty(), clock, oldestNeeded);
        archive.writer.start();
        return archive;
    }

    @Override
    public void keep(PathEvidence.Kind kind, String sha256, byte[] octets) {
        String name = ValidationFile.name(kind, sha256);
        if (!touched.containsKey(name)) {
            bring(name, Optional.of(new Octets(octets)));
        }
    }

    /** A record names these. */
    void named(List<PathEvidence> validations, Instant time) {
        for (PathEvidence validation : validations) {
            boolean isEndEntity = true;
            for (PathEvidence.Part part : validation.parts()) {
                if (!isEndEntity || keepsEndEntities) {
                    named(part.certificate(), time);
                }
                isEndEntity = false;
                for (PathEvidence.Revocation each : part.revocation()) {
                    if (each instanceof PathEvidence.Revocation.Answered answered) {
                        String name = ValidationFile.name(answered.kind(), answered.sha256());
                        if (isToBeTouched(name, time)) {
                            bring(name, Optional.empty());
                        }
                    }
                }
            }
        }
    }

    private void named(MailCertificate certificate, Instant time) {
        String name = ValidationFile.certificate(certificate.id().hex());
        if (isToBeTouched(name, time)) {
            bring(name, Optional.of(new Octets(certificate.encoded())));
        }
    }

    private boolean isToBeTouched(String name, Instant time) {
        Instant last = touched.get(name);
        return last == null || last.plus(TOUCHED_EVERY).isBefore(time);
    }

    /** How it fares. */
    ArchiveState state() {
        return new ArchiveState(kept.get(), lost.get());
    }

    /** Writes what waits, but not for long: what is left is brought again when it counts again. */
    @Override
    public void close() {
        isClosed = true;
        queue.add(END);
        try {
            writer.join(Duration.ofSeconds(CLOSING_SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void bring(String name, Optional<Octets> octets) {
        if (isClosed || !queued.add(name)) {
            return;
        }
        Work work = new Work(name, octets);
        if (waiting.addAndGet(work.weight()) > MAX_WAITING) {
            waiting.addAndGet(-work.weight());
            queued.remove(name);
            lose(name, "too much waits to be written");
            return;
        }
        queue.add(work);
    }

    /** The writer's life. */
    private void work() {
        while (true) {
            try {
                tidy();
                Work work = queue.poll(1, TimeUnit.HOURS);
                if (work != null && work.name().isEmpty()) {
                    return;
                }
                if (work != null) {
                    done(work);
                }
            } catch (InterruptedException nobodyInterruptsIt) {
                return;
            }
        }
    }

    private void done(Work work) {
        try {
            Instant now = clock.instant();
            write(work, now);
            if (touched.size() >= MAX_TOUCHED) {
                touched.clear();
            }
            // also where it is missing: that is told once a day
            touched.put(work.name(), now);
        } catch (IOException | RuntimeException e) {
            // of one file; the next ones need a writer
            lose(work.name(), e.toString());
        } finally {
            waiting.addAndGet(-work.weight());
            queued.remove(work.name());
        }
    }

    private void write(Work work, Instant now) throws IOException {
        Path file = folder.resolve(work.name());
        if (Files.exists(file)) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        } else if (work.octets().isPresent()) {
            makeFolder();
            if (Files.getFileStore(folder).getUsableSpace() < RESERVE) {
                throw new IOException("less than " + (RESERVE >> 20) + " MiB are left, which the records need");
            }
            Path unfinished = Segments.unfinished(file);
            try {
                Files.write(unfinished, work.octets().get().content(), StandardOpenOption.TRUNCATE_EXISTING);
                Files.setLastModifiedTime(unfinished, FileTime.from(now));
                Segments.finish(unfinished, file);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            kept.incrementAndGet();
        } else {
            lose(work.name(), "a record names it, and it is not there");
        }
    }

    private void makeFolder() throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
            Files.setPosixFilePermissions(folder, FOLDER_MODE);
        }
    }

    private synchronized void lose(String name, String why) {
        lost.incrementAndGet();
        Instant now = clock.instant();
        if (told.isBefore(now.minus(Duration.ofMinutes(1)))) {
            told = now;
            LOG.warn(
                    "Audit log: {} is not kept, so that a record cannot be proven by it: {} ({} so far)",
                    name,
                    why,
                    lost.get());
        }
    }

    /** Drops what no record that is left needs. */
    private void tidy() {
        Instant now = clock.instant();
        if (tidied.isAfter(now.minus(TOUCHED_EVERY)) || Files.notExists(folder)) {
            return;
        }
        tidied = now;
        Optional<Instant> oldest = oldestNeeded.get();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Instant last = Files.getLastModifiedTime(file).toInstant();
                boolean isGivenUp =
                        file.toString().endsWith(Segments.UNFINISHED) && last.isBefore(now.minus(Duration.ofHours(1)));
                boolean isOver =
                        oldest.filter(last.plus(TOUCHED_EVERY)::isBefore).isPresent();
                if (isGivenUp || isOver) {
                    Files.deleteIfExists(file);
                    touched.remove(file.getFileName().toString());
                }
            }
        } catch (NoSuchFileException settled) {
            LOG.debug("Audit log: {} is gone already", settled.getMessage());
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Audit log: {} cannot be tidied: {}", folder, e.toString());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ValidationArchive.class);
    private static final Work END = new Work("", Optional.empty());
    private static final long MAX_WAITING = 64L << 20;
    private static final long RESERVE = 256L << 20;
    private static final int MAX_TOUCHED = 100_000;
    private static final int CLOSING_SECONDS = 10;
    static final Duration TOUCHED_EVERY = Duration.ofDays(1);
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwxr-x---");
}
