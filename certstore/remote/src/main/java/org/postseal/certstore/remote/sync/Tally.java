package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postseal.certstore.remote.sync.DirectoryMirror.Applied;
import org.postseal.certstore.remote.sync.SyncReport.SkipReason;
import org.postseal.certstore.remote.sync.SyncReport.Skipped;

/** Counts what a round does. Confined to one thread. */
final class Tally {
    private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
    private final List<Skipped> names = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private Applied applied = Applied.NOTHING;

    void add(Applied more) {
        applied = applied.plus(more);
    }

    void skip(String name, SkipReason reason) {
        skipped.merge(reason, 1L, Long::sum);
        // Most directory servers hold many entries without an address, such as rooms and service accounts.
        if (reason != SkipReason.NO_ADDRESS && names.size() < MAX_NAMES) {
            names.add(new Skipped(name, reason));
        }
    }

    void note(String text) {
        notes.add(text);
    }

    void references(long count) {
        if (count > 0) {
            note(count + " references to other servers were not followed");
        }
    }

    SyncReport report(SyncMethod method, boolean isFull, String server, Instant start, Instant end) {
        return new SyncReport(
                method,
                isFull,
                server,
                applied.added(),
                applied.changed(),
                applied.deleted(),
                applied.unchanged(),
                skipped,
                names,
                List.copyOf(notes),
                Duration.between(start, end));
    }

    private static final int MAX_NAMES = 100;
}
