package org.postseal.gateway.e2e.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.road.journal.JournalEntry;

/** The numbers of a run, and its faults. They can be read again from what it prints. Thread-safe. */
final class Tally {
    private static final int FAULTS = 20;

    private final Map<String, Long> sums = new TreeMap<>();
    private final Map<String, Long> peaks = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    Tally() {}

    /** Reads what {@link #toString} prints, which has no faults. */
    static Tally of(String numbers) {
        Tally tally = new Tally();
        for (String each : numbers.split(", ", -1)) {
            if (Character.isDigit(each.charAt(0))) {
                int end = each.indexOf(' ');
                tally.sums.put(each.substring(end + 1), Long.valueOf(each.substring(0, end)));
            } else {
                int end = each.lastIndexOf(' ');
                tally.peaks.put(each.substring(0, end), Long.valueOf(each.substring(end + 1)));
            }
        }
        return tally;
    }

    synchronized void add(String name, long number) {
        sums.merge(name, number, Long::sum);
    }

    /** Keeps the highest number of this name. */
    synchronized void peak(String name, long number) {
        peaks.merge(name, number, Math::max);
    }

    /** Returns the sum of that name, else its highest number; 0 if there is none. */
    synchronized long get(String name) {
        return sums.getOrDefault(name, peaks.getOrDefault(name, 0L));
    }

    /** Books something that must not have happened. Only the first faults are kept. */
    synchronized void fault(String text) {
        if (faults.size() < FAULTS) {
            faults.add(text.replaceAll("\\s+", " "));
        }
    }

    void require(boolean fact, String otherwise) {
        if (!fact) {
            fault(otherwise);
        }
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** Books an account for which the journal has nothing in doubt. */
    void book(String what, Ledger.Account account) {
        book(what, account, List.of());
    }

    /** Books an account, with what holds in every row. */
    void book(String what, Ledger.Account account, List<JournalEntry> journal) {
        book(what, History.of(account, journal));
    }

    /** Books the numbers of a history, and what is wrong with it. */
    void book(String what, History history) {
        Ledger.Account account = history.account();
        int doubts = history.doubts();
        add("promised", account.promised());
        add("refused", account.refused());
        add("lost", account.lost().size());
        add("in clear", account.inClear().size());
        add("duplicates", account.duplicates());
        add("in doubt", doubts);
        add("transactions", account.attempts());
        history.faults().forEach(fault -> fault(what + ", " + doubts + " in doubt: " + fault));
    }

    /** Books a fault if there is more than one duplicate for so many disturbances. */
    void requireFewDuplicates(String disturbances, int forOne) {
        require(
                get("duplicates") * forOne <= get(disturbances),
                "more than one duplicate for " + forOne + " " + disturbances + ": " + get("duplicates"));
    }

    /** Returns every number with its name. */
    @Override
    public synchronized String toString() {
        return Stream.concat(
                        sums.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey()),
                        peaks.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
