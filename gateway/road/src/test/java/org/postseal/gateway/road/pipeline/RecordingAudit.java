package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;

/** An audit log that keeps its events, or has a full disk, or another fault. */
final class RecordingAudit implements AuditLog {
    private final List<AuditEvent.RecipientDone> events = new ArrayList<>();
    private final List<AuditEvent.NoticeSent> notices = new ArrayList<>();
    private boolean isFull;
    private boolean isFaulty;

    void fill() {
        isFull = true;
    }

    void fail() {
        isFaulty = true;
    }

    List<AuditEvent.RecipientDone> events() {
        return List.copyOf(events);
    }

    List<AuditEvent.NoticeSent> notices() {
        return List.copyOf(notices);
    }

    @Override
    public void append(List<AuditEvent> appended) throws IOException {
        if (isFull) {
            throw new IOException("no space left on device");
        }
        if (isFaulty) {
            throw new IllegalStateException("a record that cannot be written as a line");
        }
        for (AuditEvent event : appended) {
            switch (event) {
                case AuditEvent.RecipientDone done -> events.add(done);
                case AuditEvent.NoticeSent notice -> notices.add(notice);
                case AuditEvent.CheckpointsSeen _,
                        AuditEvent.DirectoryChanged _,
                        AuditEvent.PolicyRead _,
                        AuditEvent.GatewayStarted _,
                        AuditEvent.ConfigurationReloaded _,
                        AuditEvent.ConfigurationRefused _ ->
                    throw new IOException("a message changes no directory, reads no policy and sees no checkpoint");
            }
        }
    }

    @Override
    public void close() {}
}
