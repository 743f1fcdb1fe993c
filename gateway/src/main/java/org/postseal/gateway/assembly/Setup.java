package org.postseal.gateway.assembly;

import java.util.Optional;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.directory.CertificateDirectory;
import org.postseal.policy.RuleSet;

/**
 * Everything a message's fate depends on, read from files and checked together. A reload makes a new one over the same directory, which is closed with any of them.
 *
 * @param rules the policy in force
 * @param shadow the policy that is only decided by, as it was read; its rules are empty when that file cannot be used
 */
public record Setup(GatewayConfig config, RuleSet rules, Optional<PolicyReading> shadow, CertificateDirectory directory)
        implements AutoCloseable {
    /** The policy that is decided by in shadow. */
    public Optional<RuleSet> shadowRules() {
        return shadow.flatMap(reading -> reading.checked().value());
    }

    Setup withRules(RuleSet next) {
        return new Setup(config, next, shadow, directory);
    }

    Setup withConfig(GatewayConfig next) {
        return new Setup(next, rules, shadow, directory);
    }

    Setup withShadow(PolicyReading next) {
        return new Setup(config, rules, Optional.of(next), directory);
    }

    @Override
    public void close() {
        directory.close();
    }
}
