package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts on record what became of a message, before the peer hears of it, and then tells a sender who is to be told.
 * Thread-safe.
 */
public final class Records {
    private static final Logger LOG = LoggerFactory.getLogger(Records.class);

    private final AuditLog audit;
    private final Notices notices;

    /** @param notices tells senders; what it sends goes on record too */
    public Records(AuditLog audit, Notices notices) {
        this.audit = audit;
        this.notices = notices;
    }

    /** True unless the audit log is known not to take records; then nothing may be sent. */
    boolean areOpen(Passage passage) {
        try {
            audit.requireWritable();
            return true;
        } catch (IOException e) {
            LOG.error(
                    "{}: the audit log cannot be written, nothing is sent, message deferred",
                    passage.envelope().queueId(),
                    e);
            return false;
        }
    }

    /** Writes the records of the message to disk. Returns false if they are not there. */
    boolean keep(Delivered delivered, InstantSource clock) {
        Passage passage = delivered.prepared().passage();
        try (StageClock.Part _ = passage.clock().part("audit")) {
            audit.append(new AuditTrail(delivered, passage.clock().times()).events(clock.instant()));
            return true;
        } catch (IOException | RuntimeException e) {
            // Whatever kept the record out of the log: a message that is not on record is not answered with 250.
            LOG.error(
                    "{}: the audit log cannot be written, message deferred",
                    passage.envelope().queueId(),
                    e);
            return false;
        }
    }

    /**
     * Sends a notice if the message calls for one. The sender is told nothing of a decision that is only observed.
     *
     * @param refusal says why nobody may send to an address
     */
    void tellSender(Delivered delivered, Function<MailAddress, Optional<Reason>> refusal, InstantSource clock) {
        Passage passage = delivered.prepared().passage();
        if (passage.isObserved()) {
            return;
        }
        try {
            List<AuditEvent> told = notices.tell(delivered, refusal, clock.instant());
            if (!told.isEmpty()) {
                audit.append(told);
            }
        } catch (IOException | RuntimeException e) {
            // The message is delivered and on record, so its replies stay, and a notice that was sent stays sent.
            LOG.error(
                    "{}: a notice cannot be sent or recorded",
                    passage.envelope().queueId(),
                    e);
        }
    }
}
