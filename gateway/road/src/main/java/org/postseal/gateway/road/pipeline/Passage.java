package org.postseal.gateway.road.pipeline;

import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;

/**
 * One message on the road, from the end of its data to its replies, as far as it is known without a look into it. There
 * is one object per message. Each step of the road is a function of a value that holds it, and makes the next such
 * value: {@link Arrival}, {@link Prepared}, {@link Delivered}.
 *
 * @param octets the size of the message as received
 * @param policy the policy in force when the message came onto the road, which decides to the end of it
 * @param clock times the stages of the message; for one thread at a time
 */
record Passage(Envelope envelope, long octets, PolicyInForce policy, StageClock clock) {
    /**
     * The same message with another clock, for a session that goes on while the thread that it gave up may still use
     * this one.
     */
    Passage afresh() {
        return new Passage(envelope, octets, policy, clock.afresh());
    }

    /** True if one reply goes out for all recipients (SMTP), and not one for each of them (LMTP). */
    boolean hasOneReply() {
        return envelope.peer().protocol() == Peer.Protocol.SMTP;
    }

    /** True if no decision is carried out. */
    boolean isObserved() {
        return policy.observation().isPresent();
    }
}
