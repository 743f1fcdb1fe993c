package org.postseal.gateway.admin.cli.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Option;

/** Names the logs of a fleet in place of the configured log. */
final class FleetOption {
    @Option(
            names = "--fleet",
            paramLabel = "FOLDER",
            description = "read the logs of all gateways of a fleet: the folder has a folder for each,"
                    + " with its name (fleet.node), and there a copy of what lies beside its log")
    private @Nullable Path folder;

    /** Refuses files that are given in addition. */
    void demandAlone(List<Path> files) {
        if (folder != null && !files.isEmpty()) {
            throw new WrongUse("either --fleet FOLDER or FILE is read");
        }
    }

    Optional<Path> folder() {
        return Optional.ofNullable(folder);
    }
}
