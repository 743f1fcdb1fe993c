package org.postseal.policy;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** Where a message goes for one recipient; decided by {@code internal} of the policy and by whether its origin may submit for us. */
public enum Direction {
    /** From our own users to an address outside. */
    OUTBOUND,
    /** From outside to one of ours; also what a trusted peer hands over for a foreign sender. */
    INBOUND,
    /** From our own users to one of ours. */
    INTERNAL,
    /** From outside to an address outside: a user's alias or Sieve sent it on. */
    FORWARDED;

    /**
     * Origin before From: whoever submits through us and writes another From must not slip past the outbound rules. To one of ours, mail of a foreign sender that a trusted peer hands
     * over is mail from outside, whatever the peer may submit besides: on a listener for both directions nothing else tells them apart.
     */
    static Direction of(RuleSet policy, Facts facts) {
        return of(
                policy, facts.recipient(), facts.originMaySubmit(), facts.from().or(facts::envelopeSender));
    }

    static Direction of(RuleSet policy, MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender) {
        boolean recipientIsOurs = policy.isInternal(recipient);
        if (!originMaySubmit) {
            return recipientIsOurs ? INBOUND : FORWARDED;
        }
        if (!recipientIsOurs) {
            return OUTBOUND;
        }
        boolean foreign = sender.filter(address -> !policy.isInternal(address)).isPresent();
        return foreign ? INBOUND : INTERNAL;
    }

    /** Of a message of which only the envelope is known. */
    static Direction ofEnvelope(boolean recipientIsOurs, boolean originMaySubmit) {
        if (originMaySubmit) {
            return recipientIsOurs ? INTERNAL : OUTBOUND;
        }
        return recipientIsOurs ? INBOUND : FORWARDED;
    }
}
