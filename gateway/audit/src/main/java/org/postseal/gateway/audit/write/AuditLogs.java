package org.postseal.gateway.audit.write;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.gateway.audit.ArchiveState;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ChainState;
import org.postseal.gateway.audit.CopyState;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.chain.Segments;
import org.postseal.gateway.audit.evidence.OldestRecords;
import org.postseal.gateway.audit.evidence.ValidationArchive;
import org.postseal.gateway.audit.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two logs, each with its own chain: one says what became of messages, the other what was changed (policies,
 * certificates, keys). So each can be kept, shown and erased without the other. Mail does not wait for the second.
 * Thread-safe.
 */
public final class AuditLogs implements AuditLog {
    private final JsonAuditLog mail;
    private final JsonAuditLog admin;
    private final Optional<JournalCopy> copy;
    private final ValidationArchive archive;
    private final List<Runnable> afterwards = new CopyOnWriteArrayList<>();

    private AuditLogs(JsonAuditLog mail, JsonAuditLog admin, Optional<JournalCopy> copy, ValidationArchive archive) {
        this.archive = archive;
        this.mail = mail;
        this.admin = admin;
        this.copy = copy;
    }

    /** Opens both logs, and makes the files if they are not there. Each record is forced in the file itself. */
    public static AuditLog open(AuditConfig config, InstantSource clock) throws IOException {
        return open(config, clock, Optional.empty());
    }

    /**
     * Opens both logs, and makes the files if they are not there.
     *
     * @param ledger has the records of messages first; empty if each is forced in the file itself
     */
    public static AuditLog open(AuditConfig config, InstantSource clock, Optional<Ledger> ledger) throws IOException {
        return open(config, clock, ledger, JournalCopy.SOCKET);
    }

    /** @param journal the socket of systemd's journal */
    static AuditLog open(AuditConfig config, InstantSource clock, Path journal) throws IOException {
        return open(config, clock, Optional.empty(), journal);
    }

    private static AuditLog open(AuditConfig config, InstantSource clock, Optional<Ledger> ledger, Path journal)
            throws IOException {
        Optional<JournalCopy> copy = config.journald().map(records -> JournalCopy.open(journal, records));
        List<JsonAuditLog> opened = new ArrayList<>();
        try {
            opened.add(JsonAuditLog.open(config, clock, copied(copy, "audit"), ledger));
            opened.add(JsonAuditLog.open(config.admin(), clock, copied(copy, "admin"), Optional.empty()));
            ValidationArchive archive = ValidationArchive.open(config, clock, () -> oldestNeeded(config, clock));
            return new AuditLogs(opened.getFirst(), opened.getLast(), copy, archive);
        } catch (IOException | RuntimeException e) {
            for (JsonAuditLog log : opened) {
                log.close();
            }
            copy.ifPresent(JournalCopy::close);
            throw e;
        }
    }

    private static Consumer<byte[]> copied(Optional<JournalCopy> copy, String log) {
        return copy.map(each -> each.of(log)).orElse(_ -> {});
    }

    // Evidence stays for the time of "keep" at least: somebody may have moved a file elsewhere, and its records need it
    // too.
    private static OldestRecords oldestNeeded(AuditConfig config, InstantSource clock) {
        Instant latest = clock.instant().minus(config.keep());
        Optional<Instant> messages = oldest(config.file(), latest);
        return new OldestRecords(messages, messages.flatMap(before -> oldest(config.adminFile(), before)));
    }

    private static Optional<Instant> oldest(Path log, Instant latest) {
        try {
            return new Segments(log).begun().map(begun -> begun.isBefore(latest) ? begun : latest);
        } catch (IOException e) {
            LOG.warn("Audit log: where it begins cannot be told: {}", e.toString());
            return Optional.empty();
        }
    }

    @Override
    public AnswerKeeper answers() {
        return archive;
    }

    @Override
    public Optional<ArchiveState> evidence() {
        return Optional.of(archive.state());
    }

    @Override
    public Optional<CopyState> copy() {
        return copy.map(JournalCopy::state);
    }

    @Override
    public void requireWritable() throws IOException {
        mail.requireWritable();
    }

    @Override
    public void force() throws IOException {
        mail.force();
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
                case AuditEvent.RecipientDone done -> {
                    archive.named(done.protection().validations(), done.time());
                    archive.named(done.decision().policySha256(), done.time());
                    done.decision().shadow().ifPresent(shadow -> archive.named(shadow.policySha256(), done.time()));
                    ofMail.add(event);
                }
                case AuditEvent.NoticeSent _, AuditEvent.CheckpointsSeen _ -> ofMail.add(event);
                case AuditEvent.DirectoryChanged _,
                        AuditEvent.PolicyRead _,
                        AuditEvent.GatewayStarted _,
                        AuditEvent.ConfigurationReloaded _,
                        AuditEvent.ConfigurationRefused _ -> ofAdmin.add(event);
            }
        }
        if (!ofAdmin.isEmpty()) {
            appendChanges(ofAdmin);
        }
        mail.append(ofMail);
    }

    private void appendChanges(List<AuditEvent> events) throws IOException {
        List<AuditEvent.PolicyRead> policies = events.stream()
                .filter(AuditEvent.PolicyRead.class::isInstance)
                .map(AuditEvent.PolicyRead.class::cast)
                .toList();
        // The text is kept first, so that no record names a policy in force whose text is not there.
        for (AuditEvent.PolicyRead policy : policies) {
            if (policy.text().isPresent()) {
                archive.require(policy.text().get());
            }
        }
        // A log that was broken is tried again here; the log of messages is tried before each message.
        admin.requireWritable();
        admin.append(events);
        policies.stream()
                .filter(AuditEvent.PolicyRead::isEffective)
                .forEach(policy -> archive.counts(policy.role(), policy.text().map(PolicyText::sha256)));
    }

    @Override
    public void reopen() throws IOException {
        mail.reopen();
        admin.reopen();
    }

    @Override
    public void afterClose(Runnable work) {
        afterwards.add(work);
    }

    @Override
    public void close() throws IOException {
        try {
            mail.close();
        } finally {
            try {
                admin.close();
            } finally {
                archive.close();
                // The copy is closed last, so that the last checkpoints of both logs are sent.
                copy.ifPresent(JournalCopy::close);
                afterwards.forEach(Runnable::run);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AuditLogs.class);
}
