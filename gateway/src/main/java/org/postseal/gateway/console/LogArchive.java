package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.audit.AuditLine;
import org.postseal.gateway.audit.AuditQuery;
import org.postseal.gateway.audit.ChainVerifier;

/** Reads the files of the log, the newest first, until there is enough or it has taken too long. Thread-safe. */
final class LogArchive implements MessageArchive {
    private final Path log;
    private final Duration patience;

    /**
     * @param log the file in use
     * @param patience after which no further file is begun
     */
    LogArchive(Path log, Duration patience) {
        this.log = log;
        this.patience = patience;
    }

    @Override
    public Result search(AuditQuery query, Optional<Long> before, int most) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        List<Found> records = new ArrayList<>();
        List<Path> files = files();
        for (Path file : files) {
            if (isOutside(file, query, before)) {
                continue;
            }
            if (System.nanoTime() > end) {
                return cutShort(records, file, files);
            }
            Deque<Found> newest = new ArrayDeque<>();
            int room = most + 1 - records.size();
            query.run(List.of(file), line -> {
                Found found = new Found(line, file);
                if (before.isEmpty()
                        || found.number()
                                .filter(number -> number < before.get())
                                .isPresent()) {
                    newest.addLast(found);
                    if (newest.size() > room) {
                        var _ = newest.removeFirst();
                    }
                }
            });
            newest.descendingIterator().forEachRemaining(records::add);
            if (records.size() > most) {
                List<Found> page = records.subList(0, most);
                return new Result(page, page.getLast().number(), Optional.empty());
            }
        }
        return new Result(records, Optional.empty(), Optional.empty());
    }

    @Override
    public List<Found> story(String id) throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path file : files().reversed()) {
            AuditQuery.ofMessage(id).run(List.of(file), line -> {
                if (found.size() < LONGEST_STORY && isOf(line, id)) {
                    found.add(new Found(line, file));
                }
            });
        }
        return List.copyOf(found);
    }

    // the query takes part of a Message-ID, a story does not
    private static boolean isOf(AuditLine line, String id) {
        return List.of("email.message_id", "postseal.queue_id", "postseal.upstream_id").stream()
                .anyMatch(field -> line.first(field).equals(Optional.of(id)));
    }

    private static Result cutShort(List<Found> records, Path next, List<Path> files) throws IOException {
        Path read = files.get(Math.max(0, files.indexOf(next) - 1));
        return new Result(records, firstNumber(read), Optional.of(lastWritten(next)));
    }

    private static boolean isOutside(Path file, AuditQuery query, Optional<Long> before) throws IOException {
        Optional<Long> first = firstNumber(file);
        return (before.isPresent()
                        && first.filter(number -> number >= before.get()).isPresent())
                || query.from().filter(from -> isOver(file, from)).isPresent();
    }

    // what was written last is the newest in it, or newer
    private static boolean isOver(Path file, Instant from) {
        try {
            return lastWritten(file).isBefore(from);
        } catch (IOException perhapsCompressedMeanwhile) {
            return false;
        }
    }

    private static Instant lastWritten(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException compressedMeanwhile) {
            return Files.getLastModifiedTime(file.resolveSibling(file.getFileName() + ".gz"))
                    .toInstant();
        }
    }

    /** Of a full file, by its name; empty for the one in use. */
    static Optional<Long> firstNumber(Path file) {
        Matcher name = FULL.matcher(String.valueOf(file.getFileName()));
        return name.find() ? Optional.of(Long.valueOf(name.group(1))) : Optional.empty();
    }

    /** Newest first; none when there is no log yet. */
    private List<Path> files() throws IOException {
        try {
            return ChainVerifier.files(log).reversed();
        } catch (IOException none) {
            if (Files.exists(log)) {
                throw none;
            }
            return List.of();
        }
    }

    private static final Pattern FULL = Pattern.compile("-([0-9]{12,18})(?:\\.[^.]*)?(?:\\.gz)?$");
    private static final int LONGEST_STORY = 2000;
}
