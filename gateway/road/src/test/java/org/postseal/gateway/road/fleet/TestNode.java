package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.testkit.CuttingProxy;

/** A node of a fleet. Its connections to the database can be cut, and its ledger outlives it. */
final class TestNode implements Journal {
    static final Duration RETENTION = Duration.ofDays(6);

    private final CuttingProxy link;
    private final Membership membership;
    private final FleetJournal journal;
    private final Ledger ledger;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean isDead;

    private TestNode(CuttingProxy link, Membership membership, FleetJournal journal, Ledger ledger) {
        this.link = link;
        this.membership = membership;
        this.journal = journal;
        this.ledger = ledger;
    }

    /** @param folder has the ledgers of all nodes, by their names */
    static TestNode start(String url, Path folder, String name, Lease lease, Duration timeLimit)
            throws JournalException {
        return start(url, folder, name, lease, timeLimit, InstantSource.system(), Map.of());
    }

    /**
     * @param clock of the machine
     * @param secrets fingerprints of those that all nodes share
     */
    static TestNode start(
            String url,
            Path folder,
            String name,
            Lease lease,
            Duration timeLimit,
            InstantSource clock,
            Map<String, String> secrets)
            throws JournalException {
        try {
            String port = url.replaceAll(".*127\\.0\\.0\\.1:([0-9]+)/.*", "$1");
            CuttingProxy link = new CuttingProxy(Integer.parseInt(port));
            Postgres database =
                    new Postgres(url.replace(":" + port + "/", ":" + link.port() + "/"), Duration.ofSeconds(10));
            Ledger ledger = Ledger.open(folder.resolve(name), 64 << 10);
            try {
                Membership membership =
                        Membership.join(database, new Membership.Self(name, "test", secrets), lease, clock);
                membership.reporting(() -> new Membership.Report("", secrets, Optional.empty()));
                FleetJournal journal =
                        FleetJournal.open(membership, ledger, new FleetJournal.Limits(RETENTION, timeLimit));
                return new TestNode(link, membership, journal, ledger);
            } catch (IOException e) {
                ledger.close();
                link.close();
                throw e;
            }
        } catch (JournalException e) {
            throw e;
        } catch (IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    Membership membership() {
        return membership;
    }

    CuttingProxy link() {
        return link;
    }

    Ledger ledger() {
        return ledger;
    }

    @Override
    public Claim claim(Collection<JournalEntry> rows) throws JournalException {
        return journal.claim(rows);
    }

    @Override
    public Suspects suspects() {
        return journal.suspects();
    }

    @Override
    public void told(QueueId queueId) {
        journal.told(queueId);
    }

    @Override
    public void requireWritable() throws JournalException {
        journal.requireWritable();
    }

    /** Does something that only a living process can do. */
    <T> T alive(Supplier<T> work) throws JournalException {
        life.readLock().lock();
        try {
            if (isDead) {
                throw new JournalException("the process is dead");
            }
            return work.get();
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public void close() {
        if (!isDead) {
            journal.close();
            kill();
        }
    }

    /** Ends the node as SIGKILL does: from now on nothing of it reaches the database, the ledger or a next hop. */
    void kill() {
        life.writeLock().lock();
        try {
            isDead = true;
            link.close();
            ledger.close();
            membership.close();
            // Its threads give up some time.
            Thread _ = Thread.ofVirtual().start(journal::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            life.writeLock().unlock();
        }
    }
}
