package org.postseal.gateway.mail;

import java.time.Instant;
import java.util.List;

/**
 * Holds everything that the SMTP or LMTP dialogue said about one message. Immutable.
 *
 * @param recipients in the order given; duplicates are kept, since each gets its reply
 * @param parameters of MAIL
 * @param peer who handed the message over
 * @param received when DATA ended
 * @param intake how long the message took to come in
 */
public record Envelope(
        QueueId queueId,
        ReversePath reversePath,
        List<Recipient> recipients,
        MailParameters parameters,
        Peer peer,
        Instant received,
        Intake intake) {
    public Envelope {
        recipients = List.copyOf(recipients);
    }

    public Envelope with(MailParameters others) {
        return new Envelope(queueId, reversePath, recipients, others, peer, received, intake);
    }

    public Envelope from(Peer other) {
        return new Envelope(queueId, reversePath, recipients, parameters, other, received, intake);
    }
}
