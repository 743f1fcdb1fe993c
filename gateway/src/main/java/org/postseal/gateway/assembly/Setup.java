package org.postseal.gateway.assembly;

import org.postseal.certstore.CertificateStore;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.policy.RuleSet;

/** Everything a message's fate depends on, read from files and checked together. Immutable; a reload makes a new one. */
public record Setup(GatewayConfig config, RuleSet rules, CertificateStore store) {}
