package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.FleetFolder;
import org.postseal.gateway.audit.chain.FleetStanding;
import org.postseal.gateway.audit.chain.LogExtent;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.LogSource;
import org.postseal.gateway.config.GatewayConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs that the console shows: that of its gateway, or those of a fleet, which were gathered in a folder.
 * Thread-safe.
 */
final class LogsInView {
    private final AuditConfig own;
    private final Optional<Path> folder;
    private final Map<String, NodeLog> known = new ConcurrentHashMap<>();

    /**
     * @param own the log of the gateway; those of a fleet have files of the same names
     * @param folder the folder with a folder for each node; empty to show the log of the gateway
     */
    LogsInView(AuditConfig own, Optional<Path> folder) {
        this.own = own;
        this.folder = folder;
    }

    static LogsInView of(GatewayConfig config) {
        return new LogsInView(config.audit(), config.console().fleet());
    }

    /** What the console knows of one log. */
    private record NodeLog(AuditConfig config, LogCounts counts, ChainVerdicts chain, PolicyRecords policies) {
        static NodeLog of(AuditConfig config) {
            LogFiles files = new LogFiles(config.file());
            return new NodeLog(
                    config,
                    new LogCounts(files),
                    new ChainVerdicts(files, config.checkpoint().publicKey()),
                    new PolicyRecords(new LogFiles(config.adminFile())));
        }
    }

    boolean isFleet() {
        return folder.isPresent();
    }

    /** Returns the logs by the names of their nodes. The name of the log of a gateway by itself is empty. */
    private SortedMap<String, NodeLog> now() throws IOException {
        SortedMap<String, NodeLog> logs = new TreeMap<>();
        (folder.isPresent() ? FleetFolder.nodes(folder.get(), own) : new TreeMap<>(Map.of(ALONE, own)))
                .forEach((node, log) -> logs.put(node, known.computeIfAbsent(node, _ -> NodeLog.of(log))));
        var _ = known.keySet().retainAll(logs.keySet());
        return logs;
    }

    /** Returns the logs to search, as far as they are there. */
    List<LogSource> sources() throws IOException {
        if (folder.isPresent()) {
            return LogSource.of(FleetFolder.nodes(folder.get(), own));
        }
        return new LogFiles(own.file()).newestFirst().isEmpty()
                ? List.of()
                : List.of(new LogSource(Optional.empty(), AuditSearch.of(own)));
    }

    /**
     * Counts what is not counted yet, as far as the time allows.
     *
     * @return true if everything since {@code from} is counted
     */
    boolean count(Instant from, Duration patience) throws IOException {
        boolean isWhole = true;
        SortedMap<String, NodeLog> logs = now();
        for (NodeLog log : logs.values()) {
            isWhole &= log.counts().count(from, patience.dividedBy(logs.size()));
        }
        return isWhole;
    }

    /** Returns the figures of all logs between these times, which are full hours, in columns. */
    LogCounts.View view(List<Instant> bounds, Duration patience) throws IOException {
        Optional<LogCounts.View> sum = Optional.empty();
        SortedMap<String, NodeLog> logs = now();
        for (NodeLog log : logs.values()) {
            LogCounts.View one = log.counts().view(bounds, patience.dividedBy(logs.size()));
            sum = Optional.of(sum.map(one::plus).orElse(one));
        }
        return sum.orElseThrow();
    }

    /** Returns how far the log of each node is here. It reads what is new since it was asked last. */
    FleetInView fleet(Instant now) throws IOException {
        if (!isFleet()) {
            return new FleetInView(List.of(), faults());
        }
        // Each log names the other gateways once a day at least.
        boolean isWhole = count(now.minus(A_DAY), PATIENCE);
        SortedMap<String, LogExtent> extents = new TreeMap<>();
        now().forEach((node, log) -> extents.put(node, log.counts().extent()));
        Duration every = own.checkpoint().every().multipliedBy(MISSED);
        return FleetInView.of(FleetStanding.of(extents, every), now, isWhole, faults());
    }

    /** Returns what could not be read when it was counted, in words. */
    private List<String> faults() throws IOException {
        List<String> faults = new ArrayList<>();
        now().forEach((node, log) ->
                log.counts().faults().forEach(fault -> faults.add((isFleet() ? "Of " + node + ": " : "") + fault)));
        return faults;
    }

    /** Returns the verdict on a record, by its number in the chain. */
    ChainVerdicts.Verdict verdict(AuditLine record, long number) throws IOException {
        String node = node(record);
        NodeLog log = now().get(node);
        return log == null
                ? new ChainVerdicts.Verdict.Unknown("its log is no longer here")
                : log.chain().of(number, line -> record.equals(isFleet() ? line.of(node) : line));
    }

    /** Returns the folder with the evidence of the log that has a record. */
    Path evidence(AuditLine record) {
        return folder.map(all -> own.in(all.resolve(node(record)))).orElse(own).evidence();
    }

    /** Returns all folders with evidence. */
    List<Path> evidence() throws IOException {
        return now().values().stream().map(log -> log.config().evidence()).toList();
    }

    /**
     * Returns what each gateway has recorded about policies, by the names of their nodes. In a fleet, there is nothing
     * about a gateway whose log of changes cannot be read.
     */
    SortedMap<String, EnforcedPolicy> enforced() throws IOException {
        SortedMap<String, EnforcedPolicy> enforced = new TreeMap<>();
        for (Map.Entry<String, NodeLog> node : now().entrySet()) {
            try {
                enforced.put(node.getKey(), node.getValue().policies().now());
            } catch (IOException e) {
                if (!isFleet()) {
                    throw e;
                }
                LOG.warn("the log of changes of {} cannot be read: {}", node.getKey(), e.getMessage());
                enforced.put(node.getKey(), EnforcedPolicy.NONE);
            }
        }
        return enforced;
    }

    private String node(AuditLine record) {
        return isFleet() ? record.first(RecordField.NODE).orElse(ALONE) : ALONE;
    }

    private static final Logger LOG = LoggerFactory.getLogger(LogsInView.class);
    private static final String ALONE = "";
    private static final int MISSED = 3;
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
}
