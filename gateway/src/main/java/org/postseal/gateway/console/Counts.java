package org.postseal.gateway.console;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postseal.gateway.audit.AuditLine;

/** Records counted by the hour they were made in. Used by one thread at a time. */
final class Counts {
    /** What is counted. */
    enum Kind {
        /** What became of it: {@link Outcome}. */
        OUTCOME,
        /** Name from the {@code Reason} table, of what was not simply delivered. */
        REASON,
        /** What was done to protection: each thing with its algorithms. */
        ALGORITHM
    }

    /** A figure. */
    record Figure(Kind kind, String name) {}

    private final TreeMap<Long, Map<Figure, Long>> byHour = new TreeMap<>();

    void add(AuditLine line) {
        if (!line.isRecipientDone()) {
            return;
        }
        Optional<Instant> time = Times.read(line);
        if (time.isEmpty()) {
            return;
        }
        Map<Figure, Long> hour = byHour.computeIfAbsent(time.get().getEpochSecond() / HOUR, _ -> new HashMap<>());
        Outcome outcome = Outcome.of(line);
        count(hour, Kind.OUTCOME, outcome.name());
        if (outcome != Outcome.DELIVERED) {
            count(hour, Kind.REASON, line.first("postseal.reason").orElse("(none)"));
        } else {
            for (String part : line.first("postseal.protection").orElse("").split(", ", -1)) {
                if (part.startsWith("signed ") || part.startsWith("encrypted ") || part.startsWith("opened ")) {
                    count(hour, Kind.ALGORITHM, part);
                }
            }
        }
    }

    // what a stranger's algorithm is called must not fill the memory
    private static void count(Map<Figure, Long> hour, Kind kind, String name) {
        Figure figure = new Figure(kind, name);
        hour.merge(
                hour.size() < MOST_FIGURES || hour.containsKey(figure) ? figure : new Figure(kind, "(other)"),
                1L,
                Long::sum);
    }

    /** The figures of one kind from this time on until before that one. */
    Map<String, Long> sum(Kind kind, Instant from, Instant until) {
        Map<String, Long> sum = new HashMap<>();
        byHour.subMap(from.getEpochSecond() / HOUR, until.getEpochSecond() / HOUR)
                .values()
                .forEach(hour -> hour.forEach((figure, count) -> {
                    if (figure.kind() == kind) {
                        sum.merge(figure.name(), count, Long::sum);
                    }
                }));
        return sum;
    }

    private static final int MOST_FIGURES = 200;
    static final long HOUR = 3600;
}
