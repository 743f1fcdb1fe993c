package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainReport.Finding;
import org.postseal.gateway.audit.chain.FleetReport.Covered;
import org.postseal.gateway.audit.chain.FleetReport.NodeLog;
import org.postseal.gateway.audit.chain.KeptCheckpoints.Kept;
import org.postseal.gateway.audit.chain.Witnesses.Seen;

/**
 * Verifies the logs of all nodes of a fleet against each other. What the log of a node has seen of another one counts
 * like a checkpoint that was kept elsewhere. It needs the files and the public keys, and nothing else. Used once.
 */
public final class FleetVerifier {
    private final SortedMap<String, AuditConfig> nodes;
    private final Map<String, Map<String, PublicKey>> keys = new HashMap<>();
    private final Map<String, PublicKey> allKeys = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> expired = new ArrayList<>();
    private final List<Kept> ofOtherKeys = new ArrayList<>();

    private FleetVerifier(SortedMap<String, AuditConfig> nodes) {
        this.nodes = nodes;
    }

    /**
     * Verifies the logs.
     *
     * @param nodes the log of each node, see {@link FleetFolder}
     * @param given files in PEM with the public keys of all nodes; if there is none, those in
     *     the folder of a node count for that node
     * @throws IOException if a file or a key cannot be read
     */
    public static FleetReport verify(SortedMap<String, AuditConfig> nodes, List<Path> given) throws IOException {
        for (int i = 1; ; i++) {
            Map<Path, List<Path>> files = files(nodes);
            FleetReport report = new FleetVerifier(nodes).report(files, given);
            // Running gateways begin new files and remove old ones.
            if (report.isSound() || i == TRIES || files.equals(files(nodes))) {
                return report;
            }
        }
    }

    /** Returns the files of both logs of each node, as far as they are there. */
    private static Map<Path, List<Path>> files(SortedMap<String, AuditConfig> nodes) throws IOException {
        Map<Path, List<Path>> files = new LinkedHashMap<>();
        for (AuditConfig node : nodes.values()) {
            for (Path log : List.of(node.file(), node.adminFile())) {
                if (new Segments(log).isThere()) {
                    files.put(log, ChainVerifier.files(log));
                }
            }
        }
        return files;
    }

    private FleetReport report(Map<Path, List<Path>> files, List<Path> given) throws IOException {
        readKeys(given);
        // What the logs have seen is read first, so that a log that grows meanwhile is not taken for one that was cut.
        Map<String, Witnesses> witnesses = new TreeMap<>();
        for (Map.Entry<String, AuditConfig> node : nodes.entrySet()) {
            List<Path> log = files.getOrDefault(node.getValue().file(), List.of());
            if (log.isEmpty()) {
                find(
                        "",
                        node.getKey() + " has no log of messages here, "
                                + node.getValue().file());
            }
            witnesses.put(node.getKey(), Witnesses.read(log));
        }
        Map<String, List<Kept>> kept = new HashMap<>();
        for (Map.Entry<String, Witnesses> by : witnesses.entrySet()) {
            kept.put(by.getKey(), credible(by.getKey(), by.getValue()));
        }
        List<NodeLog> logs = new ArrayList<>();
        Map<String, KeptCheckpoints> ofOthers = new HashMap<>();
        for (Map.Entry<String, AuditConfig> node : nodes.entrySet()) {
            KeptCheckpoints others = KeptCheckpoints.of(kept.entrySet().stream()
                    .filter(by -> !by.getKey().equals(node.getKey()))
                    .flatMap(by -> by.getValue().stream())
                    .toList());
            ofOthers.put(node.getKey(), others);
            Map<String, PublicKey> own = keys.getOrDefault(node.getKey(), Map.of());
            for (Path log : List.of(node.getValue().file(), node.getValue().adminFile())) {
                if (files.containsKey(log)) {
                    ChainReport report = ChainVerifier.verify(node.getKey(), ChainVerifier.files(log), own, others);
                    logs.add(new NodeLog(
                            node.getKey(), log, own.keySet().stream().sorted().toList(), report, Optional.empty()));
                }
            }
        }
        findMissing(kept, witnesses, logs);
        return new FleetReport(
                logs.stream()
                        .map(log -> covered(log, ofOthers.getOrDefault(log.node(), KeptCheckpoints.none()), logs))
                        .toList(),
                findings,
                expired);
    }

    private void readKeys(List<Path> given) throws IOException {
        for (Map.Entry<String, AuditConfig> node : nodes.entrySet()) {
            List<Path> files = given.isEmpty() ? beside(node.getValue().file()) : given;
            if (files.isEmpty()) {
                find(node.getKey(), "no public key (*" + PUBLIC + ") is in its folder");
            }
            Map<String, PublicKey> own = CheckpointKey.readPublic(files);
            keys.put(node.getKey(), own);
            allKeys.putAll(own);
        }
    }

    private static List<Path> beside(Path log) throws IOException {
        try (Stream<Path> all = Files.list(log.resolveSibling(""))) {
            return all.filter(file -> file.toString().endsWith(PUBLIC)).toList();
        }
    }

    /** Returns the checkpoints that a log has seen and that a key which is here has signed. */
    private List<Kept> credible(String by, Witnesses witnesses) {
        List<Kept> credible = new ArrayList<>();
        for (Seen seen : witnesses.seen()) {
            Kept kept =
                    new Kept(seen.checkpoint(), "its record " + seen.record(), Optional.empty(), true, Optional.of(by));
            if (!allKeys.containsKey(seen.checkpoint().key())) {
                ofOtherKeys.add(kept);
            } else if (KeptCheckpoints.isSigned(seen.checkpoint(), allKeys)) {
                credible.add(kept);
            } else {
                find(
                        by,
                        "names a checkpoint of " + node(kept) + " in record " + seen.record()
                                + " whose signature does not fit");
            }
        }
        return credible;
    }

    /** Finds logs that others have seen and that are not here. */
    private void findMissing(Map<String, List<Kept>> kept, Map<String, Witnesses> witnesses, List<NodeLog> logs) {
        Set<String> chains = logs.stream().map(log -> log.report().chain()).collect(Collectors.toSet());
        Map<String, Instant> erasedTo = new HashMap<>();
        nodes.forEach((node, config) -> logs.stream()
                .filter(log -> log.file().equals(config.file()) && log.report().first() > 1)
                .forEach(_ -> erasedTo.put(
                        node, witnesses.getOrDefault(node, Witnesses.NONE).begun())));
        Map<String, List<Kept>> missing = new TreeMap<>();
        kept.values().stream()
                .flatMap(List::stream)
                .filter(each -> !chains.contains(each.chain()))
                .forEach(each -> missing.computeIfAbsent(
                                "the log of " + node(each) + " with the chain " + each.chain(), _ -> new ArrayList<>())
                        .add(each));
        ofOtherKeys.forEach(each -> missing.computeIfAbsent(
                        "a log of " + node(each) + " by the key "
                                + each.checkpoint().key() + ", which is none of those here",
                        _ -> new ArrayList<>())
                .add(each));
        missing.forEach((log, seen) -> {
            boolean isExpired = seen.stream()
                    .allMatch(each -> each.checkpoint()
                            .time()
                            .isBefore(erasedTo.getOrDefault(each.seenBy().orElse(""), Instant.MIN)));
            Kept newest = seen.stream()
                    .max(Comparator.comparing(each -> each.checkpoint().time()))
                    .orElseThrow();
            String what = log + ", seen up to record " + newest.link().number() + " of "
                    + newest.checkpoint().time() + " by " + String.join(", ", by(seen));
            if (isExpired) {
                expired.add(what + "; what these have of that time is erased as well");
            } else {
                find("", "missing: " + what);
            }
        });
    }

    private static String node(Kept kept) {
        return kept.checkpoint().node().orElse("a gateway without a name");
    }

    private static List<String> by(List<Kept> seen) {
        return seen.stream()
                .flatMap(each -> each.seenBy().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static NodeLog covered(NodeLog log, KeptCheckpoints others, List<NodeLog> all) {
        Set<String> unsound = all.stream()
                .filter(each -> !each.report().isSound())
                .map(NodeLog::node)
                .collect(Collectors.toSet());
        List<Kept> seen = others.met(log.report().chain()).stream()
                .filter(each -> !unsound.contains(each.seenBy().orElse("")))
                .toList();
        Optional<Kept> newest =
                seen.stream().max(Comparator.comparingLong(each -> each.link().number()));
        Optional<Covered> covered = newest.map(each -> new Covered(
                each.link().number(),
                each.checkpoint().time(),
                by(seen.stream()
                        .filter(other -> other.link().equals(each.link()))
                        .toList())));
        return new NodeLog(log.node(), log.file(), log.keys(), log.report(), covered);
    }

    private void find(String where, String what) {
        findings.add(new Finding(where, what));
    }

    private static final int TRIES = 3;
    private static final String PUBLIC = ".pub";
}
