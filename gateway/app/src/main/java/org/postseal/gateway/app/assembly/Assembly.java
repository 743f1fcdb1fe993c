package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
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

/** Makes the parts of the gateway. {@link GatewayAssembly} makes the real ones. */
public interface Assembly {
    Checked<RuleSet> policy(PolicyFile file);

    /** Opens the certificate store: the certificates and keys of a folder and of whatever else is configured. */
    CertificateDirectory.Result directory(Path folder, DirectoryConfig config);

    /**
     * Makes the receiver that handles every message. It is the same for sockets and for {@code filter}, which differ
     * only in where units and records go.
     */
    MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit, StageObserver stages);

    /** Returns the gate where all messages take turns at cryptographic work. */
    CryptoGate gate();

    /** Returns the watch that gives up messages that hang, in all receivers of this assembly. */
    PreparationWatch watch();

    /** Makes the part of that receiver that prepares a message. On its own, it tells what would be decided. */
    Preparer preparer(Setup setup);

    /** Opens the ledger, and makes its folder if there is none. */
    Ledger ledger(JournalConfig config) throws IOException;

    /** Opens the audit log for appending. Its records are in the ledger first. */
    AuditLog auditLog(AuditConfig config, Ledger ledger) throws IOException;

    /** Opens the client of the next hops. */
    NextHop nextHop(GatewayConfig config) throws IOException;

    /** Joins the fleet; the result is empty for a gateway that is alone. */
    Optional<Membership> join(GatewayConfig config) throws IOException;

    /**
     * Opens the journal in the ledger, or that of a fleet, and counts the messages that were on their way when the
     * process ended.
     *
     * @param audit forces the ledger; it was opened before
     */
    Journal journal(GatewayConfig config, Optional<Membership> membership, Ledger ledger, AuditLog audit)
            throws IOException;

    /** Makes the delivery over this client, which asks the journal what was delivered before. */
    Delivery delivery(GatewayConfig config, NextHop nextHop, Journal journal);

    /** Makes the settings of a listener. This reads its TLS files. */
    ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools)
            throws IOException;

    /** Makes a listener that is not bound yet. */
    MailServer listener(ServerSettings settings, MessageReceiver receiver) throws IOException;
}
