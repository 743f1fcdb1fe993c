package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.postseal.gateway.audit.chain.LogExtent;
import org.postseal.gateway.audit.chain.RegularFile;
import org.postseal.gateway.audit.evidence.FileFault;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * Counts the figures of the overview. A full file never changes, so it is counted once. Of the file in use, only the
 * new records are counted. Thread-safe.
 */
final class LogCounts {
    private final LogFiles log;
    private final ReentrantLock counting = new ReentrantLock(true);
    private final Map<Long, Counts> full = new HashMap<>();
    private final Map<Long, Instant> begun = new HashMap<>();
    private final Map<Path, String> faults = new ConcurrentSkipListMap<>();
    private Object currentKey = "";
    private long currentRead;
    private Counts current = new Counts();

    LogCounts(LogFiles log) {
        this.log = log;
    }

    /**
     * Holds the figures of a period.
     *
     * @param times how long messages took, by column
     * @param isWhole true if every file with records of that period was counted
     */
    record View(
            Map<Counts.Kind, List<Map<String, Long>>> columns, List<Map<String, Durations>> times, boolean isWhole) {
        List<Map<String, Long>> of(Counts.Kind kind) {
            return columns.getOrDefault(kind, List.of());
        }

        /** Returns the sum of these figures and those of another log for the same period. */
        View plus(View other) {
            Map<Counts.Kind, List<Map<String, Long>>> sum = new HashMap<>();
            for (Counts.Kind kind : Counts.Kind.values()) {
                sum.put(kind, sum(of(kind), other.of(kind), Long::sum));
            }
            return new View(sum, sum(times, other.times, Durations::plus), isWhole && other.isWhole);
        }

        private static <T> List<Map<String, T>> sum(
                List<Map<String, T>> one, List<Map<String, T>> other, BinaryOperator<T> plus) {
            return IntStream.range(0, one.size())
                    .mapToObj(i -> {
                        Map<String, T> column = new HashMap<>(one.get(i));
                        other.get(i).forEach((name, figure) -> column.merge(name, figure, plus));
                        return column;
                    })
                    .toList();
        }

        /** Returns the sums of all columns of one kind. */
        Map<String, Long> total(Counts.Kind kind) {
            Map<String, Long> total = new HashMap<>();
            of(kind).forEach(column -> column.forEach((name, count) -> total.merge(name, count, Long::sum)));
            return total;
        }
    }

    /**
     * Counts the files that are not counted yet, the newest first, as far as the time allows. A file that cannot be
     * read is left out, see {@link #faults}.
     *
     * @return true if everything since {@code from} is counted
     */
    boolean count(Instant from, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        List<Path> files;
        try {
            files = log.newestFirst();
        } catch (IOException unreadable) {
            fault(log.current(), unreadable);
            return true;
        }
        var _ = faults.keySet().retainAll(files);
        for (int i = 0; i < files.size(); i++) {
            if (!tryLock(end)) {
                return false;
            }
            try {
                if (i > 0 && isBegun(files.get(i - 1), from)) {
                    // This file and all older ones hold only records from before that time.
                    break;
                }
                countIfReadable(files.get(i));
            } finally {
                counting.unlock();
            }
        }
        counting.lock();
        try {
            List<Long> numbers = files.stream()
                    .flatMap(file -> LogFiles.firstNumber(file).stream())
                    .toList();
            var _ = full.keySet().retainAll(numbers);
            var _ = begun.keySet().retainAll(numbers);
        } finally {
            counting.unlock();
        }
        return true;
    }

    private void countIfReadable(Path file) {
        try {
            count(file);
        } catch (NoSuchFileException removed) {
            // Its time was over, or it was renamed since the files were listed.
            faults.remove(file);
        } catch (IOException e) {
            fault(file, e);
        }
    }

    private void fault(Path file, IOException e) {
        faults.put(file, file.getFileName() + " cannot be read: " + FileFault.words(file, e));
    }

    /** Returns what could not be read when it was counted, in words. */
    List<String> faults() {
        return List.copyOf(faults.values());
    }

    // The lock is taken for one file at a time, so that a visitor who looks at a day need not wait for a year.
    private boolean tryLock(long end) {
        try {
            return counting.tryLock(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Returns true if the file began before this time. The answer is remembered only for a full file, since the file in
     * use is replaced from time to time.
     */
    private boolean isBegun(Path file, Instant before) {
        Optional<Long> first = LogFiles.firstNumber(file);
        Optional<Instant> time = first.map(begun::get).or(() -> LogFiles.begun(file));
        if (first.isPresent() && time.isPresent()) {
            begun.put(first.get(), time.get());
        }
        return time.filter(when -> when.isBefore(before)).isPresent();
    }

    private void count(Path file) throws IOException {
        Optional<Long> first = LogFiles.firstNumber(file);
        if (first.isEmpty()) {
            countCurrent();
        } else if (!full.containsKey(first.get())) {
            Counts counts = new Counts();
            try (InputStream in = LogFiles.open(file)) {
                long _ = add(in, counts);
            } catch (EOFException | ZipException damaged) {
                // What could be read counts, and the file is not read again for each page.
                full.put(first.get(), counts);
                throw damaged;
            }
            full.put(first.get(), counts);
            faults.remove(file);
        }
    }

    /** Returns the figures between these times, which are full hours, in columns. */
    View view(List<Instant> bounds, Duration patience) {
        boolean isWhole = count(bounds.getFirst(), patience);
        counting.lock();
        try {
            Map<Counts.Kind, List<Map<String, Long>>> columns = new HashMap<>();
            for (Counts.Kind kind : Counts.Kind.values()) {
                columns.put(
                        kind,
                        IntStream.range(1, bounds.size())
                                .mapToObj(i -> sum(kind, bounds.get(i - 1), bounds.get(i)))
                                .toList());
            }
            List<Map<String, Durations>> times = IntStream.range(1, bounds.size())
                    .mapToObj(i -> times(bounds.get(i - 1), bounds.get(i)))
                    .toList();
            return new View(columns, times, isWhole);
        } finally {
            counting.unlock();
        }
    }

    /** Returns how far the files go that were counted. */
    LogExtent extent() {
        counting.lock();
        try {
            LogExtent extent = new LogExtent();
            full.values().forEach(counts -> extent.add(counts.extent()));
            extent.add(current.extent());
            return extent;
        } finally {
            counting.unlock();
        }
    }

    private Map<String, Long> sum(Counts.Kind kind, Instant from, Instant until) {
        Map<String, Long> sum = new HashMap<>(current.sum(kind, from, until));
        full.values()
                .forEach(counts ->
                        counts.sum(kind, from, until).forEach((name, count) -> sum.merge(name, count, Long::sum)));
        return sum;
    }

    private Map<String, Durations> times(Instant from, Instant until) {
        Map<String, Durations> sum = new HashMap<>();
        current.sumTimes(from, until, sum);
        full.values().forEach(counts -> counts.sumTimes(from, until, sum));
        return sum;
    }

    private void countCurrent() throws IOException {
        Path file = log.current();
        RegularFile.require(file);
        Object key = Objects.requireNonNullElse(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
        if (!key.equals(currentKey) || Files.size(file) < currentRead) {
            currentKey = key;
            currentRead = 0;
            current = new Counts();
        }
        try (FileChannel channel = FileChannel.open(file).position(currentRead);
                InputStream in = Channels.newInputStream(channel)) {
            currentRead += add(in, current);
        }
        faults.remove(file);
    }

    /** Adds whole lines, and returns how many octets they have. */
    private static long add(InputStream in, Counts counts) throws IOException {
        LineReader lines = new LineReader(in);
        long octets = 0;
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
            octets += line.get().length + 1L;
            AuditLine.read(new String(line.get(), UTF_8)).ifPresent(counts::add);
        }
        return octets;
    }
}
