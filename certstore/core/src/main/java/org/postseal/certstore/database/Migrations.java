package org.postseal.certstore.database;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * The tables, as the numbered steps that created them. A released step is never changed; every change is a new step at
 * the end.
 *
 * <p>Several gateways share the tables while one after the other is upgraded. So the tables say how many steps a
 * program must know to use them. A step that only adds what an older program does without leaves that number as it is;
 * a step that takes something away raises it, and comes a release later.
 *
 * <p>{@code BYTEA} and {@code BIGINT} are PostgreSQL's names, which SQLite accepts. Times are milliseconds since 1970,
 * and truth values are 0 or 1.
 */
public final class Migrations {
    private Migrations() {}

    /** Brings the tables of the certificate database up to date. The caller has begun a migrating transaction. */
    static void apply(Engine engine, Sql sql, Instant now) throws SQLException {
        apply(engine, sql, now, STEPS, OLDEST);
    }

    /**
     * Brings the tables that {@code steps} describe up to date. The caller has begun a migrating transaction.
     *
     * @param oldest the program that knows so many of the steps may use the tables
     */
    static void apply(Engine engine, Sql sql, Instant now, List<String> steps, int oldest) throws SQLException {
        if (engine.isEmpty(sql)) {
            sql.execute("CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, applied BIGINT NOT NULL)");
        }
        int version = version(sql);
        if (needed(sql, steps) > steps.size()) {
            throw new DatabaseException(
                    DatabaseException.Fault.NEWER,
                    "the database has version " + version
                            + ", written by a newer program; this one knows versions up to " + steps.size()
                            + ", and it needs " + needed(sql, steps));
        }
        for (int step = version; step < steps.size(); step++) {
            for (String statement : steps.get(step).split(";", -1)) {
                if (!statement.isBlank()) {
                    sql.execute(engine.definition(statement));
                }
            }
            sql.update("INSERT INTO schema_version (version, applied) VALUES (?, ?)", step + 1, now);
        }
        if (steps.size() >= oldest) {
            int _ = sql.update("UPDATE schema_version SET oldest = ? WHERE version > ?", oldest, version);
        }
    }

    /** Returns true if this program can use the tables as they are. */
    static boolean isCurrent(Sql sql) throws SQLException {
        return version(sql) >= STEPS.size() && !isNewer(sql);
    }

    /** Returns true if only a newer program can use the tables. */
    static boolean isNewer(Sql sql) throws SQLException {
        return needed(sql, STEPS) > STEPS.size();
    }

    /** Returns how many steps a program must know. Tables that say nothing of that are only for those who know all. */
    private static int needed(Sql sql, List<String> steps) throws SQLException {
        int version = version(sql);
        return version <= steps.size()
                ? version
                : sql.first("SELECT max(coalesce(oldest, version)) FROM schema_version", row -> row.getInt(1))
                        .orElse(version);
    }

    /** Returns the number of steps that were applied. */
    public static int version(Sql sql) throws SQLException {
        return sql.first(
                        "SELECT coalesce(max(version), 0) AS version FROM schema_version", row -> row.getInt("version"))
                .orElse(0);
    }

    private static final String FIRST = """
            CREATE TABLE certificate (
                id BYTEA NOT NULL PRIMARY KEY,
                der BYTEA NOT NULL,
                subject TEXT NOT NULL,
                authority_hash BYTEA,
                issuer_hash BYTEA NOT NULL,
                serial BYTEA NOT NULL,
                subject_key_id BYTEA,
                public_key BYTEA NOT NULL,
                not_before BIGINT NOT NULL,
                not_after BIGINT NOT NULL);
            CREATE INDEX certificate_by_issuer ON certificate (issuer_hash, serial);
            CREATE INDEX certificate_by_authority ON certificate (authority_hash);
            CREATE INDEX certificate_by_subject_key_id ON certificate (subject_key_id);
            CREATE INDEX certificate_by_public_key ON certificate (public_key);
            CREATE INDEX certificate_by_expiry ON certificate (not_after, id);
            CREATE TABLE certificate_address (
                address TEXT NOT NULL,
                certificate BYTEA NOT NULL REFERENCES certificate (id) ON DELETE CASCADE,
                PRIMARY KEY (address, certificate));
            CREATE INDEX certificate_address_by_certificate ON certificate_address (certificate);
            CREATE TABLE entry (
                certificate BYTEA NOT NULL REFERENCES certificate (id) ON DELETE CASCADE,
                source TEXT NOT NULL,
                state TEXT NOT NULL,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (certificate, source));
            CREATE INDEX entry_by_source ON entry (source, certificate);
            CREATE TABLE pin (
                address TEXT NOT NULL,
                purpose TEXT NOT NULL,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (address, purpose, certificate));
            CREATE INDEX pin_by_certificate ON pin (certificate);
            CREATE TABLE block (
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (kind, name));
            CREATE TABLE certificate_map (
                pattern TEXT NOT NULL,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (pattern, certificate));
            CREATE INDEX certificate_map_by_certificate ON certificate_map (certificate);
            CREATE TABLE trust_collection (
                name TEXT NOT NULL PRIMARY KEY,
                expiry_date BIGINT NOT NULL,
                expiring_thumbprint TEXT NOT NULL,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL);
            CREATE TABLE trust_member (
                collection TEXT NOT NULL REFERENCES trust_collection (name) ON DELETE CASCADE,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                role TEXT NOT NULL,
                PRIMARY KEY (collection, certificate));
            CREATE INDEX trust_member_by_certificate ON trust_member (certificate);
            CREATE TABLE capability (
                public_key BYTEA NOT NULL PRIMARY KEY,
                der BYTEA NOT NULL,
                signing_time BIGINT NOT NULL);
            CREATE TABLE revocation (
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                der BYTEA NOT NULL,
                this_update BIGINT NOT NULL,
                next_update BIGINT,
                fetched BIGINT NOT NULL,
                PRIMARY KEY (kind, name));
            CREATE INDEX revocation_by_fetched ON revocation (fetched);
            CREATE TABLE sync_state (
                source TEXT NOT NULL PRIMARY KEY,
                method TEXT NOT NULL,
                server TEXT NOT NULL,
                cookie BYTEA NOT NULL,
                updated BIGINT NOT NULL);
            CREATE TABLE mirror_entry (
                source TEXT NOT NULL,
                entry TEXT NOT NULL,
                fingerprint TEXT NOT NULL,
                is_disabled BIGINT NOT NULL,
                original BYTEA NOT NULL,
                PRIMARY KEY (source, entry));
            CREATE TABLE mirror_address (
                source TEXT NOT NULL,
                entry TEXT NOT NULL,
                address TEXT NOT NULL,
                spelling TEXT NOT NULL,
                position BIGINT NOT NULL,
                PRIMARY KEY (source, entry, address),
                FOREIGN KEY (source, entry) REFERENCES mirror_entry (source, entry) \
            ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE INDEX mirror_address_by_address ON mirror_address (address, source);
            CREATE TABLE mirror_certificate (
                source TEXT NOT NULL,
                entry TEXT NOT NULL,
                position BIGINT NOT NULL,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                is_helper BIGINT NOT NULL,
                origin TEXT NOT NULL,
                tier BIGINT NOT NULL,
                is_flagged BIGINT NOT NULL,
                capabilities BYTEA,
                PRIMARY KEY (source, entry, position),
                FOREIGN KEY (source, entry) REFERENCES mirror_entry (source, entry) \
            ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE INDEX mirror_certificate_by_certificate ON mirror_certificate (certificate, source);
            CREATE TABLE harvest (
                address TEXT NOT NULL,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                state TEXT NOT NULL,
                conflict TEXT,
                first_seen BIGINT NOT NULL,
                signing_time BIGINT NOT NULL,
                decided_by TEXT,
                decided BIGINT,
                PRIMARY KEY (address, certificate));
            CREATE INDEX harvest_by_certificate ON harvest (certificate);
            CREATE INDEX harvest_by_state ON harvest (state, first_seen, address);
            CREATE TABLE private_key (
                id BYTEA NOT NULL PRIMARY KEY,
                format BIGINT NOT NULL,
                master BYTEA NOT NULL,
                nonce BYTEA NOT NULL,
                wrapped BYTEA NOT NULL,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL);
            CREATE TABLE key_certificate (
                private_key BYTEA NOT NULL REFERENCES private_key (id) ON DELETE CASCADE,
                certificate BYTEA NOT NULL REFERENCES certificate (id),
                paired_by TEXT NOT NULL,
                PRIMARY KEY (private_key, certificate));
            CREATE INDEX key_certificate_by_certificate ON key_certificate (certificate);
            CREATE TABLE key_map (
                address TEXT NOT NULL,
                private_key BYTEA NOT NULL REFERENCES private_key (id) ON DELETE CASCADE,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                PRIMARY KEY (address, private_key));
            CREATE INDEX key_map_by_key ON key_map (private_key)
            """;

    private static final String CHANGE_LOG = """
            CREATE TABLE change_log (
                sequence BIGINT NOT NULL PRIMARY KEY,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL,
                action TEXT NOT NULL,
                object TEXT NOT NULL,
                details TEXT NOT NULL)
            """;

    /**
     * Adds the number that tells changes which look-ups depend on from notes and caches. Also finds revocation answers
     * by the time when they go out of date.
     */
    private static final String GENERATION = """
            DROP INDEX revocation_by_fetched;
            CREATE INDEX revocation_by_end ON revocation (coalesce(next_update, fetched));
            CREATE TABLE generation (number BIGINT NOT NULL);
            INSERT INTO generation (number) VALUES (0)
            """;

    /** Adds the number of the last change, so that no number is given out twice. */
    private static final String CHANGES = """
            ALTER TABLE generation ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
            UPDATE generation SET changes = (SELECT coalesce(max(sequence), 0) FROM change_log)
            """;

    /**
     * Counts changes of the authorities' certificates, and changes by harvesting, so that these do not empty what rests
     * on nothing of theirs. Adds the turns of a database that several machines share.
     */
    private static final String SHARED = """
            ALTER TABLE generation ADD COLUMN authorities BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE generation ADD COLUMN harvest BIGINT NOT NULL DEFAULT 0;
            CREATE TABLE lease (
                name TEXT NOT NULL PRIMARY KEY,
                owner TEXT NOT NULL,
                ends BIGINT NOT NULL)
            """;

    /** Adds how many steps a program must know; null in the rows that were there before. */
    private static final String NEEDED = "ALTER TABLE schema_version ADD COLUMN oldest BIGINT";

    /** Adds the orders of certificates. An order ends with its key. */
    private static final String ORDERS = """
            CREATE TABLE certificate_order (
                address TEXT NOT NULL PRIMARY KEY,
                authority TEXT NOT NULL,
                purposes TEXT NOT NULL,
                private_key BYTEA NOT NULL REFERENCES private_key (id) ON DELETE CASCADE,
                state TEXT NOT NULL,
                tries BIGINT NOT NULL,
                next BIGINT NOT NULL,
                reason TEXT NOT NULL,
                who TEXT NOT NULL,
                added BIGINT NOT NULL,
                note TEXT NOT NULL);
            CREATE INDEX certificate_order_by_key ON certificate_order (private_key)
            """;

    /** Adds the mail programs that verified mail names. */
    private static final String PROGRAMS = """
            CREATE TABLE mail_program (
                public_key BYTEA NOT NULL PRIMARY KEY,
                program TEXT NOT NULL,
                signing_time BIGINT NOT NULL)
            """;

    /** Adds what an ACME authority wants to be answered. It ends with the order. */
    private static final String ACME = """
            CREATE TABLE acme_challenge (
                address TEXT NOT NULL PRIMARY KEY REFERENCES certificate_order (address) ON DELETE CASCADE,
                url TEXT NOT NULL,
                sender TEXT,
                token TEXT,
                thumbprint TEXT,
                expires BIGINT,
                answered TEXT)
            """;

    static final List<String> STEPS =
            List.of(FIRST, CHANGE_LOG, GENERATION, CHANGES, SHARED, NEEDED, ORDERS, PROGRAMS, ACME);

    /** The program that knows so many steps may use the tables that this one makes. Older ones do not look. */
    static final int OLDEST = STEPS.indexOf(NEEDED) + 1;
}
