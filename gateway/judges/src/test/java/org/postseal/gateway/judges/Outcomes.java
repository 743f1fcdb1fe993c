package org.postseal.gateway.judges;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts how often each production of a grammar ended in each outcome. Not thread-safe. */
final class Outcomes {
    private final Map<String, Integer> cases = new TreeMap<>();
    private final Map<String, Map<String, Integer>> byProduction = new TreeMap<>();

    void add(String outcome, Collection<String> productions) {
        cases.merge(outcome, 1, Integer::sum);
        for (String production : productions) {
            byProduction.computeIfAbsent(production, _ -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        }
    }

    int all() {
        return cases.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns how many cases ended so. */
    int of(String outcome) {
        return cases.getOrDefault(outcome, 0);
    }

    /** Returns the productions that never ended in any of these outcomes. */
    Set<String> without(Set<String> outcomes) {
        return byProduction.entrySet().stream()
                .filter(production -> Collections.disjoint(production.getValue().keySet(), outcomes))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns a table with a line for all cases, and then a line for each production. */
    String table() {
        List<String> names = new ArrayList<>(cases.keySet());
        StringBuilder table = new StringBuilder("%-34s".formatted(all() + " cases"));
        names.forEach(name -> table.append("%10s".formatted(name)));
        table.append('\n').append(row("all", cases, names));
        byProduction.forEach((production, counts) -> table.append(row(production, counts, names)));
        return table.toString();
    }

    private static String row(String name, Map<String, Integer> counts, List<String> outcomes) {
        return "%-34s".formatted(name)
                + outcomes.stream()
                        .map(outcome -> "%10d".formatted(counts.getOrDefault(outcome, 0)))
                        .collect(Collectors.joining())
                + "\n";
    }
}
