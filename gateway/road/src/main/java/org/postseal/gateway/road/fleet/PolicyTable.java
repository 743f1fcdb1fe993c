package org.postseal.gateway.road.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.journal.JournalException;

/**
 * The statements on the policies of a fleet. Their tables are in a schema of their own, which belongs to the role of an
 * admin: the role of the gateways may read them, and write what each gateway says of itself.
 *
 * <p>An admin proposes a policy under the next epoch, and all gateways compile and test it. Then the admin says when it
 * counts, so long before that time that each gateway that takes mail then has read of it. An epoch never has another
 * policy than its first one.
 */
final class PolicyTable {
    private PolicyTable() {}

    /**
     * An epoch that was not withdrawn.
     *
     * @param due how long until its policy counts, which may be in the past; empty if nobody has said so
     */
    record Epoch(long number, Optional<Duration> due) {
        boolean isCounting() {
            return due.filter(time -> !time.isPositive()).isPresent();
        }
    }

    /**
     * What a gateway says of itself.
     *
     * @param epoch the epoch by whose policy it decides
     * @param next the epoch that it has compiled and tested, with what is wrong with it
     */
    record Report(String node, long epoch, String sha256, Optional<Tried> next) {}

    /** @param problem why the policy cannot be used; empty if it can */
    record Tried(long epoch, String sha256, Optional<String> problem) {}

    /** Makes schema and tables. */
    static void make(Sql sql, String gatewayRole) throws SQLException, JournalException {
        String role = "\"" + gatewayRole + "\"";
        sql.execute("BEGIN; " + TABLES + GRANTS.replace("ROLE", role));
        if (sql.exists(MAY_WRITE, gatewayRole, gatewayRole)) {
            sql.execute("ROLLBACK");
            throw new JournalException("the role of the gateways, " + gatewayRole
                    + ", may write policies: it is a superuser, or has the rights of the role that makes the tables");
        }
        sql.execute("SELECT 1; COMMIT");
    }

    /** Requires that the tables are there. */
    static void require(Sql sql) throws SQLException, JournalException {
        if (sql.exists("SELECT 1 WHERE to_regclass('postseal_policy.bundle') IS NULL")) {
            throw new JournalException("the fleet has no tables of policy: postseal fleet policy init makes them");
        }
    }

    /** Returns the newest epochs, the last first: one that was proposed, one that will count, and one that counts. */
    static List<Epoch> newest(Sql sql) throws SQLException {
        return sql.list(NEWEST, row -> new Epoch(row.getLong("epoch"), duration(row, "due")));
    }

    static void report(Sql sql, Report report) throws SQLException {
        int _ = sql.update(
                REPORT,
                report.node(),
                report.epoch(),
                report.sha256(),
                report.next().map(Tried::epoch),
                report.next().map(Tried::sha256),
                // PostgreSQL does not take it, and a policy's text may have it.
                report.next().flatMap(Tried::problem).map(text -> text.replace('\0', '\ufffd')));
    }

    /** Returns the policy of an epoch with its signature. */
    static Optional<Signed> bundle(Sql sql, long epoch) throws SQLException {
        Optional<byte[]> signature = sql.first(SIGNATURE, row -> row.getBytes("signature"), epoch);
        List<PolicyBundle.File> files =
                sql.list(FILES, row -> new PolicyBundle.File(row.getString("name"), row.getBytes("octets")), epoch);
        return signature
                .filter(_ -> !files.isEmpty())
                .map(octets -> new Signed(new PolicyBundle(epoch, files), octets));
    }

    record Signed(PolicyBundle bundle, byte[] signature) {}

    /** Returns the number of the epoch that is proposed next. It was never proposed, and no gateway knows it. */
    static long nextEpoch(Sql sql) throws SQLException {
        return sql.first(NEXT_EPOCH, row -> row.getLong(1)).orElseThrow();
    }

    static void propose(Sql sql, Signed signed) throws SQLException {
        long epoch = signed.bundle().epoch();
        sql.execute("BEGIN");
        int _ = sql.update(PROPOSE, epoch, signed.signature());
        int position = 0;
        for (PolicyBundle.File file : signed.bundle().files()) {
            int _ = sql.update(ADD_FILE, epoch, position++, file.name(), file.octets());
        }
        sql.execute("SELECT 1; COMMIT");
    }

    /**
     * Says that the policy of this epoch counts soon, and returns how long that is from the commit on. The result is
     * empty if a gateway cannot use that policy, or has not said so.
     */
    static Optional<Duration> activate(Sql sql, long epoch, PolicyTimes times) throws SQLException {
        long absent = times.absent().toMillis();
        return sql.update(ACTIVATE, absent, times.lead().toMillis(), epoch, absent) == 0
                ? Optional.empty()
                : sql.first(DUE, row -> Duration.ofMillis(row.getLong("due")), epoch);
    }

    /** Takes back what was proposed and does not count. Returns false if there is no such epoch. */
    static boolean withdraw(Sql sql, long epoch) throws SQLException {
        return sql.update(WITHDRAW, epoch) > 0;
    }

    /** Returns all epochs, the last first. */
    static List<FleetPolicies.Bundle> bundles(Sql sql) throws SQLException {
        return sql.list(
                BUNDLES,
                row -> new FleetPolicies.Bundle(
                        row.getLong("epoch"),
                        row.getString("sha256"),
                        row.getObject("proposed", OffsetDateTime.class).toInstant(),
                        time(row, "counts"),
                        time(row, "withdrawn"),
                        row.getBoolean("is_counting")));
    }

    /** Returns what the gateways say of themselves, by their names. */
    static List<FleetPolicies.Node> nodes(Sql sql, PolicyTimes times) throws SQLException {
        return sql.list(
                NODES,
                row -> new FleetPolicies.Node(
                        row.getString("name"),
                        row.getObject("seen", OffsetDateTime.class).toInstant(),
                        row.getBoolean("is_absent"),
                        row.getLong("epoch"),
                        row.getString("sha256"),
                        next(row)),
                times.absent().toMillis());
    }

    private static Optional<FleetPolicies.Next> next(ResultSet row) throws SQLException {
        long next = row.getLong("next");
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(new FleetPolicies.Next(
                        next, row.getString("next_sha256"), Optional.ofNullable(row.getString("problem"))));
    }

    private static Optional<Duration> duration(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    // The index lets one policy at a time wait for its activation. A schema of its own, since the owner of a schema may
    // drop the tables of others in it, and the gateways' role often owns the one that it uses.
    private static final String TABLES = """
            CREATE SCHEMA postseal_policy;
            CREATE TABLE postseal_policy.bundle (
                epoch BIGINT PRIMARY KEY,
                signature BYTEA NOT NULL,
                proposed TIMESTAMPTZ NOT NULL,
                counts TIMESTAMPTZ,
                withdrawn TIMESTAMPTZ);
            CREATE UNIQUE INDEX bundle_waiting ON postseal_policy.bundle ((true))
                WHERE counts IS NULL AND withdrawn IS NULL;
            CREATE TABLE postseal_policy.file (
                epoch BIGINT NOT NULL REFERENCES postseal_policy.bundle,
                position INTEGER NOT NULL,
                name TEXT NOT NULL,
                octets BYTEA NOT NULL,
                PRIMARY KEY (epoch, position));
            CREATE TABLE postseal_policy.node (
                name TEXT PRIMARY KEY,
                seen TIMESTAMPTZ NOT NULL,
                epoch BIGINT NOT NULL,
                sha256 TEXT NOT NULL,
                next BIGINT,
                next_sha256 TEXT,
                problem TEXT);
            """;
    private static final String GRANTS = """
            GRANT USAGE ON SCHEMA postseal_policy TO ROLE;
            GRANT SELECT ON ALL TABLES IN SCHEMA postseal_policy TO ROLE;
            GRANT INSERT, UPDATE ON postseal_policy.node TO ROLE""";
    private static final String MAY_WRITE = """
            SELECT 1 WHERE has_table_privilege(CAST(? AS name), 'postseal_policy.bundle', 'INSERT')
                OR pg_has_role(CAST(? AS name), current_user, 'MEMBER')""";

    private static final String NEWEST = """
            SELECT epoch, CAST(extract(epoch FROM counts - clock_timestamp()) * 1000 AS BIGINT) AS due
            FROM postseal_policy.bundle WHERE withdrawn IS NULL ORDER BY epoch DESC LIMIT 3""";
    private static final String REPORT = """
            INSERT INTO postseal_policy.node (name, seen, epoch, sha256, next, next_sha256, problem)
            VALUES (?, now(), ?, ?, CAST(? AS BIGINT), ?, ?)
            ON CONFLICT (name) DO UPDATE SET seen = now(), epoch = excluded.epoch, sha256 = excluded.sha256,
                next = excluded.next, next_sha256 = excluded.next_sha256, problem = excluded.problem""";
    private static final String SIGNATURE = "SELECT signature FROM postseal_policy.bundle WHERE epoch = ?";
    private static final String FILES =
            "SELECT name, octets FROM postseal_policy.file WHERE epoch = ? ORDER BY position";

    // After a restore from a backup, gateways may know younger epochs than the table.
    private static final String NEXT_EPOCH = """
            SELECT 1 + greatest(
                (SELECT coalesce(max(epoch), 0) FROM postseal_policy.bundle),
                (SELECT coalesce(max(epoch), 0) FROM postseal_policy.node))""";
    private static final String PROPOSE =
            "INSERT INTO postseal_policy.bundle (epoch, signature, proposed) VALUES (?, ?, now())";
    private static final String ADD_FILE =
            "INSERT INTO postseal_policy.file (epoch, position, name, octets) VALUES (?, ?, ?, ?)";
    // If no gateway was seen, none takes mail, and nobody has to be told in advance.
    private static final String ACTIVATE = """
            UPDATE postseal_policy.bundle b SET counts = now() + CASE
                WHEN EXISTS (SELECT 1 FROM postseal_policy.node WHERE seen > now() - ? * INTERVAL '1 millisecond')
                THEN ? * INTERVAL '1 millisecond' ELSE INTERVAL '0' END
            WHERE epoch = ? AND counts IS NULL AND withdrawn IS NULL
                AND NOT EXISTS (SELECT 1 FROM postseal_policy.bundle WHERE counts > now())
                AND NOT EXISTS (SELECT 1 FROM postseal_policy.node n
                    WHERE n.seen > now() - ? * INTERVAL '1 millisecond'
                        AND (n.next IS DISTINCT FROM b.epoch OR n.problem IS NOT NULL
                            OR n.next_sha256 <> (SELECT encode(sha256(f.octets), 'hex')
                                FROM postseal_policy.file f WHERE f.epoch = b.epoch AND f.position = 0)))""";
    private static final String DUE = """
            SELECT CAST(extract(epoch FROM counts - clock_timestamp()) * 1000 AS BIGINT) AS due
            FROM postseal_policy.bundle WHERE epoch = ?""";
    private static final String WITHDRAW = """
            UPDATE postseal_policy.bundle SET withdrawn = now()
            WHERE epoch = ? AND counts IS NULL AND withdrawn IS NULL""";
    private static final String BUNDLES = """
            SELECT b.*, encode(sha256(f.octets), 'hex') AS sha256,
                b.epoch = (SELECT max(epoch) FROM postseal_policy.bundle WHERE counts <= now()) AS is_counting
            FROM postseal_policy.bundle b JOIN postseal_policy.file f ON f.epoch = b.epoch AND f.position = 0
            ORDER BY b.epoch DESC""";
    private static final String NODES = """
            SELECT *, seen <= now() - ? * INTERVAL '1 millisecond' AS is_absent FROM postseal_policy.node
            ORDER BY name""";
}
