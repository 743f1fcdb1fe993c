package org.postseal.gateway.mail;

import java.time.Instant;
import java.util.List;

/**
 * Everything the SMTP or LMTP dialogue said of one message. Immutable; a changed one is a new one.
 *
 * @param queueId our id
 * @param reversePath sender
 * @param recipients in the order given, duplicates kept (each gets its reply)
 * @param parameters of MAIL
 * @param peer who handed it over
 * @param received when DATA ended
 * @param intake how long it took to come in
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

    /** The same message by another account of who handed it over. */
    public Envelope from(Peer other) {
        return new Envelope(queueId, reversePath, recipients, parameters, other, received, intake);
    }

    /** Of a message that did not come over a connection. */
    public Envelope(
            QueueId queueId,
            ReversePath reversePath,
            List<Recipient> recipients,
            MailParameters parameters,
            Peer peer,
            Instant received) {
        this(queueId, reversePath, recipients, parameters, peer, received, Intake.now());
    }
}
