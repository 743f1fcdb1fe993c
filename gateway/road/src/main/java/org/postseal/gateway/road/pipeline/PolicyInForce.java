package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.policy.deciding.Observation;
import org.postseal.policy.deciding.RuleSet;

/**
 * The policy and the certificates by which one message is treated, from its first step to its last. A reload puts
 * another policy in force for the next message.
 *
 * @param rules the rules that decide
 * @param shadow rules that decide too, for the record only
 * @param observation present if no decision is to be carried out
 * @param certificates the certificates and keys
 * @param term for how long the rules may decide
 */
public record PolicyInForce(
        RuleSet rules,
        Optional<RuleSet> shadow,
        Optional<Observation> observation,
        CertificateStore certificates,
        PolicyTerm term) {
    /** A policy of our own. */
    public PolicyInForce(
            RuleSet rules, Optional<RuleSet> shadow, Optional<Observation> observation, CertificateStore certificates) {
        this(rules, shadow, observation, certificates, PolicyTerm.OPEN);
    }

    /** A policy of our own that is enforced and has no shadow. */
    public PolicyInForce(RuleSet rules, CertificateStore certificates) {
        this(rules, Optional.empty(), Optional.empty(), certificates);
    }

    /** The same policy for a message that somebody has released. No other policy is asked about it for the record. */
    PolicyInForce releasing(HeldCopy copy) {
        return new PolicyInForce(
                rules.releasing(copy.reason(), copy::rule), Optional.empty(), observation, certificates, term);
    }
}
