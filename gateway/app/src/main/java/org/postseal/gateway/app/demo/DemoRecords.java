package org.postseal.gateway.app.demo;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.postseal.gateway.audit.AuditEvent;

/** The records of messages that the demonstration has not looked at yet. Thread-safe. */
final class DemoRecords {
    private final BlockingQueue<AuditEvent.RecipientDone> records = new LinkedBlockingQueue<>();

    void add(List<AuditEvent> events) {
        for (AuditEvent event : events) {
            if (event instanceof AuditEvent.RecipientDone done) {
                records.add(done);
            }
        }
    }

    /**
     * Takes the oldest record that nobody has taken yet. A record is written before the reply, so it is there when the
     * sender has its reply.
     */
    Optional<AuditEvent.RecipientDone> take() {
        return Optional.ofNullable(records.poll());
    }
}
