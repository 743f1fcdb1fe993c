package org.postseal.gateway.road.journal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Frame.Kind;
import org.postseal.gateway.audit.ledger.Keeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows where the rows stand that still count: those that suppress a retry, those in doubt, and those that were sent
 * again in doubt. Their text stays in the ledger. Thread-safe.
 */
final class KnownRows implements Keeper {
    private final Map<JournalKey, Known> rows = new ConcurrentHashMap<>();
    /** The rows of messages of this process whose peers are not known to have our 2xx, by our queue id. */
    private final Map<String, Untold> untold = new ConcurrentHashMap<>();

    private final Map<Integer, AtomicLong> octets = new ConcurrentHashMap<>();
    private final Duration retention;
    private final InstantSource clock;
    private final int most;
    private volatile Instant purged;

    /**
     * One row.
     *
     * @param at milliseconds
     * @param hasElder true if an older frame of this key may outlive this one, and would come back at the next start if
     * this one were forgotten
     * @param isTold true if a session of this process has told the peer
     * @param held the row itself, if the ledger could not take it
     */
    private record Known(
            long sequence,
            long place,
            int length,
            long at,
            boolean hasElder,
            boolean isTold,
            @Nullable JournalEntry held) {
        Known at(long newPlace) {
            return new Known(sequence, newPlace, length, at, true, isTold, held);
        }

        Known told() {
            return new Known(sequence, place, length, at, hasElder, true, held);
        }
    }

    /** @param told is done when the rows say that the peer was told */
    private record Untold(List<JournalKey> keys, boolean hasIdent, Instant since, CompletableFuture<Void> told) {
        Untold with(Untold other) {
            return new Untold(
                    Stream.concat(keys.stream(), other.keys().stream()).toList(), hasIdent, since, told);
        }
    }

    /** @param most how many rows are kept if some of them are older than an hour */
    KnownRows(Duration retention, InstantSource clock, int most) {
        this.retention = retention;
        this.clock = clock;
        this.most = most;
        this.purged = clock.instant();
    }

    /**
     * Takes a frame that was noted earlier, if it is a row.
     *
     * @param isCopy true for a segment of copies; these come first, and older frames may come after them
     */
    void found(Frame frame, boolean isCopy) {
        if (frame.kind() == Kind.ROW) {
            RowFormat.row(frame).ifPresent(row -> put(row, frame, isCopy, null));
        }
    }

    /** Takes a row that stands in the ledger now. */
    void put(JournalEntry row, Frame frame) {
        put(row, frame, false, null);
        expectTold(row);
    }

    /** Takes a row that the ledger could not take after its newest note. */
    void hold(JournalEntry row, long sequence) {
        put(row, new Frame(Kind.ROW, sequence, new byte[0], NOWHERE), false, row);
        expectTold(row);
    }

    private void put(JournalEntry row, Frame frame, boolean mayHaveElder, @Nullable JournalEntry held) {
        change(row.key(), known -> {
            if (known != null && known.sequence() > frame.sequence()) {
                return known;
            }
            boolean hasElder =
                    mayHaveElder || (known != null && (known.hasElder() || segment(known.place()) != frame.segment()));
            return hasElder || counts(row)
                    ? new Known(
                            frame.sequence(),
                            frame.place(),
                            frame.body().length,
                            row.at().toEpochMilli(),
                            hasElder,
                            false,
                            held)
                    : null;
        });
    }

    private void expectTold(JournalEntry row) {
        if (row.isSuppressing()) {
            boolean hasIdent = row.upstreamId().isPresent();
            untold.merge(
                    row.queueId(),
                    new Untold(List.of(row.key()), hasIdent, row.at(), new CompletableFuture<>()),
                    Untold::with);
        }
    }

    private static boolean counts(JournalEntry row) {
        return row.isSuppressing() || row.isInDoubt() || row.doubts() > 0;
    }

    /** Returns where the row of this key stands. */
    Optional<Long> place(JournalKey key) {
        return Optional.ofNullable(rows.get(key)).filter(this::isYoung).map(Known::place);
    }

    /** Returns the row itself if the ledger could not take it. */
    Optional<JournalEntry> held(JournalKey key) {
        return Optional.ofNullable(rows.get(key)).map(Known::held);
    }

    private boolean isYoung(Known known) {
        return known.at() > clock.instant().minus(retention).toEpochMilli();
    }

    /**
     * Reports that the peer has our 2xx for this message.
     *
     * @param note notes it for a row without an IDENT; the others suppress as before
     */
    void told(String queueId, Consumer<JournalKey> note) {
        Untold all = untold.get(queueId);
        if (all != null) {
            // Who waits in awaitTold must find it until the rows say so.
            all.keys().forEach(all.hasIdent() ? this::markTold : note);
            boolean _ = all.told().complete(null);
            untold.remove(queueId, all);
        }
    }

    private void markTold(JournalKey key) {
        change(key, known -> known == null ? null : known.told());
    }

    /** Waits until {@link #told} was called for this message, if that may still be, but no longer than this. */
    void awaitTold(String queueId, Duration limit) {
        Untold all = untold.get(queueId);
        if (all != null) {
            Void _ = all.told()
                    .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    /** Removes a row, since nothing of it counts. */
    void forget(JournalKey key) {
        change(key, _ -> null);
    }

    List<JournalKey> keys() {
        return List.copyOf(rows.keySet());
    }

    @Override
    public boolean counts(Frame frame) {
        Known known = rows.get(RowFormat.key(frame));
        return known != null && known.place() == frame.place() && isYoung(known);
    }

    @Override
    public void moved(Frame frame, long place) {
        if (frame.kind() == Kind.ROW) {
            change(
                    RowFormat.key(frame),
                    known -> known != null && known.place() == frame.place() ? known.at(place) : known);
        }
    }

    @Override
    public long counting(int segment) {
        AtomicLong count = octets.get(segment);
        return count == null ? 0 : count.get();
    }

    private void change(JournalKey key, UnaryOperator<@Nullable Known> change) {
        rows.compute(key, (_, before) -> {
            Known after = change.apply(before);
            count(before, -1);
            count(after, 1);
            return after;
        });
    }

    private void count(@Nullable Known known, int sign) {
        if (known != null) {
            octets.computeIfAbsent(segment(known.place()), _ -> new AtomicLong())
                    .addAndGet((long) sign * known.length());
        }
    }

    private static int segment(long place) {
        return (int) (place >>> 32);
    }

    @Override
    public void tidy() {
        Instant now = clock.instant();
        // The clock may have been set back.
        if (Duration.between(purged, now).abs().compareTo(PURGE_EVERY) < 0) {
            return;
        }
        purged = now;
        rows.forEach((key, known) -> {
            if (!isYoung(known)) {
                forget(key);
            }
        });
        untold.values().removeIf(each -> each.since().isBefore(now.minus(LedgerJournal.UNTOLD_SUPPRESSES)));
        int surplus = rows.size() - most;
        if (surplus > 0) {
            long before = now.minus(LedgerJournal.UNTOLD_SUPPRESSES).toEpochMilli();
            List<JournalKey> first = rows.entrySet().stream()
                    .filter(row -> row.getValue().at() < before)
                    .sorted(Map.Entry.comparingByValue(TOLD_FIRST))
                    .limit(surplus)
                    .map(Map.Entry::getKey)
                    .toList();
            first.forEach(this::forget);
            LOG.warn("the journal has more than {} rows: {} are forgotten", most, first.size());
        }
    }

    private static final Comparator<Known> TOLD_FIRST =
            Comparator.comparing((Known known) -> !known.isTold()).thenComparingLong(Known::at);
    /** The place of a row that the ledger does not have. */
    private static final long NOWHERE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(KnownRows.class);
    private static final Duration PURGE_EVERY = Duration.ofMinutes(1);
}
