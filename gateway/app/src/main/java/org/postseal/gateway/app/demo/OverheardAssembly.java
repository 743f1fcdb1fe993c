package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.JournalConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Preparer;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.gateway.smtp.server.ServerSettings;
import org.postseal.policy.deciding.RuleSet;

/** Makes the real parts, and hands the audit log's records to the demonstration as well. */
record OverheardAssembly(Assembly parts, DemoRecords records) implements Assembly {
    @Override
    public Checked<RuleSet> policy(PolicyFile file) {
        return parts.policy(file);
    }

    @Override
    public CertificateDirectory.Result directory(Path folder, DirectoryConfig config) {
        return parts.directory(folder, config);
    }

    @Override
    public MessageReceiver road(Setup setup, Delivery delivery, AuditLog log, StageObserver stages) {
        return parts.road(setup, delivery, log, stages);
    }

    @Override
    public CryptoGate gate() {
        return parts.gate();
    }

    @Override
    public PreparationWatch watch() {
        return parts.watch();
    }

    @Override
    public Preparer preparer(Setup setup) {
        return parts.preparer(setup);
    }

    @Override
    public Ledger ledger(JournalConfig config) throws IOException {
        return parts.ledger(config);
    }

    @Override
    public AuditLog auditLog(AuditConfig config, Ledger ledger) throws IOException {
        return new DemoAudit(parts.auditLog(config, ledger), records);
    }

    @Override
    public NextHop nextHop(GatewayConfig config) throws IOException {
        return parts.nextHop(config);
    }

    @Override
    public Optional<Membership> join(GatewayConfig config) throws IOException {
        return parts.join(config);
    }

    @Override
    public Journal journal(GatewayConfig config, Optional<Membership> membership, Ledger ledger, AuditLog audit)
            throws IOException {
        return parts.journal(config, membership, ledger, audit);
    }

    @Override
    public Delivery delivery(GatewayConfig config, NextHop nextHop, Journal journal) {
        return parts.delivery(config, nextHop, journal);
    }

    @Override
    public ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools)
            throws IOException {
        return parts.settings(config, listener, spools);
    }

    @Override
    public MailServer listener(ServerSettings settings, MessageReceiver receiver) throws IOException {
        return parts.listener(settings, receiver);
    }
}
