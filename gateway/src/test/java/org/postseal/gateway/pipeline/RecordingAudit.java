package org.postseal.gateway.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;

/** Keeps what it is given, or has a full disk. */
final class RecordingAudit implements AuditLog {
    private final List<AuditEvent.RecipientDone> events = new ArrayList<>();
    private boolean isFull;

    void fill() {
        isFull = true;
    }

    List<AuditEvent.RecipientDone> events() {
        return List.copyOf(events);
    }

    @Override
    public void append(List<AuditEvent> appended) throws IOException {
        if (isFull) {
            throw new IOException("no space left on device");
        }
        appended.forEach(event -> events.add((AuditEvent.RecipientDone) event));
    }

    @Override
    public void close() {}
}
