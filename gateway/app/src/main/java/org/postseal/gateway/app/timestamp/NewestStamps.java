package org.postseal.gateway.app.timestamp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.smime.timestamp.TimestampAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, for the metrics, the time of the stamp beside each log that covers most of it. The time is the one that the
 * stamp itself names. This needs no anchors and no key; {@code audit verify} says what the stamps are worth. The folder
 * is read again when a file has come into it or left it. Thread-safe.
 */
public final class NewestStamps {
    private static final Logger LOG = LoggerFactory.getLogger(NewestStamps.class);

    private final Path folder;
    private final List<Log> logs;
    private final InstantSource clock;
    private Optional<FileTime> seen = Optional.empty();
    private List<Newest> known = List.of();
    private boolean isFailing;

    /** Makes a reader of the stamps of both logs of a configuration. */
    public NewestStamps(AuditConfig config, InstantSource clock) {
        this.folder = config.stamps();
        this.logs = List.of(
                new Log("mail", config.stampName(config.file())),
                new Log("admin", config.stampName(config.adminFile())));
        this.clock = clock;
    }

    private record Log(String word, String name) {}

    /**
     * Says when the newest stamp of one log was made.
     *
     * @param log {@code mail} or {@code admin}
     * @param time the time of its stamp; empty if it has none that can be read
     */
    public record Newest(String log, Optional<Instant> time) {}

    /** Returns the newest stamp of each log, as it is now. */
    public synchronized List<Newest> newest() {
        try {
            FileTime changed = Files.getLastModifiedTime(folder);
            if (!seen.equals(Optional.of(changed))) {
                known = read();
                // A file that comes into the folder at the moment of this look must not count as seen.
                boolean isPast = changed.toInstant().plus(MOMENT).isBefore(clock.instant());
                seen = isPast ? Optional.of(changed) : Optional.empty();
            }
            isFailing = false;
        } catch (IOException e) {
            if (!isFailing && !(e instanceof NoSuchFileException)) {
                LOG.warn("metrics: the age of the newest time stamp cannot be read: {}", e.toString());
            }
            isFailing = !(e instanceof NoSuchFileException);
            known = logs.stream()
                    .map(log -> new Newest(log.word(), Optional.empty()))
                    .toList();
            seen = Optional.empty();
        }
        return known;
    }

    private List<Newest> read() throws IOException {
        List<Path> stamps = KeptStamps.files(folder, StampFolder.STAMP);
        return logs.stream()
                .map(log -> new Newest(log.word(), newest(log, stamps)))
                .toList();
    }

    /**
     * Finds the stamp by the record that it covers, not by its time. A stamp that was made later for an older
     * checkpoint ({@code audit stamp --record}) says nothing about newer records.
     */
    private static Optional<Instant> newest(Log log, List<Path> stamps) {
        Pattern ofLog = Pattern.compile(Pattern.quote(log.name()) + "-([0-9]{12,18})\\.tsr");
        return stamps.stream()
                .map(stamp -> ofLog.matcher(stamp.getFileName().toString()))
                .filter(Matcher::matches)
                .sorted(Comparator.comparingLong((Matcher name) -> Long.parseLong(name.group(1)))
                        .reversed())
                // Somebody may have damaged stamps, so this limits how many are tried at each look.
                .limit(MOST_TRIES)
                .flatMap(name -> time(name.group(), stamps).stream())
                .findFirst();
    }

    private static Optional<Instant> time(String name, List<Path> stamps) {
        Path stamp = stamps.getFirst().resolveSibling(name);
        try {
            return TimestampAnswer.time(StampFolder.bounded(stamp));
        } catch (IOException e) {
            LOG.warn("metrics: the time stamp {} cannot be read: {}", stamp, e.toString());
            return Optional.empty();
        }
    }

    private static final int MOST_TRIES = 5;
    private static final Duration MOMENT = Duration.ofSeconds(2);
}
