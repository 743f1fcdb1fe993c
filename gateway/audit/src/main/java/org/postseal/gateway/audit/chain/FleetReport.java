package org.postseal.gateway.audit.chain;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.chain.ChainReport.Finding;

/**
 * Says what the verification of the logs of a fleet has shown.
 *
 * @param logs the logs that are there, node by node
 * @param findings what does not fit and belongs to none of these logs
 * @param expired nodes of which a log has seen checkpoints and no log is there, but whose time is over
 */
public record FleetReport(List<NodeLog> logs, List<Finding> findings, List<String> expired) {
    public FleetReport {
        logs = List.copyOf(logs);
        findings = List.copyOf(findings);
        expired = List.copyOf(expired);
    }

    /**
     * One log of a node.
     *
     * @param node the name of its folder
     * @param file the file in use
     * @param keys SHA-256 of each public key by which it was verified
     * @param covered how far other logs vouch for it; empty if none does
     */
    public record NodeLog(String node, Path file, List<String> keys, ChainReport report, Optional<Covered> covered) {}

    /**
     * The newest checkpoint that sound logs of other nodes have seen, and that the log still leads to.
     *
     * @param to the newest record that it covers
     * @param time when it was signed
     * @param by the nodes whose logs have it
     */
    public record Covered(long to, Instant time, List<String> by) {}

    /** Returns true if everything fits. */
    public boolean isSound() {
        return findings.isEmpty() && logs.stream().allMatch(log -> log.report().isSound());
    }
}
