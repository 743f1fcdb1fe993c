package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.audit.chain.Link;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.chain.Segments.Segment;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.FoundPage.Paging;

/**
 * Finds records in a log, the newest first, page by page. It only reads, in any process, and also while the gateway
 * writes. A page shows the log as it was when the page was asked for. The next page goes on where it ended, whatever
 * was added, compressed or removed meanwhile.
 *
 * <p>A full file is searched by its index if it has one that the log's key has signed. Other full files and the file in
 * use are read. The result is the same, since every record that is found is looked at. Lines that are no records are
 * passed over: {@link ChainVerifier} says whether the log is whole. Immutable, thread-safe; holds no open file.
 */
public final class AuditSearch {
    private final Optional<Segments> segments;
    private final List<Path> files;
    private final Map<String, PublicKey> keys;
    private final Optional<AddressHash> addresses;

    private AuditSearch(
            Optional<Segments> segments,
            List<Path> files,
            Map<String, PublicKey> keys,
            Optional<AddressHash> addresses) {
        this.addresses = addresses;
        this.segments = segments;
        this.files = List.copyOf(files);
        this.keys = Map.copyOf(keys);
    }

    /** Searches the log of messages of a configuration. If the public key cannot be read, indexes are not used. */
    public static AuditSearch of(AuditConfig config) {
        return new AuditSearch(
                Optional.of(new Segments(config.file())),
                List.of(),
                keys(config),
                config.addressKey().map(AddressHash::new));
    }

    /** Searches the log of changes of a configuration. */
    public static AuditSearch ofAdmin(AuditConfig config) {
        return of(config.admin());
    }

    /**
     * Searches the files of one log, wherever they stand.
     *
     * @param files the files, oldest first, with their indexes beside them
     * @param keys files in PEM with the public keys that may have signed the indexes; without any, no index is used
     * @throws IOException if a key cannot be read
     */
    public static AuditSearch ofFiles(List<Path> files, List<Path> keys) throws IOException {
        return new AuditSearch(Optional.empty(), files, CheckpointKey.readPublic(keys), Optional.empty());
    }

    /**
     * Returns a search of the same files, for a log with hashed addresses.
     *
     * @param addressKey the key that hashes them
     */
    public AuditSearch withAddressKey(Secret addressKey) {
        return new AuditSearch(segments, files, keys, Optional.of(new AddressHash(addressKey)));
    }

    private static Map<String, PublicKey> keys(AuditConfig config) {
        try {
            return CheckpointKey.readPublic(List.of(config.checkpoint().publicKey()));
        } catch (IOException unreadable) {
            return Map.of();
        }
    }

    /**
     * Looks for records.
     *
     * @throws NoSuchFileException if the log has no file, or a given file is not there
     * @throws IOException if the log's folder or the file in use cannot be read
     */
    public FoundPage find(AuditQuery query, Paging paging) throws IOException {
        try (Current current = current()) {
            SearchRun run = new SearchRun(hashed(query), paging, new IndexTrust(keys));
            for (Segment segment : segments(current).reversed()) {
                if (run.isDone()) {
                    break;
                }
                run.look(segment, current.of(segment));
            }
            return run.page();
        }
    }

    /**
     * Hands over all records in one go, for callers that count. The files come from the newest on; the records of a
     * file come in their order.
     *
     * @return remarks, as those of a page
     * @throws IOException as {@link #find}
     */
    public List<String> forEach(AuditQuery query, Consumer<AuditLine> taker) throws IOException {
        try (Current current = current()) {
            SearchRun run = new SearchRun(hashed(query), Paging.first(1), new IndexTrust(keys));
            for (Segment segment : segments(current).reversed()) {
                run.each(segment, current.of(segment), taker);
            }
            return run.page().remarks();
        }
    }

    private AuditQuery hashed(AuditQuery query) {
        return addresses.map(query::hashed).orElse(query);
    }

    private List<Segment> segments(Current current) throws IOException {
        List<Segment> all = new ArrayList<>(full(current));
        current.segment().ifPresent(all::add);
        if (all.isEmpty()) {
            throw new NoSuchFileException(
                    segments.map(log -> log.current().toString()).orElse("no file"));
        }
        return all;
    }

    /**
     * Opens the file in use before the others are listed. If it is closed meanwhile, it is then read as the file in use
     * and not missed.
     */
    private Current current() throws IOException {
        Optional<Path> path = segments.map(Segments::current);
        Optional<SegmentFile> opened = path.isPresent() ? opened(path.get()) : Optional.empty();
        if (opened.isEmpty()) {
            return new Current(Optional.empty(), Optional.empty());
        }
        SegmentFile file = opened.get();
        boolean done = false;
        try {
            long first = file.chunk(0).flatMap(AuditSearch::firstNumber).orElse(NEWEST);
            done = true;
            return new Current(Optional.of(new Segment(path.get(), first)), Optional.of(file));
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /**
     * Opens a file; empty if there is none. The file that was in use is then among the full ones, which are listed
     * after this.
     */
    private static Optional<SegmentFile> opened(Path current) throws IOException {
        try {
            return Optional.of(SegmentFile.exactly(current));
        } catch (NoSuchFileException rotated) {
            return Optional.empty();
        }
    }

    private static Optional<Long> firstNumber(byte[] chunk) {
        int end = 0;
        while (chunk[end] != '\n') {
            end++;
        }
        return Link.Line.of(Arrays.copyOf(chunk, end)).map(line -> line.link().number());
    }

    private List<Segment> full(Current current) throws IOException {
        if (segments.isEmpty()) {
            List<Segment> given = new ArrayList<>();
            for (Path file : files) {
                SegmentFile.requireThere(file);
                given.add(new Segment(file, given.size() + 1L));
            }
            return given;
        }
        long inUse = current.segment().map(Segment::first).orElse(NEWEST);
        return segments.get().full().stream()
                .filter(segment -> segment.first() < inUse)
                .toList();
    }

    private record Current(Optional<Segment> segment, Optional<SegmentFile> file) implements AutoCloseable {
        /** Returns the open file if this is the file in use; empty for other files. */
        Optional<SegmentFile> of(Segment other) {
            return segment.filter(other::equals).flatMap(_ -> file);
        }

        @Override
        public void close() throws IOException {
            if (file.isPresent()) {
                file.get().close();
            }
        }
    }

    private static final long NEWEST = 999_999_999_999_999_999L;
}
