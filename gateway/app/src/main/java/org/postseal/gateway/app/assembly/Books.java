package org.postseal.gateway.app.assembly;

import java.io.IOException;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.Suspects;

/**
 * What a gateway writes down for as long as it runs, and longer.
 *
 * @param audit what became of each message
 * @param journal who has which message already
 * @param suspects the messages that are being looked into
 */
record Books(AuditLog audit, Journal journal, Suspects suspects) {
    /** Opens all three. If one cannot be opened, the others are closed again. */
    static Books open(Assembly assembly, GatewayConfig config) throws IOException {
        AuditLog audit = assembly.auditLog(config.audit());
        try {
            Journal journal = assembly.journal(config.journal());
            try {
                return new Books(audit, journal, assembly.suspects(config.journal()));
            } catch (IOException e) {
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            audit.close();
            throw e;
        }
    }

    void close() throws IOException {
        suspects.close();
        journal.close();
        audit.close();
    }
}
