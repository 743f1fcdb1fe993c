package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.util.Optional;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;

/**
 * What a gateway writes down for as long as it runs, and longer.
 *
 * @param membership of a fleet, which shares the journal
 * @param ledger has the notes of the others
 * @param audit what became of each message
 * @param journal who has which message already, and which messages are being looked into
 */
record Books(Optional<Membership> membership, Ledger ledger, AuditLog audit, Journal journal) {
    /** Opens all of them. If one cannot be opened, the others are closed again. */
    static Books open(Assembly assembly, GatewayConfig config) throws IOException {
        Ledger ledger = assembly.ledger(config.journal());
        try {
            AuditLog audit = assembly.auditLog(config.audit(), ledger);
            try {
                Optional<Membership> membership = assembly.join(config);
                try {
                    Journal journal = assembly.journal(config, membership, ledger, audit);
                    return new Books(membership, ledger, audit, journal);
                } catch (IOException e) {
                    membership.ifPresent(Membership::close);
                    throw e;
                }
            } catch (IOException e) {
                audit.close();
                throw e;
            }
        } catch (IOException e) {
            ledger.close();
            throw e;
        }
    }

    void close() throws IOException {
        journal.close();
        membership.ifPresent(Membership::close);
        try {
            audit.close();
        } finally {
            ledger.close();
        }
    }
}
