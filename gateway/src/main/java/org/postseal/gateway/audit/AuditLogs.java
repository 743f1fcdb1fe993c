package org.postseal.gateway.audit;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Two logs, each with a chain of its own: what became of messages, and what was changed (policies, certificates, keys). So the one can be kept, shown and erased without the
 * other. Mail does not wait for the second. Thread-safe.
 */
public final class AuditLogs implements AuditLog {
    private final JsonAuditLog mail;
    private final JsonAuditLog admin;
    private final Optional<SyslogCopy> copy;

    private AuditLogs(JsonAuditLog mail, JsonAuditLog admin, Optional<SyslogCopy> copy) {
        this.mail = mail;
        this.admin = admin;
        this.copy = copy;
    }

    /** Opens both; makes the files that are not there. */
    public static AuditLog open(AuditConfig config, InstantSource clock) throws IOException {
        Optional<SyslogCopy> copy = config.copy().isPresent()
                ? Optional.of(SyslogCopy.open(config.copy().get(), clock))
                : Optional.empty();
        List<JsonAuditLog> opened = new ArrayList<>();
        try {
            opened.add(JsonAuditLog.open(config, clock, copies(copy, "audit")));
            opened.add(JsonAuditLog.open(config.admin(), clock, copies(copy, "admin")));
            return new AuditLogs(opened.getFirst(), opened.getLast(), copy);
        } catch (IOException | RuntimeException e) {
            for (JsonAuditLog log : opened) {
                log.close();
            }
            copy.ifPresent(SyslogCopy::close);
            throw e;
        }
    }

    private static Consumer<byte[]> copies(Optional<SyslogCopy> copy, String log) {
        return copy.map(to -> to.of(log)).orElse(_ -> {});
    }

    @Override
    public Optional<CopyState> copy() {
        return copy.map(SyslogCopy::state);
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
            try {
                admin.close();
            } finally {
                // last, so that their last checkpoints are sent
                copy.ifPresent(SyslogCopy::close);
            }
        }
    }
}
