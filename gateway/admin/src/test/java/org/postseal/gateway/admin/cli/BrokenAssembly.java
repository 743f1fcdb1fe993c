package org.postseal.gateway.admin.cli;

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

/** An assembly whose methods throw exceptions that nobody expects. */
public final class BrokenAssembly implements Assembly {
    @Override
    public Checked<RuleSet> policy(PolicyFile file) {
        throw new IllegalStateException("broken");
    }

    @Override
    public CertificateDirectory.Result directory(Path folder, DirectoryConfig config) {
        throw new IllegalStateException("broken");
    }

    @Override
    public MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit, StageObserver stages) {
        throw new IllegalStateException("broken");
    }

    @Override
    public CryptoGate gate() {
        throw new IllegalStateException("broken");
    }

    @Override
    public PreparationWatch watch() {
        throw new IllegalStateException("broken");
    }

    @Override
    public Preparer preparer(Setup setup) {
        throw new IllegalStateException("broken");
    }

    @Override
    public Ledger ledger(JournalConfig config) {
        throw new IllegalStateException("broken");
    }

    @Override
    public AuditLog auditLog(AuditConfig config, Ledger ledger) {
        throw new IllegalStateException("broken");
    }

    @Override
    public NextHop nextHop(GatewayConfig config) {
        throw new IllegalStateException("broken");
    }

    @Override
    public Optional<Membership> join(GatewayConfig config) {
        throw new IllegalStateException("broken");
    }

    @Override
    public Journal journal(GatewayConfig config, Optional<Membership> membership, Ledger ledger, AuditLog audit) {
        throw new IllegalStateException("broken");
    }

    @Override
    public Delivery delivery(GatewayConfig config, NextHop nextHop, Journal journal) {
        throw new IllegalStateException("broken");
    }

    @Override
    public ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools) {
        throw new IllegalStateException("broken");
    }

    @Override
    public MailServer listener(ServerSettings settings, MessageReceiver receiver) {
        throw new IllegalStateException("broken");
    }
}
