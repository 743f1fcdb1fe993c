package org.postseal.gateway.assembly;

import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.directory.CertificateDirectory;
import org.postseal.policy.RuleSet;

/** Everything a message's fate depends on, read from files and checked together. A reload makes a new one over the same directory, which is closed with any of them. */
public record Setup(GatewayConfig config, RuleSet rules, CertificateDirectory directory) implements AutoCloseable {
    @Override
    public void close() {
        directory.close();
    }
}
