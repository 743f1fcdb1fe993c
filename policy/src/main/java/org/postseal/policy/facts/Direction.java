package org.postseal.policy.facts;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;

/**
 * The direction of a message for one recipient. It depends on our own domains ({@code internal} of the policy), and on
 * whether the origin of the message may submit for us.
 */
public enum Direction {
    /** From our own users to an address outside. */
    OUTBOUND,
    /** From outside to one of our addresses. This includes mail of a foreign sender that a trusted peer hands over. */
    INBOUND,
    /** From our own users to one of our addresses. */
    INTERNAL,
    /** From outside to an address outside: a user's alias or Sieve script forwards it. */
    FORWARDED;

    /**
     * Returns the direction. The origin counts before From: a peer that submits through us with a foreign From must not
     * slip past the outbound rules. Mail of a foreign sender that a trusted peer hands over for one of our addresses is
     * mail from outside, whatever else the peer may submit: on a listener for both directions, nothing else tells them
     * apart.
     */
    public static Direction of(DomainSet internal, Facts facts) {
        return of(
                internal,
                facts.recipient(),
                facts.originMaySubmit(),
                facts.from().or(facts::envelopeSender));
    }

    public static Direction of(
            DomainSet internal, MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender) {
        boolean recipientIsOurs = internal.has(recipient.domain());
        if (!originMaySubmit) {
            return recipientIsOurs ? INBOUND : FORWARDED;
        }
        if (!recipientIsOurs) {
            return OUTBOUND;
        }
        boolean foreign =
                sender.filter(address -> !internal.has(address.domain())).isPresent();
        return foreign ? INBOUND : INTERNAL;
    }

    /** Returns the direction of a message of which only the envelope is known. */
    public static Direction ofEnvelope(boolean recipientIsOurs, boolean originMaySubmit) {
        if (originMaySubmit) {
            return recipientIsOurs ? INTERNAL : OUTBOUND;
        }
        return recipientIsOurs ? INBOUND : FORWARDED;
    }
}
