package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.nio.file.Path;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.JournalConfig;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.delivery.Delivery;
import org.postseal.gateway.road.directory.CertificateDirectory;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.road.pipeline.CryptoGate;
import org.postseal.gateway.road.pipeline.PreparationWatch;
import org.postseal.gateway.road.pipeline.Preparer;
import org.postseal.gateway.road.pipeline.StageObserver;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.server.MailServer;
import org.postseal.gateway.smtp.server.MessageReceiver;
import org.postseal.gateway.smtp.server.ServerSettings;
import org.postseal.policy.RuleSet;

/** Makes the parts of the gateway; {@link GatewayAssembly} makes the real ones. */
public interface Assembly {
    /** The policy in what was read from a file. */
    Checked<RuleSet> policy(PolicyFile file);

    /** The certificates and keys of a folder and of whatever else is configured. */
    CertificateDirectory.Result directory(Path folder, DirectoryConfig config);

    /** The one road of a message: the same for sockets and for {@code filter}, which differ in where units and records go. */
    MessageReceiver road(Setup setup, Delivery delivery, AuditLog audit, StageObserver stages);

    /** Where all roads take turns with cryptographic work. */
    CryptoGate gate();

    /** By whom messages on all roads are given up that hang. */
    PreparationWatch watch();

    /** What prepares a message on that road; asked alone, it tells what would be decided. */
    Preparer preparer(Setup setup);

    /** Opens the audit log for appending. */
    AuditLog auditLog(AuditConfig config) throws IOException;

    /** The client of the next hop. */
    NextHop nextHop(GatewayConfig config) throws IOException;

    /** Opens the journal, makes its file if there is none. */
    Journal journal(JournalConfig config) throws IOException;

    /** Opens what is known of messages that were on their way when the process ended. */
    Suspects suspects(JournalConfig config) throws IOException;

    /** Delivery over that client, with what the journal knows. */
    Delivery delivery(NextHop nextHop, Journal journal);

    /** What a listener has to know; reads the files of TLS. */
    ServerSettings settings(GatewayConfig config, GatewayConfig.Listener listener, Spool.Factory spools)
            throws IOException;

    /** A listener, not bound yet. */
    MailServer listener(ServerSettings settings, MessageReceiver receiver) throws IOException;
}
