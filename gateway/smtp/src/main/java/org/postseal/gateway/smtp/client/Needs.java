package org.postseal.gateway.smtp.client;

import java.util.Optional;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.outcome.Reason;

/**
 * Says what a message demands of the next hop besides its content.
 *
 * @param smtpUtf8 whether an address or the header needs SMTPUTF8
 * @param smtpUtf8ForAll whether it is needed whoever the recipient is
 * @param headersOnly whether a bounce must not return the content: we have opened it, or nobody may tell that we have
 * not
 */
record Needs(boolean smtpUtf8, boolean smtpUtf8ForAll, boolean headersOnly) {
    static Needs of(Sendable unit, OutgoingEnvelope envelope, Content content) {
        boolean sender = !envelope.reversePath().mailbox().stream().allMatch(a -> a.isAscii());
        boolean recipients =
                !envelope.recipients().stream().allMatch(r -> r.address().isAscii());
        // A header with raw octets that nobody declared (RFC 6531 §3.4) is older than SMTPUTF8 and passes as it came.
        boolean header = envelope.parameters().smtpUtf8() && content.isHeaderEightBit();
        return new Needs(sender || recipients || header, sender || header, unit instanceof Sendable.Opened);
    }

    /**
     * Returns why this message may not go over this connection.
     *
     * @param allOrNothing whether it goes to all its recipients or to none
     * @param isDsnWaived whether what we have opened may go to a next hop that does not announce DSN
     */
    Optional<Reason> obstacle(
            Connection connection,
            OutgoingEnvelope envelope,
            Content content,
            boolean allOrNothing,
            boolean isDsnWaived) {
        Capabilities hop = connection.capabilities();
        Optional<Reason> obstacle = lacking(hop, envelope, content, allOrNothing);
        if (headersOnly && !connection.isLoopback() && !connection.isVerified()) {
            return Optional.of(Reason.CLEAR_CHANNEL_REFUSED);
        }
        if (headersOnly && !hop.has(DSN) && !isDsnWaived) {
            return Optional.of(Reason.OPENED_NEEDS_DSN);
        }
        // A message stays closed if the next hop does not announce what the opened one needs. If the next hop has
        // changed that since the message was opened, the message is deferred, and stays closed when it comes again: a
        // refusal would tell that it could be opened.
        return headersOnly ? obstacle.map(_ -> Reason.OPENED_NEEDS_DSN) : obstacle;
    }

    private Optional<Reason> lacking(
            Capabilities hop, OutgoingEnvelope envelope, Content content, boolean allOrNothing) {
        boolean nobodyElse = allOrNothing
                || envelope.recipients().stream().noneMatch(r -> r.address().isAscii());
        if (smtpUtf8 && !hop.has("SMTPUTF8") && (smtpUtf8ForAll || nobodyElse)) {
            return Optional.of(Reason.SMTPUTF8_NOT_SUPPORTED);
        }
        if (content.isEightBit() && !hop.has("8BITMIME")) {
            return Optional.of(Reason.EIGHT_BIT_NOT_SUPPORTED);
        }
        boolean isTooBig = hop.maximumSize().orElse(Long.MAX_VALUE) < content.size();
        return isTooBig ? Optional.of(Reason.MESSAGE_TOO_BIG) : Optional.empty();
    }

    /** Names the extension that lets us ask for bounces without the content (RFC 3461). */
    static final String DSN = "DSN";
}
