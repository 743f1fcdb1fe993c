package org.postseal.gateway.admin.cli.support;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.KeyLines;
import org.postseal.policy.yaml.Problem;

/** Reads the configuration for commands that only need to know where something is. */
public final class LoadedConfig {
    private LoadedConfig() {}

    /** Reads the configuration, or prints its problems and fails the command. */
    public static GatewayConfig read(Path file, Console console) {
        return loaded(ConfigReader.read(file), console);
    }

    /**
     * Reads the configuration for a user who may read the log but not the keys of gateway and console. Those keys count
     * as not given.
     */
    public static GatewayConfig readForReviewer(Path file, Console console) {
        return loaded(ConfigReader.readForReviewer(file), console);
    }

    private static GatewayConfig loaded(ConfigResult result, Console console) {
        return switch (result) {
            case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> _, KeyLines _) -> loaded;
            case ConfigResult.Broken broken -> {
                broken.problems().forEach(problem -> console.err().println(problem));
                throw new CommandFailure(ExitCode.CONFIG, "the configuration is wrong, see above");
            }
        };
    }
}
