package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.SegmentReader;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.chain.Segments.Segment;
import org.postseal.gateway.audit.chain.UnfinishedFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compresses the full files of a log, and indexes them. Thread-safe; one thread works at a time. */
public final class SegmentArchive {
    private final Segments segments;
    private final CheckpointKey key;
    private final ReentrantLock working = new ReentrantLock();

    public SegmentArchive(Segments segments, CheckpointKey key) {
        this.segments = segments;
        this.key = key;
    }

    /**
     * Compresses files that are not compressed yet, makes indexes that are missing, and removes indexes of files that
     * are gone. A file that cannot be handled stays as it is.
     */
    public void tidy() {
        working.lock();
        try {
            String before = "";
            for (Segment segment : segments.full()) {
                before = tidy(segment.file(), before) ? hash(segment.file()) : "";
            }
            for (Path leftover : leftovers(Instant.now())) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException e) {
            LOG.warn("Audit log: the folder of full files cannot be tidied: {}", e.toString());
        } finally {
            working.unlock();
        }
    }

    /**
     * Returns files that nobody needs: indexes of files that are gone, which still tell something of their content, and
     * files that have been unfinished for an hour.
     */
    private List<Path> leftovers(Instant now) throws IOException {
        Set<Path> wanted = segments.full().stream()
                .map(segment -> SegmentIndex.of(segment.file()))
                .collect(Collectors.toSet());
        List<Path> leftovers = new ArrayList<>();
        for (Path file : segments.companions()) {
            boolean isOrphan = file.toString().endsWith(SegmentIndex.SUFFIX) && !wanted.contains(file);
            boolean isGivenUp = file.toString().endsWith(UnfinishedFile.SUFFIX)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(Duration.ofHours(1)));
            if (isOrphan || isGivenUp) {
                leftovers.add(file);
            }
        }
        return leftovers;
    }

    /**
     * Compresses or indexes a file. A failure stops no other file: uncompressed files would fill the disk.
     *
     * @return true if the next index may name this one
     */
    private boolean tidy(Path file, String before) {
        try {
            if (!file.toString().endsWith(SegmentReader.GZIP)) {
                compress(file, before);
            } else if (Files.notExists(SegmentIndex.of(file))) {
                index(file, before);
            }
        } catch (NoSuchFileException settled) {
            LOG.debug("Audit log: {} was compressed or removed meanwhile", file);
        } catch (IOException e) {
            LOG.warn("Audit log: {} cannot be compressed or indexed, it stays as it is: {}", file, e.toString());
            return false;
        }
        return true;
    }

    /**
     * Makes indexes. A failure stops no other index.
     *
     * @param isAll true to make also those that can be used
     * @throws IOException if the folder cannot be read
     */
    MadeIndexes index(boolean isAll) throws IOException {
        working.lock();
        try {
            List<Path> made = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            String before = "";
            for (Segment segment : segments.full()) {
                Path file = segment.file();
                try {
                    if (isAll || usable(file, true).isEmpty()) {
                        index(file, before);
                        made.add(file);
                    }
                    before = hash(file);
                } catch (IOException e) {
                    failures.add(file + ": " + e.getMessage());
                    before = "";
                }
            }
            return new MadeIndexes(made, failures);
        } finally {
            working.unlock();
        }
    }

    private void compress(Path file, String before) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + SegmentReader.GZIP);
        Path unfinished = UnfinishedFile.beside(compressed);
        try {
            IndexWriter index = compressed(file, unfinished);
            Files.setLastModifiedTime(unfinished, Files.getLastModifiedTime(file));
            UnfinishedFile.finish(unfinished, compressed);
            index.write(compressed, before, key);
            Files.deleteIfExists(file);
        } finally {
            // An unfinished file would help to fill the disk, which may be full already.
            Files.deleteIfExists(unfinished);
        }
    }

    private static IndexWriter compressed(Path file, Path into) throws IOException {
        IndexWriter index = new IndexWriter();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(into, StandardOpenOption.TRUNCATE_EXISTING);
                GzipMember.Maker members = new GzipMember.Maker()) {
            LineBuffer lines = new LineBuffer(in);
            long position = 0;
            for (Optional<byte[]> chunk = lines.next(); chunk.isPresent(); chunk = lines.next()) {
                byte[] member = members.member(chunk.get());
                out.write(member);
                index.add(chunk.get(), position);
                position += member.length;
            }
            byte[] rest = lines.rest();
            if (rest.length > 0 || position == 0) {
                // Somebody has cut the file. The rest of the line is kept for the verifier to see.
                out.write(members.member(rest));
            }
        }
        return index;
    }

    private void index(Path file, String before) throws IOException {
        IndexWriter index = new IndexWriter();
        try (SegmentFile in = SegmentFile.open(file)) {
            int number = 0;
            for (Optional<byte[]> chunk = in.chunk(0); chunk.isPresent(); chunk = in.chunk(number)) {
                index.add(chunk.get(), in.position(number));
                number++;
            }
        }
        index.write(file, before, key);
    }

    /** Returns the hash that the next index may name; empty if there is no index that this key has signed. */
    private String hash(Path file) {
        return usable(file, false).orElse("");
    }

    private Optional<String> usable(Path file, boolean isToBeReadWhole) {
        IndexTrust trust = new IndexTrust(Map.of(key.id(), key.shown()));
        try (SegmentIndex index = SegmentIndex.open(SegmentIndex.of(file), trust)) {
            if (isToBeReadWhole) {
                index.requireWhole();
            }
            return index.isOf(file)
                    ? Optional.of(IndexHeader.hash(index.header().octets()))
                    : Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unusable) {
            LOG.info("Audit log: the index of {} {}", file, unusable.getMessage());
            return Optional.empty();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SegmentArchive.class);
}
