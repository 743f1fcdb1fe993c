package org.postseal.gateway.e2e.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postseal.gateway.road.journal.JournalEntry;

/**
 * What a run leaves behind, and what is wrong with it.
 *
 * @param account what the peers were told, and what the next hop got
 * @param journal the entries of the journal about these messages, and perhaps others
 * @param logs the audit logs of all gateways; empty if they are not judged
 * @param silence the longest time in which nobody was told 2xx while mail came; zero if times are not judged
 * @param mayForget true if the journal may have lost entries. Copies beyond the first then need no doubt
 */
record History(
        Ledger.Account account,
        List<JournalEntry> journal,
        List<AuditTrail> logs,
        Duration silence,
        boolean mayForget) {

    static History of(Ledger.Account account, List<JournalEntry> journal) {
        return new History(account, journal, List.of(), Duration.ZERO, false);
    }

    History audited(List<AuditTrail> all) {
        return new History(account, journal, all, silence, mayForget);
    }

    History silentFor(Duration longest) {
        return new History(account, journal, logs, longest, mayForget);
    }

    /** Returns a history in which the journal was lost, or part of it. */
    History withForgottenEntries() {
        return new History(account, journal, logs, silence, true);
    }

    int doubts() {
        return journal.stream().mapToInt(JournalEntry::doubts).sum();
    }

    /** Returns a sentence about everything that is wrong; empty if nothing is. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        addAny(faults, "lost", account.lost());
        addAny(faults, "in clear", account.inClear());
        addAny(faults, "unsigned", account.unsigned());
        addAny(faults, "delivered though refused", account.leaked());
        if (!mayForget) {
            faults.addAll(unexplained());
        }
        if (!logs.isEmpty()) {
            faults.addAll(unrecorded());
            faults.addAll(mixedPolicies());
        }
        if (silence.compareTo(LONGEST_SILENCE) > 0) {
            faults.add("nobody was told 2xx for " + silence.toSeconds() + " s");
        }
        return faults;
    }

    /** Finds copies beyond the first that the journal does not have as sent again in doubt, as often as they came. */
    private List<String> unexplained() {
        List<String> faults = new ArrayList<>();
        account.again().forEach((copy, times) -> {
            int logged = journal.stream()
                    .filter(row -> row.upstreamId().equals(Optional.of(copy.id()))
                            && row.recipient().equals(copy.recipient()))
                    .mapToInt(JournalEntry::doubts)
                    .sum();
            if (logged < times) {
                faults.add(copy + " came " + times + " times again, in doubt " + logged);
            }
        });
        return faults;
    }

    /** Compares the logs of all gateways together with what was promised and what came. */
    private List<String> unrecorded() {
        List<String> faults = new ArrayList<>();
        Set<Ledger.Copy> recorded = new HashSet<>();
        for (AuditTrail log : logs) {
            if (!log.isSound()) {
                faults.add("the chain of " + log.node() + " does not hold");
            }
            log.entries().stream()
                    .filter(AuditTrail.Entry::isSuccess)
                    .map(AuditTrail.Entry::copy)
                    .forEach(recorded::add);
        }
        addAny(faults, "answered 250 and not on record", without(account.promises(), recorded));
        addAny(
                faults,
                "on record as delivered, and never came",
                without(recorded, account.copies().keySet()));
        return faults;
    }

    /** Finds epochs with more than one policy. Records that name no epoch say nothing about that. */
    private List<String> mixedPolicies() {
        TreeMap<String, Set<String>> policies = new TreeMap<>();
        for (AuditTrail log : logs) {
            for (AuditTrail.Entry entry : log.entries()) {
                entry.epoch()
                        .ifPresent(epoch -> policies.computeIfAbsent(epoch, _ -> new TreeSet<>())
                                .add(entry.policySha256()));
            }
        }
        return policies.entrySet().stream()
                .filter(epoch -> epoch.getValue().size() > 1)
                .map(epoch -> "epoch " + epoch.getKey() + " has the policies " + epoch.getValue())
                .toList();
    }

    private static <T> List<T> without(Collection<T> all, Collection<T> found) {
        return all.stream().filter(each -> !found.contains(each)).toList();
    }

    private static void addAny(List<String> faults, String what, List<?> found) {
        if (!found.isEmpty()) {
            faults.add(what + " " + found);
        }
    }

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
}
