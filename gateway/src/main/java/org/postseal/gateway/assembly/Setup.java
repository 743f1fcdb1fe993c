package org.postseal.gateway.assembly;

import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.directory.CertificateDirectory;
import org.postseal.policy.RuleSet;

/** Everything a message's fate depends on, read from files and checked together. Immutable; a reload makes a new one. Closing one closes the directory of those reloaded from it. */
public record Setup(GatewayConfig config, RuleSet rules, CertificateDirectory directory) implements AutoCloseable {
    @Override
    public void close() {
        directory.close();
    }
}
