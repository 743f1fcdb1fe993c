package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.record.AuditLine;

/**
 * A log that is searched.
 *
 * @param node the gateway of the fleet whose log it is, which each record then names; empty for a log by itself
 */
public record LogSource(Optional<String> node, AuditSearch search) {
    /**
     * Returns the logs of a fleet. A log that is not there is left out. One whose folder cannot be read is searched, so
     * that the search says so.
     *
     * @param nodes the log of each node by the node's name
     */
    public static List<LogSource> of(SortedMap<String, AuditConfig> nodes) {
        List<LogSource> sources = new ArrayList<>();
        for (Map.Entry<String, AuditConfig> node : nodes.entrySet()) {
            if (isThere(node.getValue())) {
                sources.add(new LogSource(Optional.of(node.getKey()), AuditSearch.of(node.getValue())));
            }
        }
        return sources;
    }

    private static boolean isThere(AuditConfig log) {
        try {
            return new Segments(log.file()).isThere();
        } catch (IOException unreadable) {
            return true;
        }
    }

    /** Returns the same log, whose addresses are hashed by a key. */
    public LogSource withAddressKey(Secret key) {
        return new LogSource(node, search.withAddressKey(key));
    }

    /** Returns a record with the name of the node in front. */
    public AuditLine named(AuditLine line) {
        return node.map(line::of).orElse(line);
    }

    /** Returns a remark about this log with the name of the node in front. */
    public String named(String remark) {
        return node.map(name -> name + ": " + remark).orElse(remark);
    }
}
