package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.util.List;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;

/** Writes the gateway's audit log, and also hands its records to the demonstration. Thread-safe. */
record DemoAudit(AuditLog real, DemoRecords records) implements AuditLog {
    @Override
    public void requireWritable() throws IOException {
        real.requireWritable();
    }

    @Override
    public void force() throws IOException {
        real.force();
    }

    @Override
    public void append(List<AuditEvent> events) throws IOException {
        real.append(events);
        records.add(events);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
