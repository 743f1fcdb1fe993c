package org.postseal.gateway.mail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds everything that the SMTP or LMTP dialogue said about one message. Immutable.
 *
 * @param recipients in the order given; duplicates are kept, since each gets its reply
 * @param parameters of MAIL
 * @param peer who handed the message over
 * @param received when DATA ended
 * @param intake how long the message took to come in
 * @param release present if the message was held before, and somebody has released it; all but the queue id and the
 *     times is then that of the first time
 */
public record Envelope(
        QueueId queueId,
        ReversePath reversePath,
        List<Recipient> recipients,
        MailParameters parameters,
        Peer peer,
        Instant received,
        Intake intake,
        Optional<Release> release) {
    public Envelope {
        recipients = List.copyOf(recipients);
    }

    /** Makes the envelope of a message that was not held before. */
    public Envelope(
            QueueId queueId,
            ReversePath reversePath,
            List<Recipient> recipients,
            MailParameters parameters,
            Peer peer,
            Instant received,
            Intake intake) {
        this(queueId, reversePath, recipients, parameters, peer, received, intake, Optional.empty());
    }

    public Envelope with(MailParameters others) {
        return new Envelope(queueId, reversePath, recipients, others, peer, received, intake, release);
    }

    public Envelope with(Release wish) {
        return new Envelope(queueId, reversePath, recipients, parameters, peer, received, intake, Optional.of(wish));
    }

    public Envelope from(Peer other) {
        return new Envelope(queueId, reversePath, recipients, parameters, other, received, intake, release);
    }
}
