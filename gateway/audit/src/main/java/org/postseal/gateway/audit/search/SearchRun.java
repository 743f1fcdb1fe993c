package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.postseal.gateway.audit.chain.SegmentReader;
import org.postseal.gateway.audit.chain.Segments.Segment;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.search.FoundPage.Place;
import org.postseal.gateway.audit.search.FoundPage.Placed;
import org.postseal.gateway.audit.search.LineSearch.Found;

/** Looks for one page of records, in one file after the other, from the newest on. Used once, by one thread. */
final class SearchRun {
    private final AuditQuery query;
    private final Paging paging;
    private final IndexTrust trust;
    private final LineSearch lines;
    private final List<Set<Long>> terms;
    private final List<Placed> found = new ArrayList<>();
    private boolean isIncomplete;
    private final List<String> remarks = new ArrayList<>();
    private Optional<Place> next = Optional.empty();
    private long read;

    SearchRun(AuditQuery query, Paging paging, IndexTrust trust) {
        this.query = query;
        this.paging = paging;
        this.trust = trust;
        this.lines = new LineSearch(query);
        this.terms = query.terms();
    }

    boolean isDone() {
        return next.isPresent();
    }

    FoundPage page() {
        return new FoundPage(found, next, remarks, isIncomplete);
    }

    /**
     * Looks into a file.
     *
     * @param open the file if it is open already: that is the file in use, which has no index
     */
    void look(Segment segment, Optional<SegmentFile> open) throws IOException {
        if (isBehind(segment)) {
            return;
        }
        in(segment, open, (file, chunks) -> look(segment, file, chunks));
    }

    /** Looks into the chunks of a file that its index names. */
    void look(Segment segment, Candidates candidates) throws IOException {
        in(segment, candidates, (file, chunks) -> look(segment, file, chunks));
    }

    /** Hands over all records of a file that fit, in their order. */
    void each(Segment segment, Optional<SegmentFile> open, Consumer<AuditLine> taker) throws IOException {
        in(segment, open, (file, chunks) -> {
            Optional<byte[]> octets = file.chunk(0);
            for (int i = 0; octets.isPresent(); octets = file.chunk(++i)) {
                if (chunks.isEmpty() || chunks.get().get(i)) {
                    lines.in(octets.get(), Integer.MAX_VALUE).forEach(one -> taker.accept(one.line()));
                }
            }
        });
    }

    private interface Look {
        void into(SegmentFile file, Optional<BitSet> chunks) throws IOException;
    }

    private void in(Segment segment, Optional<SegmentFile> open, Look look) throws IOException {
        if (open.isPresent()) {
            look.into(open.get(), Optional.empty());
            return;
        }
        in(segment, candidates(segment).orElse(Candidates.ANY), look);
    }

    private void in(Segment segment, Candidates candidates, Look look) throws IOException {
        if (candidates.chunks().filter(BitSet::isEmpty).isPresent()) {
            return;
        }
        try (SegmentFile file = SegmentFile.open(segment.file())) {
            // The gateway may have compressed the file since its index was read.
            boolean isThatFile = file.size() == candidates.size();
            if (file instanceof MemberSegment members && isThatFile) {
                members.startingAt(candidates.positions());
            }
            look.into(file, isThatFile ? candidates.chunks() : Optional.empty());
        } catch (NoSuchFileException removed) {
            // The file was removed because its time was over.
            return;
        } catch (IOException damaged) {
            isIncomplete = true;
            remarks.add(segment.file().getFileName() + " cannot be read: " + damaged.getMessage());
        }
    }

    private boolean isBehind(Segment segment) {
        return paging.before()
                .filter(place -> place.file() < segment.first()
                        || (place.file() == segment.first() && place.chunk() == 0 && place.line() == 0))
                .isPresent();
    }

    /**
     * The chunks that may have what is looked for, where all chunks begin, and the size of the file that this is true
     * for.
     */
    record Candidates(Optional<BitSet> chunks, List<Long> positions, long size) {
        private static final Candidates NONE = new Candidates(Optional.of(new BitSet()), List.of(), -1);
        private static final Candidates ANY = new Candidates(Optional.empty(), List.of(), -1);
    }

    /** Returns the chunks that may have what is looked for; empty if any chunk may. */
    Optional<Candidates> candidates(Segment segment) {
        try (SegmentIndex index = SegmentIndex.open(SegmentIndex.of(segment.file()), trust)) {
            if (!index.isOf(segment.file())) {
                throw new IOException("is of another file");
            }
            if (!isInTime(index.header().earliest(), index.header().latest())) {
                return Optional.of(Candidates.NONE);
            }
            BitSet chunks = index.having(terms);
            if (chunks.isEmpty()) {
                return Optional.of(Candidates.NONE);
            }
            SegmentIndex.Chunks table = index.chunks();
            for (int i = chunks.nextSetBit(0); i >= 0; i = chunks.nextSetBit(i + 1)) {
                chunks.set(i, isInTime(table.earliest().get(i), table.latest().get(i)));
            }
            return Optional.of(new Candidates(
                    Optional.of(chunks), table.positions(), index.header().size()));
        } catch (NoSuchFileException none) {
            if (segment.file().toString().endsWith(SegmentReader.GZIP)) {
                remark(segment, "has no index");
            }
        } catch (IOException unusable) {
            remark(segment, "has an index that " + unusable.getMessage());
        }
        return Optional.empty();
    }

    private void remark(Segment segment, String what) {
        // If everything is read in any case, a missing index makes no difference.
        if (!terms.isEmpty()) {
            remarks.add(segment.file().getFileName() + " " + what + ", all of it was read");
        }
    }

    private boolean isInTime(long earliest, long latest) {
        return query.from().stream().noneMatch(from -> latest < from.toEpochMilli())
                && query.until().stream().noneMatch(until -> earliest > until.toEpochMilli());
    }

    private void look(Segment segment, SegmentFile file, Optional<BitSet> chunks) throws IOException {
        Optional<Place> before = paging.before().filter(place -> place.file() == segment.first());
        if (file instanceof StreamSegment) {
            forwards(segment, file, chunks, before);
            return;
        }
        // A page that ends before the first line of a chunk goes on with the chunk before.
        int last = before.map(place -> place.line() == 0 ? place.chunk() - 1 : place.chunk())
                .orElse(Integer.MAX_VALUE);
        for (int chunk = lastChunk(file, chunks, last); chunk >= 0 && !isDone(); chunk--) {
            if (chunks.isEmpty() || chunks.get().get(chunk)) {
                Optional<byte[]> octets = file.chunk(chunk);
                if (octets.isPresent()) {
                    take(segment, chunk, octets.get(), before);
                }
            }
        }
    }

    private static int lastChunk(SegmentFile file, Optional<BitSet> chunks, int last) throws IOException {
        if (chunks.isPresent()) {
            return Math.min(last, chunks.get().length() - 1);
        }
        return Math.min(last, file.chunks() - 1);
    }

    private void take(Segment segment, int chunk, byte[] octets, Optional<Place> before) {
        int line =
                before.filter(place -> place.chunk() == chunk).map(Place::line).orElse(Integer.MAX_VALUE);
        for (Found one : lines.in(octets, line).reversed()) {
            if (found.size() == paging.limit()) {
                return;
            }
            add(new Placed(one.line(), new Place(segment.first(), chunk, one.number())));
        }
        spend(octets.length, new Place(segment.first(), chunk, 0));
    }

    private void add(Placed record) {
        found.add(record);
        if (found.size() == paging.limit()) {
            next = Optional.of(record.place());
        }
    }

    private void spend(long octets, Place reached) {
        read += octets;
        if (read >= paging.budget() && next.isEmpty()) {
            next = Optional.of(reached);
        }
    }

    /** Reads the whole file, and keeps the last records. */
    private void forwards(Segment segment, SegmentFile file, Optional<BitSet> chunks, Optional<Place> before)
            throws IOException {
        Deque<Placed> newest = new ArrayDeque<>();
        int last = before.map(Place::chunk).orElse(Integer.MAX_VALUE);
        long octets = 0;
        Optional<byte[]> chunk = file.chunk(0);
        for (int i = 0; chunk.isPresent() && i <= last; chunk = file.chunk(++i)) {
            int number = i;
            octets += chunk.get().length;
            if (chunks.isEmpty() || chunks.get().get(i)) {
                int line = before.filter(place -> place.chunk() == number)
                        .map(Place::line)
                        .orElse(Integer.MAX_VALUE);
                for (Found one : lines.in(chunk.get(), line)) {
                    newest.add(new Placed(one.line(), new Place(segment.first(), i, one.number())));
                    if (newest.size() > paging.limit() - found.size()) {
                        var _ = newest.remove();
                    }
                }
            }
        }
        while (!newest.isEmpty() && !isDone()) {
            add(newest.removeLast());
        }
        spend(octets, new Place(segment.first(), 0, 0));
    }
}
