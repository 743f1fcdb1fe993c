package org.postseal.gateway.pipeline;

import org.postseal.certstore.CertificateStore;
import org.postseal.policy.RuleSet;

/**
 * The policy and the certificates one message is treated by, from its first to its last step; a reload puts another pair in force for the next message.
 */
public record PolicyInForce(RuleSet rules, CertificateStore certificates) {}
