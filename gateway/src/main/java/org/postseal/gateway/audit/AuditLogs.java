package org.postseal.gateway.audit;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two logs, each with a chain of its own: what became of messages, and what was changed (policies, certificates, keys). So the one can be kept, shown and erased without the
 * other. Mail does not wait for the second. Thread-safe.
 */
public final class AuditLogs implements AuditLog {
    private final JsonAuditLog mail;
    private final JsonAuditLog admin;

    private AuditLogs(JsonAuditLog mail, JsonAuditLog admin) {
        this.mail = mail;
        this.admin = admin;
    }

    /** Opens both; makes the files that are not there. */
    public static AuditLog open(AuditConfig config, InstantSource clock) throws IOException {
        JsonAuditLog mail = JsonAuditLog.open(config, clock);
        try {
            return new AuditLogs(mail, JsonAuditLog.open(config.admin(), clock));
        } catch (IOException | RuntimeException e) {
            mail.close();
            throw e;
        }
    }

    @Override
    public void requireWritable() throws IOException {
        mail.requireWritable();
    }

    @Override
    public void requireAnswer() throws IOException {
        mail.requireAnswer();
    }

    @Override
    public List<ChainState> chains() {
        return Stream.concat(mail.chain("mail").stream(), admin.chain("admin").stream())
                .toList();
    }

    @Override
    public void append(List<AuditEvent> events) throws IOException {
        List<AuditEvent> ofMail = new ArrayList<>();
        List<AuditEvent> ofAdmin = new ArrayList<>();
        for (AuditEvent event : events) {
            switch (event) {
                case AuditEvent.RecipientDone _, AuditEvent.NoticeSent _ -> ofMail.add(event);
                case AuditEvent.DirectoryChanged _, AuditEvent.PolicyRead _, AuditEvent.ConfigurationReloaded _ ->
                    ofAdmin.add(event);
            }
        }
        if (!ofAdmin.isEmpty()) {
            // one that was broken is tried again, as the other is before each message
            admin.requireWritable();
            admin.append(ofAdmin);
        }
        mail.append(ofMail);
    }

    @Override
    public void reopen() throws IOException {
        mail.reopen();
        admin.reopen();
    }

    @Override
    public void close() throws IOException {
        try {
            mail.close();
        } finally {
            admin.close();
        }
    }
}
