package org.postseal.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;

/** The result of reading {@code postseal.yaml}. */
public sealed interface ConfigResult {
    /**
     * The configuration can be used.
     *
     * @param warnings problems to be told, none of which is an error
     * @param lines the lines of the keys, for faults that are found only when a file or server is opened
     */
    record Loaded(GatewayConfig config, List<Problem> warnings, KeyLines lines) implements ConfigResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The configuration cannot be used.
     *
     * @param problems errors and warnings, in the order of their lines
     * @param policy where the policy is, if that could be read, so that its problems can be told too
     * @param storeDirectory where the certificate store is, if that could be read, for the same purpose
     * @param storeLine line of {@code store.directory}
     */
    record Broken(List<Problem> problems, Optional<PolicyConfig> policy, Optional<Path> storeDirectory, int storeLine)
            implements ConfigResult {
        public Broken {
            problems = List.copyOf(problems);
        }
    }
}
