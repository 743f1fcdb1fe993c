package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.journal.JournalException;

/** The policies of a fleet, as an admin writes them and people see them. */
public final class FleetPolicies {
    private final Postgres database;
    private final PolicyTimes times;

    /** @param database with the role of an admin, or with that of the gateways to read only */
    public FleetPolicies(Postgres database) {
        this(database, PolicyTimes.DEFAULT);
    }

    FleetPolicies(Postgres database, PolicyTimes times) {
        this.database = database;
        this.times = times;
    }

    /**
     * A policy that was proposed.
     *
     * @param counts when its epoch begins; empty if nobody has said so
     * @param withdrawn when it was taken back
     * @param isCounting true if it is the one by which the fleet decides
     */
    public record Bundle(
            long epoch,
            String sha256,
            Instant proposed,
            Optional<Instant> counts,
            Optional<Instant> withdrawn,
            boolean isCounting) {
        /** Returns true if it may still be activated or withdrawn. */
        public boolean isWaiting() {
            return counts.isEmpty() && withdrawn.isEmpty();
        }
    }

    /**
     * What a gateway says of itself.
     *
     * @param seen when it last did, by the database's clock
     * @param isAbsent true if that is so long ago that nobody waits for it
     * @param epoch the epoch by whose policy it decides
     * @param next the other policy that it has compiled and tested
     */
    public record Node(String name, Instant seen, boolean isAbsent, long epoch, String sha256, Optional<Next> next) {
        /** Returns what it says of the policy of this epoch; the result is empty if it says nothing yet. */
        public Optional<Next> of(long other) {
            return next.filter(tried -> tried.epoch() == other);
        }
    }

    /** @param problem why a gateway cannot use this policy; empty if it can */
    public record Next(long epoch, String sha256, Optional<String> problem) {}

    /** Has the admin's private key, which this package never sees. */
    @FunctionalInterface
    public interface Signer {
        byte[] sign(byte[] statement) throws IOException;
    }

    /**
     * Makes the tables, which then belong to the role of the connection.
     *
     * @param gatewayRole may read them from now on
     * @throws JournalException if that role could write policies, too
     */
    public void make(String gatewayRole) throws JournalException {
        try (Sql sql = database.connect()) {
            PolicyTable.make(sql, gatewayRole);
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }

    /** Writes a policy under the next epoch, and returns that. The first file is the policy. */
    public PolicyBundle propose(List<PolicyBundle.File> files, Signer signer) throws IOException {
        PolicyBundle bundle = new PolicyBundle(run(PolicyTable::nextEpoch), files);
        byte[] signature = signer.sign(bundle.statement());
        run(sql -> {
            PolicyTable.propose(sql, new PolicyTable.Signed(bundle, signature));
            return true;
        });
        return bundle;
    }

    /**
     * Lets the policy of an epoch count soon, and returns how long that is. The result is empty if that cannot be: it
     * does not wait for that, a gateway that was seen lately has not said that it can use the policy, or another epoch
     * has yet to begin.
     */
    public Optional<Duration> activate(long epoch) throws JournalException {
        return run(sql -> PolicyTable.activate(sql, epoch, times));
    }

    /** Takes a policy back. Returns false if it does not wait to be activated. */
    public boolean withdraw(long epoch) throws JournalException {
        return run(sql -> PolicyTable.withdraw(sql, epoch));
    }

    /** Returns all policies that were ever proposed, the last first. */
    public List<Bundle> bundles() throws JournalException {
        return run(PolicyTable::bundles);
    }

    /** Returns the gateways that have ever taken their policy from here, by their names. */
    public List<Node> nodes() throws JournalException {
        return run(sql -> PolicyTable.nodes(sql, times));
    }

    private interface Work<T> {
        T on(Sql sql) throws SQLException;
    }

    private <T> T run(Work<T> work) throws JournalException {
        try (Sql sql = database.connect()) {
            PolicyTable.require(sql);
            return work.on(sql);
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }
}
