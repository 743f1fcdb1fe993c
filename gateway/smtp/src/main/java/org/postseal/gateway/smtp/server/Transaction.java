package org.postseal.gateway.smtp.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.smtp.MailCommand;

/**
 * Holds one mail transaction. It is made by MAIL, and thrown away at the end of data, by RSET or by a greeting. It is
 * never reset and used again.
 */
final class Transaction implements AutoCloseable {
    private final QueueId queueId;
    private final MailCommand mail;
    private final Peer peer;
    private final OctetGate.Hold hold;
    private final long began = System.nanoTime();
    private final StageRecording intake = StageRecording.begin("intake");
    private final List<Recipient> recipients = new ArrayList<>();
    private int putOff;

    Transaction(QueueId queueId, MailCommand mail, Peer peer, OctetGate.Hold hold) {
        this.queueId = queueId;
        this.mail = mail;
        this.peer = peer;
        this.hold = hold;
    }

    QueueId queueId() {
        return queueId;
    }

    /** Returns the room that the message has in the gate. */
    OctetGate.Hold hold() {
        return hold;
    }

    boolean isSmtpUtf8() {
        return mail.parameters().smtpUtf8();
    }

    int recipientCount() {
        return recipients.size();
    }

    /** Tells whether this recipient may share the transaction with those that are there already. */
    boolean isOfTheKind(Recipient recipient, MessageReceiver receiver) {
        return recipients.isEmpty()
                || receiver.areAlike(
                        peer, mail.reversePath(), recipients.getFirst().address(), recipient.address());
    }

    /** Counts a recipient that was deferred; returns how many these are by now. */
    int putOff() {
        return ++putOff;
    }

    void add(Recipient recipient) {
        recipients.add(recipient);
    }

    @Override
    public void close() {
        hold.close();
    }

    /**
     * Returns the envelope at the end of the data.
     *
     * @param octets of the data
     */
    Envelope envelope(Instant received, long octets) {
        intake.end(queueId.text(), recipients.size(), octets);
        return new Envelope(
                queueId,
                mail.reversePath(),
                recipients,
                mail.parameters(),
                peer,
                received,
                new Intake(began, System.nanoTime()));
    }
}
