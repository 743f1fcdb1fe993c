package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.PolicyText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the evidence of records: the revocation lists, OCSP responses and certificates of validated paths, and the
 * texts of policies. Each is kept once, under the SHA-256 of its octets. Thread-safe.
 *
 * <p>A policy waits until its text is kept. Nothing else waits: what is to be kept goes into a queue of at most {@link
 * #MAX_WAITING} octets, and one thread writes it. What does not fit or cannot be written is counted and reported in the
 * log, and mail goes on. To prove the record, the answer must then be got from elsewhere.
 */
public final class ValidationArchive implements AnswerKeeper, AutoCloseable {
    private final ValidationFolder folder;
    private final boolean keepsEndEntities;
    private final InstantSource clock;
    private final Supplier<OldestRecords> oldestNeeded;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Set<Work> queued = ConcurrentHashMap.newKeySet();
    /** Until when each file that is there is needed, as its time on disk says. */
    private final Map<String, Instant> there = new ConcurrentHashMap<>();
    /** The file names of the policies that decide now, by role: the policy in force, and the one in shadow. */
    private final Map<String, String> inForce = new ConcurrentHashMap<>();
    /** By file name, the time of the last report that a record names the file and the file is not there. */
    private final Map<String, Instant> missing = new ConcurrentHashMap<>();

    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private volatile boolean isClosed;
    private boolean isToBeForced;
    private Instant told = Instant.MIN;
    private Instant tidied = Instant.MIN;

    /**
     * A file to be kept. Two are equal if they have the same name, and both have octets or both have none.
     *
     * @param name the name of the file
     * @param octets its content; empty if a record names a file that is expected to be there
     * @param needed the file is needed until this time at least
     */
    private record Work(String name, Optional<byte[]> octets, Instant needed) {
        long weight() {
            return octets.map(each -> (long) each.length).orElse(0L);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Work work
                    && name.equals(work.name)
                    && octets.isPresent() == work.octets.isPresent();
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private ValidationArchive(
            ValidationFolder folder,
            boolean keepsEndEntities,
            InstantSource clock,
            Supplier<OldestRecords> oldestNeeded) {
        this.folder = folder;
        this.keepsEndEntities = keepsEndEntities;
        this.clock = clock;
        this.oldestNeeded = oldestNeeded;
        this.writer = Thread.ofPlatform().name("audit-evidence").daemon().unstarted(this::work);
    }

    /**
     * Begins to keep files. The folder is made when there is something to keep.
     *
     * @param oldestNeeded the times of the oldest records that are left
     */
    public static ValidationArchive open(
            AuditConfig config, InstantSource clock, Supplier<OldestRecords> oldestNeeded) {
        long reserve = Math.max(LEAST_RESERVE, RESERVED_FILES * config.rotateSize());
        // With hashed addresses, the certificates of people would tell whose addresses the hashes are.
        ValidationArchive archive = new ValidationArchive(
                new ValidationFolder(config.evidence(), reserve),
                config.addressKey().isEmpty(),
                clock,
                oldestNeeded);
        archive.writer.start();
        return archive;
    }

    @Override
    public void keep(PathEvidence.Kind kind, String sha256, byte[] octets) {
        String name = ValidationFile.name(kind, sha256);
        if (!there.containsKey(name)) {
            missing.remove(name);
            bring(new Work(name, Optional.of(octets), clock.instant()));
        }
    }

    /**
     * Keeps the text of a policy that is about to come into force. It is on disk when the method returns.
     *
     * @throws IOException if it is not on disk; then the policy must not decide
     */
    public void require(PolicyText text) throws IOException {
        String name = KeptPolicy.name(text.sha256());
        Instant now = clock.instant();
        try {
            if (folder.require(name, text.octets(), now) == ValidationFolder.Found.WRITTEN) {
                kept.incrementAndGet();
            }
        } catch (IOException e) {
            throw new IOException(
                    "the text of policy " + text.sha256() + " cannot be kept beside the audit log: " + e, e);
        }
        missing.remove(name);
        remember(there, name, now);
    }

    /**
     * Sets the policy that is in force or in shadow, or none. Its text is needed whether or not a message comes that it
     * decides.
     */
    public void counts(String role, Optional<String> sha256) {
        sha256.ifPresentOrElse(digits -> inForce.put(role, KeptPolicy.name(digits)), () -> inForce.remove(role));
    }

    /** Notes that a record names this policy. */
    public void named(String policySha256, Instant time) {
        String name = KeptPolicy.name(policySha256);
        if (isNews(name, time)
                && !isToldMissing(name, time)
                && KeptPolicy.DIGITS.matcher(policySha256).matches()) {
            bring(new Work(name, Optional.empty(), time));
        }
    }

    /** Notes that a record names these validations. */
    public void named(List<PathEvidence> validations, Instant time) {
        for (PathEvidence validation : validations) {
            boolean isEndEntity = true;
            for (PathEvidence.Part part : validation.parts()) {
                if (!isEndEntity || keepsEndEntities) {
                    named(part.certificate(), time);
                }
                isEndEntity = false;
                for (PathEvidence.Revocation each : part.revocation()) {
                    if (each instanceof PathEvidence.Revocation.Answered answered) {
                        named(answered, time);
                    }
                }
            }
        }
    }

    private void named(PathEvidence.Revocation.Answered answered, Instant time) {
        String name = ValidationFile.name(answered.kind(), answered.sha256());
        // A remembered verdict may name the answer until the answer ends.
        Instant needed = answered.nextUpdate().filter(time::isBefore).orElse(time);
        if (isNews(name, needed) && !isToldMissing(name, time)) {
            bring(new Work(name, Optional.empty(), needed));
        }
    }

    private void named(MailCertificate certificate, Instant time) {
        String name = ValidationFile.certificate(certificate.id().hex());
        if (isNews(name, time)) {
            bring(new Work(name, Optional.of(certificate.encoded()), time));
        }
    }

    private boolean isNews(String name, Instant needed) {
        Instant known = there.get(name);
        return known == null || known.plus(EXACT_TO).isBefore(needed);
    }

    private boolean isToldMissing(String name, Instant time) {
        Instant last = missing.get(name);
        return last != null && last.plus(EXACT_TO).isAfter(time);
    }

    public ArchiveState state() {
        return new ArchiveState(kept.get(), lost.get());
    }

    /** Writes what waits, for a short time. What is left then is lost. */
    @Override
    public void close() {
        isClosed = true;
        queue.add(END);
        try {
            if (!writer.join(CLOSING)) {
                List<Work> left = new ArrayList<>();
                queue.drainTo(left);
                left.stream().filter(work -> work.octets().isPresent()).forEach(work -> lose(work.name(), "stopped"));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void bring(Work work) {
        if (isClosed || !queued.add(work)) {
            return;
        }
        if (waiting.addAndGet(work.weight()) > MAX_WAITING) {
            waiting.addAndGet(-work.weight());
            queued.remove(work);
            lose(work.name(), "too much waits to be written");
            return;
        }
        queue.add(work);
    }

    /** Runs the writing thread. */
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
            switch (folder.keep(work.name(), work.octets(), work.needed())) {
                case WRITTEN -> {
                    kept.incrementAndGet();
                    isToBeForced = true;
                    isThere(work);
                }
                case THERE -> isThere(work);
                case NOWHERE -> {
                    remember(missing, work.name(), clock.instant());
                    lose(work.name(), "a record names it, and it is not there");
                }
            }
            if (isToBeForced && queue.isEmpty()) {
                isToBeForced = false;
                folder.force();
            }
        } catch (IOException e) {
            lose(work.name(), FileFault.words(folder.file(work.name()), e));
        } catch (RuntimeException e) {
            // The fault is that of one file, and the next ones need a writer.
            lose(work.name(), e.toString());
        } finally {
            waiting.addAndGet(-work.weight());
            queued.remove(work);
        }
    }

    private void isThere(Work work) {
        missing.remove(work.name());
        remember(there, work.name(), work.needed());
    }

    private static void remember(Map<String, Instant> times, String name, Instant time) {
        if (times.size() >= MAX_REMEMBERED) {
            times.clear();
        }
        times.put(name, time);
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

    /** Removes, once a day, what no record needs. */
    private void tidy() {
        if (tidied.isAfter(clock.instant().minus(EXACT_TO))) {
            return;
        }
        tidied = clock.instant();
        try {
            tidyNow(oldestNeeded.get());
        } catch (RuntimeException e) {
            LOG.warn("Audit log: what no record needs cannot be removed: {}", e.toString());
        }
    }

    /** Marks the policies that decide now as needed, and removes what no record needs that may be left. */
    void tidyNow(OldestRecords oldest) {
        Instant now = clock.instant();
        inForce.values().forEach(name -> done(new Work(name, Optional.empty(), now)));
        folder.tidy(now, oldest, EXACT_TO);
        // Some of the remembered files may have been removed.
        there.clear();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ValidationArchive.class);
    private static final Work END = new Work("", Optional.empty(), Instant.MIN);
    private static final long MAX_WAITING = 64L << 20;
    /** The octets of the disk that are left for the records: mail waits when those cannot be written. */
    private static final long LEAST_RESERVE = 1L << 30;
    /** How many full files of the log fit into the reserve. */
    private static final long RESERVED_FILES = 4;

    private static final int MAX_REMEMBERED = 100_000;
    private static final Duration CLOSING = Duration.ofSeconds(10);
    static final Duration EXACT_TO = Duration.ofDays(1);
}
