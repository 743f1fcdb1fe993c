package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.config.Checked;

/** Runs one organisation's gateway, with its files in a folder and its listeners on free ports. */
final class DemoGateway implements AutoCloseable {
    private final RunningGateway gateway;
    private final DemoRecords records;

    private DemoGateway(RunningGateway gateway, DemoRecords records) {
        this.gateway = gateway;
        this.records = records;
    }

    /** Writes configuration, policy and store as an administrator would, reads them back and starts. */
    static DemoGateway start(
            Assembly parts,
            Path folder,
            String domain,
            CertificateAuthority authority,
            Collection<IssuedCertificate> own,
            Collection<MailCertificate> partners,
            InetSocketAddress nextHop)
            throws IOException {
        Path config = Files.createDirectories(folder).resolve("postseal.yaml");
        Files.writeString(folder.resolve("policy.yaml"), policy(domain));
        Files.writeString(config, config(domain, nextHop.getPort()));
        authority.writeStore(Files.createDirectories(folder.resolve("store")), own, partners);
        Checked<Setup> setup = new SetupReader(parts).read(config);
        if (setup.value().isEmpty()) {
            throw new IllegalStateException("the demonstration's own files are refused: " + setup.problems());
        }
        DemoRecords records = new DemoRecords();
        return new DemoGateway(
                RunningGateway.start(
                        new OverheardAssembly(parts, records), setup.value().get()),
                records);
    }

    /** Returns the address of the listener where the organisation's own users hand in their mail. */
    InetSocketAddress submission() {
        return gateway.addresses().get(0);
    }

    /** Returns the address of the listener where mail from outside comes in. */
    InetSocketAddress inbound() {
        return gateway.addresses().get(1);
    }

    /** Takes the audit record of the oldest message that was not asked about yet. */
    Optional<AuditEvent.RecipientDone> record() {
        return records.take();
    }

    @Override
    public void close() throws IOException {
        gateway.close();
    }

    private static String config(String domain, int nextHopPort) {
        return """
            hostName: gw.%s
            authservId: postseal.gw.%s
            listeners:
              - { protocol: smtp, address: "127.0.0.1:0", role: submission }
              - { protocol: smtp, address: "127.0.0.1:0", role: inbound }
            nextHop: "127.0.0.1:%d"
            policy: policy.yaml
            store: { directory: store }
            audit: { file: audit.jsonl }
            metrics: { address: none }
            """.formatted(domain, domain, nextHopPort);
    }

    private static String policy(String domain) {
        return """
            version: 1
            internal: [%s]
            rules:
              - id: contracts-are-signed-and-encrypted
                when: { direction: outbound, subject: contract }
                then: { sign: required, encrypt: required }
              - id: offers-are-signed
                when: { direction: outbound, subject: offer }
                then: { sign: required }
              - id: salaries-are-encrypted
                when: { direction: outbound, subject: salary }
                then: { encrypt: required }
              - id: everything-else
                when: always
                then: mailboxPolicy
            """.formatted(domain);
    }
}
