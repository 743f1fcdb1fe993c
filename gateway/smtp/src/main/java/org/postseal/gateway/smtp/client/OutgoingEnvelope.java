package org.postseal.gateway.smtp.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;

/**
 * Holds the envelope of one delivery unit on its way out.
 *
 * @param reversePath unchanged from the incoming one
 * @param recipients of this unit
 * @param parameters of MAIL; RET is forced to HDRS for opened mail, and BODY and SIZE are as the unit's own content
 * demands
 * @param traceFields raw header fields to send before the unit's octets, each with its CRLF: our Received and
 * Authentication-Results
 * @param xforward to pass on if the next hop announces XFORWARD
 * @param way to which next hop
 * @param received when the message had come to its end here; empty for one of our own
 */
public record OutgoingEnvelope(
        ReversePath reversePath,
        List<Recipient> recipients,
        MailParameters parameters,
        byte[] traceFields,
        Optional<Peer.Xforward> xforward,
        Way way,
        Optional<Instant> received) {
    public OutgoingEnvelope {
        recipients = List.copyOf(recipients);
    }

    /** Makes an envelope to the only next hop. */
    public OutgoingEnvelope(
            ReversePath reversePath,
            List<Recipient> recipients,
            MailParameters parameters,
            byte[] traceFields,
            Optional<Peer.Xforward> xforward) {
        this(reversePath, recipients, parameters, traceFields, xforward, Way.TO_THE_ONLY_HOP, Optional.empty());
    }

    /** Returns the same envelope for other recipients. */
    public OutgoingEnvelope to(List<Recipient> others) {
        return new OutgoingEnvelope(reversePath, others, parameters, traceFields, xforward, way, received);
    }

    /** Returns the same envelope to another next hop. */
    public OutgoingEnvelope by(Way other) {
        return new OutgoingEnvelope(reversePath, recipients, parameters, traceFields, xforward, other, received);
    }

    /** Returns the same envelope for a message that had come to its end then. */
    public OutgoingEnvelope received(Instant then) {
        return new OutgoingEnvelope(reversePath, recipients, parameters, traceFields, xforward, way, Optional.of(then));
    }

    /**
     * Requires that the unit names all recipients of this envelope. A unit is proved to be allowed out only for the
     * recipients it names, so an envelope with others is a fault of ours.
     *
     * @throws IllegalArgumentException if there are others, or none at all
     */
    public void requireNamedBy(Sendable unit) {
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("no recipient");
        }
        for (Recipient recipient : recipients) {
            if (!unit.recipients().contains(recipient.address())) {
                throw new IllegalArgumentException("the unit is not for " + recipient.address());
            }
        }
    }
}
