package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one log: the one in use, and the full ones, which have the number of their first record in their names.
 */
public final class Segments {
    private final Path current;
    private final String stem;
    private final String suffix;

    /** @param current the file in use, which need not be there */
    public Segments(Path current) {
        this.current = current.toAbsolutePath();
        String name = this.current.getFileName().toString();
        int dot = name.lastIndexOf('.');
        this.stem = dot <= 0 ? name : name.substring(0, dot);
        this.suffix = dot <= 0 ? "" : name.substring(dot);
    }

    /**
     * Returns the file in use of a log, found by the name of one of its files.
     *
     * @param file that file itself, or a full one, such as {@code audit-000000000001.jsonl.gz}
     */
    public static Path inUse(Path file) {
        String name = file.toAbsolutePath().getFileName().toString();
        String plain = name.endsWith(SegmentReader.GZIP)
                ? name.substring(0, name.length() - SegmentReader.GZIP.length())
                : name;
        return file.resolveSibling(plain.replaceFirst("-[0-9]{12,18}(\\.[^.]*)?$", "$1"));
    }

    public record Segment(Path file, long first) {}

    /**
     * A file whose time is over, with the numbers of its records.
     *
     * @param from when it began; empty if its first line cannot be read
     * @param until when the next file began: no record of this one is younger
     */
    public record Expired(Path file, long first, long last, Optional<Instant> from, Instant until) {}

    public Path current() {
        return current;
    }

    /**
     * Returns the full files, oldest first. If compressing was interrupted and a file is there twice, the original is
     * returned.
     */
    public List<Segment> full() throws IOException {
        Pattern pattern = Pattern.compile(Pattern.quote(stem) + "-([0-9]{12,18})" + Pattern.quote(suffix) + "("
                + Pattern.quote(SegmentReader.GZIP) + ")?");
        List<Segment> found = new ArrayList<>();
        Path folder = folder();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> {
                    Matcher matcher = pattern.matcher(file.getFileName().toString());
                    if (matcher.matches()) {
                        found.add(new Segment(file, Long.parseLong(matcher.group(1))));
                    }
                });
            }
        }
        found.sort(Comparator.comparingLong(Segment::first)
                .thenComparing(segment -> segment.file().toString()));
        List<Segment> once = new ArrayList<>();
        for (Segment segment : found) {
            if (once.isEmpty() || once.getLast().first() != segment.first()) {
                once.add(segment);
            }
        }
        return once;
    }

    /** Returns true if the log has a file. */
    public boolean isThere() throws IOException {
        return Files.exists(current) || !full().isEmpty();
    }

    /** Renames the file in use to a full one. A new file must be opened afterwards. */
    public Path close(long first) throws IOException {
        Path full = current.resolveSibling("%s-%012d%s".formatted(stem, first, suffix));
        // An older file is never overwritten.
        if (Files.exists(full) || Files.exists(full.resolveSibling(full.getFileName() + SegmentReader.GZIP))) {
            throw new IOException(full + " is there already");
        }
        Files.move(current, full, StandardCopyOption.ATOMIC_MOVE);
        return full;
    }

    /** Moves a file away that has the name of the file in use and is not part of the chain. */
    public Path setAside() throws IOException {
        for (int i = 1; ; i++) {
            Path aside = current.resolveSibling("%s-aside-%d%s".formatted(stem, i, suffix));
            if (Files.notExists(aside)) {
                Files.move(current, aside, StandardCopyOption.ATOMIC_MOVE);
                return aside;
            }
        }
    }

    /**
     * The files beside the log whose names begin with that of a full one: compressed ones, indexes, unfinished files.
     */
    public List<Path> companions() throws IOException {
        Pattern ours = Pattern.compile(Pattern.quote(stem) + "-[0-9]{12,18}" + Pattern.quote(suffix) + "\\..*");
        try (Stream<Path> files = Files.list(folder())) {
            return files.filter(
                            each -> ours.matcher(each.getFileName().toString()).matches())
                    .toList();
        }
    }

    /**
     * Returns the oldest full file if all of it was written before this time and there is another full file. The time
     * is that of the records. The time of a file changes when the file is restored, and anybody who can write to the
     * folder can set it. The gateway would then sign that the time of a young record was over.
     */
    public Optional<Expired> expired(Instant before) throws IOException {
        List<Segment> all = full();
        if (all.size() < 2) {
            return Optional.empty();
        }
        Path oldest = all.getFirst().file();
        return Ends.beginningOf(all.get(1).file())
                .map(Ends::begun)
                .filter(until -> until.isBefore(before))
                .map(until ->
                        new Expired(oldest, all.getFirst().first(), all.get(1).first() - 1, begun(oldest), until));
    }

    // A damaged file is removed as well when its time is over.
    private static Optional<Instant> begun(Path file) {
        try {
            return Ends.beginningOf(file).map(Ends::begun);
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    /** Returns when the oldest file that is left began; empty if there is none, or if it is not part of a chain. */
    public Optional<Instant> begun() throws IOException {
        List<Segment> all = full();
        Path oldest = all.isEmpty() ? current : all.getFirst().file();
        return Files.exists(oldest) ? Ends.beginningOf(oldest).map(Ends::begun) : Optional.empty();
    }

    private Path folder() {
        return current.resolveSibling("").toAbsolutePath();
    }
}
