package org.postseal.gateway.audit.chain;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says of each node of a fleet how far its log is here, by what the logs say of each other. Nothing is verified:
 * {@link FleetVerifier} proves what is missing.
 *
 * @param nodes the nodes that have a log here, and those that one of these logs knows
 */
public record FleetStanding(SortedMap<String, Standing> nodes) {
    /** How far the log of a node is here. */
    public sealed interface Standing {
        /** No other log has seen more of it. */
        record Current(Instant last) implements Standing {}

        /**
         * Another log has seen a later record.
         *
         * @param last the time of the last record that is here
         * @param seen the time of the later one
         * @param by the node whose log has seen it
         */
        record Behind(Instant last, Instant seen, String by) implements Standing {}

        /**
         * No other log has seen more of it, but others go on.
         *
         * @param others the time of the newest record of all logs
         */
        record Silent(Instant last, Instant others) implements Standing {}

        /** The node has a folder here, and no record in it. */
        record Empty() implements Standing {}

        /**
         * The log is not here.
         *
         * @param by the node whose log knows this one
         */
        record Missing(String by) implements Standing {}
    }

    /**
     * Compares logs.
     *
     * @param logs the logs that are here, by the names of their nodes
     * @param silence how long a node that runs may write nothing
     */
    public static FleetStanding of(SortedMap<String, LogExtent> logs, Duration silence) {
        SortedMap<String, Standing> nodes = new TreeMap<>();
        logs.forEach((by, log) -> log.others().forEach(node -> nodes.putIfAbsent(node, new Standing.Missing(by))));
        Instant newest = logs.values().stream()
                .flatMap(log -> log.last().stream())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        logs.forEach((node, log) -> nodes.put(
                node,
                log.last()
                        .map(last -> behind(node, last, logs)
                                .orElseGet(() -> newest.isAfter(last.plus(silence))
                                        ? new Standing.Silent(last, newest)
                                        : new Standing.Current(last)))
                        .orElseGet(Standing.Empty::new)));
        return new FleetStanding(nodes);
    }

    private static Optional<Standing> behind(String node, Instant last, SortedMap<String, LogExtent> logs) {
        return logs.entrySet().stream()
                .flatMap(by -> by.getValue().seen(node).stream().map(seen -> Map.entry(by.getKey(), seen)))
                .filter(by -> by.getValue().isAfter(last))
                .max(Map.Entry.comparingByValue())
                .map(by -> new Standing.Behind(last, by.getValue(), by.getKey()));
    }
}
