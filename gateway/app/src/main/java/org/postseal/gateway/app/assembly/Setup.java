package org.postseal.gateway.app.assembly;

import java.util.Optional;
import org.postseal.gateway.config.ConfigText;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.policy.deciding.RuleSet;

/**
 * Holds everything that decides what becomes of a message, read from files and checked together. A reload makes a new
 * setup with the same certificate store and the same policy of a fleet. Closing any of these setups closes both.
 *
 * @param written the configuration as it was read
 * @param policy the policy in force, as it was read
 * @param shadow the shadow policy, as it was read; its rules are empty if that file cannot be used
 * @param shared where the policy comes from, if it is that of a fleet
 */
public record Setup(
        GatewayConfig config,
        ConfigText written,
        PolicyReading policy,
        Optional<PolicyReading> shadow,
        CertificateDirectory directory,
        Optional<FleetPolicy> shared)
        implements AutoCloseable {
    public RuleSet rules() {
        return policy.checked().value().orElseThrow();
    }

    /** Returns the rules of the shadow policy. */
    public Optional<RuleSet> shadowRules() {
        return shadow.flatMap(reading -> reading.checked().value());
    }

    Setup withPolicy(PolicyReading next) {
        return new Setup(config, written, next, shadow, directory, shared);
    }

    Setup withConfig(GatewayConfig next, ConfigText nextWritten) {
        return new Setup(next, nextWritten, policy, shadow, directory, shared);
    }

    Setup withShadow(PolicyReading next) {
        return new Setup(config, written, policy, Optional.of(next), directory, shared);
    }

    @Override
    public void close() {
        shared.ifPresent(FleetPolicy::close);
        directory.close();
    }
}
