package org.postseal.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.Problem;

/** What came of reading {@code postseal.yaml}. */
public sealed interface ConfigResult {
    /**
     * It can be used.
     *
     * @param warnings want to be told
     * @param lines where its keys stand: what is found when things are opened is told there
     */
    record Loaded(GatewayConfig config, List<Problem> warnings, KeyLines lines) implements ConfigResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It cannot be used.
     *
     * @param problems all of them, warnings included, by line
     * @param policy where the policy is, if that much is clear: its problems are to be told too
     * @param storeDirectory where the store is, likewise
     * @param storeLine where {@code store.directory} stands
     */
    record Broken(List<Problem> problems, Optional<PolicyConfig> policy, Optional<Path> storeDirectory, int storeLine)
            implements ConfigResult {
        public Broken {
            problems = List.copyOf(problems);
        }
    }
}
