package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.policy.Observation;
import org.postseal.policy.RuleSet;

/**
 * The policy and the certificates one message is treated by, from its first to its last step; a reload puts another one in force for the next message.
 *
 * @param rules decide
 * @param shadow decides too, for the record only
 * @param observation present when nothing that is decided is to happen
 * @param certificates and keys
 */
public record PolicyInForce(
        RuleSet rules, Optional<RuleSet> shadow, Optional<Observation> observation, CertificateStore certificates) {
    /** A policy that is enforced, and no other. */
    public PolicyInForce(RuleSet rules, CertificateStore certificates) {
        this(rules, Optional.empty(), Optional.empty(), certificates);
    }
}
