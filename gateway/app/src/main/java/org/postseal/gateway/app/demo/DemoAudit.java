package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;

/** Writes the gateway's audit log, and also hands its records to the demonstration. Thread-safe. */
final class DemoAudit implements AuditLog {
    private final AuditLog real;
    private final BlockingQueue<AuditEvent.RecipientDone> records = new LinkedBlockingQueue<>();

    DemoAudit(AuditLog real) {
        this.real = real;
    }

    @Override
    public void requireWritable() throws IOException {
        real.requireWritable();
    }

    @Override
    public void append(List<AuditEvent> events) throws IOException {
        real.append(events);
        for (AuditEvent event : events) {
            switch (event) {
                case AuditEvent.RecipientDone done -> records.add(done);
                case AuditEvent.DirectoryChanged _,
                        AuditEvent.PolicyRead _,
                        AuditEvent.GatewayStarted _,
                        AuditEvent.ConfigurationReloaded _,
                        AuditEvent.ConfigurationRefused _,
                        AuditEvent.NoticeSent _ -> {}
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

    @Override
    public void close() throws IOException {
        real.close();
    }
}
