package org.postseal.gateway.audit.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditConfig;

/**
 * A folder in which the logs of all nodes of a fleet were gathered, or are mounted: it has a folder for each node, with
 * the node's name, and there everything that is beside the node's log.
 */
public final class FleetFolder {
    private FleetFolder() {}

    /**
     * Finds the logs of the nodes.
     *
     * @param names the files have the names of those of this log
     * @return the log of each node by the node's name
     * @throws IOException if the folder cannot be read, or has no folder
     */
    public static SortedMap<String, AuditConfig> nodes(Path folder, AuditConfig names) throws IOException {
        SortedMap<String, AuditConfig> nodes = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isDirectory)
                    .filter(node -> !node.getFileName().toString().startsWith("."))
                    .forEach(node -> nodes.put(node.getFileName().toString(), names.in(node)));
        }
        if (nodes.isEmpty()) {
            throw new IOException(folder + " has no folder of a node");
        }
        return nodes;
    }
}
