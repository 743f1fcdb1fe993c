package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.LedgerFolder;

/** Reads the journal in the ledger of a gateway that may be running, without changing anything. */
public final class JournalFile {
    private final Map<JournalKey, Long> sequences = new HashMap<>();
    private final Map<JournalKey, JournalEntry> rows = new HashMap<>();
    private Optional<Frame> suspects = Optional.empty();
    /** The sequence of the newest start. */
    private long start;

    private Instant started = Instant.MIN;

    private JournalFile() {}

    /**
     * Selects rows.
     *
     * @param onlyInDoubt selects rows that were sent again although the next hop may have had them, and rows whose
     * outcome nobody knows
     * @param since selects rows written at that time or later
     * @param limit the most rows to return, the newest first
     */
    public record Filter(
            Optional<String> recipient,
            Optional<JournalState> state,
            boolean onlyInDoubt,
            Optional<Instant> since,
            int limit) {
        /** Selects rows whether they are in doubt or not. */
        public Filter(Optional<String> recipient, Optional<JournalState> state, Optional<Instant> since, int limit) {
            this(recipient, state, false, since, limit);
        }
    }

    /** Returns the folder of the ledger for {@code journal.file}. */
    public static Path ledger(Path file) {
        return file.resolveSibling(file.getFileName() + "-ledger");
    }

    /**
     * Returns the selected rows, newest first.
     *
     * @param file the path in {@code journal.file}
     * @throws JournalException if there is no journal, or it cannot be read
     */
    public static List<JournalEntry> list(Path file, Filter filter) throws JournalException {
        JournalFile read = read(file);
        return read.rows()
                .filter(row -> filter.recipient()
                        .filter(address -> !address.equalsIgnoreCase(row.recipient()))
                        .isEmpty())
                .filter(row ->
                        filter.state().filter(state -> state != row.state()).isEmpty())
                .filter(row -> !filter.onlyInDoubt() || read.isInDoubt(row))
                .filter(row ->
                        filter.since().filter(since -> row.at().isBefore(since)).isEmpty())
                .sorted(Comparator.comparing(JournalEntry::at).reversed().thenComparing(JournalEntry::key))
                .limit(filter.limit())
                .toList();
    }

    /**
     * Returns every row whose queue id, ours or the upstream's, is this name, or whose key begins with it. At least 8
     * hexadecimal digits of the key must be given.
     */
    public static List<JournalEntry> show(Path file, String name) throws JournalException {
        String digits = name.matches("[0-9a-fA-F]{8,64}") ? name.toLowerCase(Locale.ROOT) : "none";
        Predicate<JournalEntry> isMeant = row -> row.queueId().equals(name)
                || row.upstreamId().filter(name::equals).isPresent()
                || row.key().hex().startsWith(digits);
        return read(file)
                .rows()
                .filter(isMeant)
                .sorted(Comparator.comparing(JournalEntry::at).thenComparing(JournalEntry::key))
                .toList();
    }

    /** Returns all suspects, those with the most deaths first. */
    public static List<Suspect> suspects(Path file) throws JournalException {
        Map<SuspectKey, Suspect> suspects = new HashMap<>();
        read(file).suspects.ifPresent(all -> SuspectFormat.readAll(all, suspects, new HashMap<>()));
        suspects.keySet().removeIf(key -> Files.exists(SuspectNotes.asked(ledger(file), key)));
        return suspects.values().stream().sorted(Suspect.MOST_DEATHS_FIRST).toList();
    }

    /** Returns what is wrong with the files; the result is empty if they are sound. This reads them all. */
    public static List<String> faults(Path file) throws JournalException {
        // A start takes the rows of a gateway before the ledger over.
        if (Files.isRegularFile(file)) {
            List<JournalEntry> _ = OldJournal.rows(file, Instant.EPOCH);
            return List.of();
        }
        requireThere(file);
        try {
            return LedgerFolder.read(ledger(file), _ -> {});
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    private static JournalFile read(Path file) throws JournalException {
        requireThere(file);
        JournalFile read = new JournalFile();
        try {
            List<String> _ = LedgerFolder.read(ledger(file), read::take);
            return read;
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireThere(Path file) throws JournalException {
        if (Files.notExists(ledger(file))) {
            throw new JournalException("there is no journal yet: " + ledger(file));
        }
    }

    private void take(Frame frame) {
        switch (frame.kind()) {
            case ROW ->
                RowFormat.row(frame)
                        .filter(row -> sequences.getOrDefault(row.key(), 0L) <= frame.sequence())
                        .ifPresent(row -> {
                            sequences.put(row.key(), frame.sequence());
                            rows.put(row.key(), row);
                        });
            case START -> {
                if (frame.sequence() > start) {
                    start = frame.sequence();
                    started = RowFormat.time(frame);
                }
            }
            case SUSPECTS ->
                suspects = suspects.filter(newest -> newest.sequence() > frame.sequence())
                        .or(() -> Optional.of(frame));
            case LINES, VOID, TURN, FLEET -> {}
        }
    }

    private Stream<JournalEntry> rows() {
        return rows.values().stream();
    }

    /**
     * A PREPARED row of the gateway that runs is on its way, unless it has a reply, which is ours. A row that was taken
     * over from an old journal was noted after the start.
     */
    private boolean isInDoubt(JournalEntry row) {
        boolean isOfBefore =
                sequences.getOrDefault(row.key(), 0L) < start || row.at().isBefore(started);
        return row.doubts() > 0
                || (row.state() == JournalState.PREPARED && (!row.reply().isEmpty() || isOfBefore));
    }
}
