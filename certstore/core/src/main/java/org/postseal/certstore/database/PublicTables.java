package org.postseal.certstore.database;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Defines which tables and columns of the database go into a {@link PublicCopy}. What {@link Migrations} adds goes in
 * only if it is named here. A test fails if it is named neither as copied nor as withheld.
 */
final class PublicTables {
    private PublicTables() {}

    /**
     * A table of the copy.
     *
     * @param copied the columns that are copied
     * @param blank the other columns, each with the SQL literal that replaces its values
     */
    record Table(String name, List<String> copied, Map<String, String> blank) {
        /** Returns the statement that copies the table from the database attached as {@code source}. */
        String copy() {
            return insert(String.join(", ", copied)) + " FROM source." + name;
        }

        /** Returns the statement that copies one row, whose values are the copied columns. */
        String copyRow() {
            return insert(copied.stream().map(_ -> "?").collect(Collectors.joining(", ")));
        }

        private String insert(String values) {
            List<String> others = blank.keySet().stream().sorted().toList();
            return "INSERT INTO main." + name + " ("
                    + Stream.concat(copied.stream(), others.stream()).collect(Collectors.joining(", ")) + ") SELECT "
                    + Stream.concat(Stream.of(values), others.stream().map(blank::get))
                            .collect(Collectors.joining(", "));
        }
    }

    private static Table whole(String name, String... columns) {
        return new Table(name, List.of(columns), Map.of());
    }

    static final List<Table> COPIED = List.of(
            whole(
                    "certificate",
                    "id",
                    "der",
                    "subject",
                    "authority_hash",
                    "issuer_hash",
                    "serial",
                    "subject_key_id",
                    "public_key",
                    "not_before",
                    "not_after"),
            whole("certificate_address", "address", "certificate"),
            whole("entry", "certificate", "source", "state", "who", "added", "note"),
            whole("pin", "address", "purpose", "certificate", "who", "added", "note"),
            whole("block", "kind", "name", "who", "added", "note"),
            whole("certificate_map", "pattern", "certificate", "who", "added", "note"),
            whole("trust_collection", "name", "expiry_date", "expiring_thumbprint", "who", "added", "note"),
            whole("trust_member", "collection", "certificate", "role"),
            whole("revocation", "kind", "name", "der", "this_update", "next_update", "fetched"),
            new Table(
                    "sync_state",
                    List.of("source", "updated"),
                    Map.of("method", "''", "server", "''", "cookie", "x'00'")),
            new Table(
                    "mirror_entry",
                    List.of("source", "entry", "is_disabled"),
                    Map.of("fingerprint", "''", "original", "x'00'")),
            whole("mirror_address", "source", "entry", "address", "spelling", "position"),
            new Table(
                    "mirror_certificate",
                    List.of("source", "entry", "position", "certificate", "is_helper", "origin", "tier", "is_flagged"),
                    Map.of("capabilities", "NULL")),
            whole(
                    "harvest",
                    "address",
                    "certificate",
                    "state",
                    "conflict",
                    "first_seen",
                    "signing_time",
                    "decided_by",
                    "decided"),
            // The copy says that there is a key. The id is the hash of the public key.
            new Table(
                    "private_key",
                    List.of("id"),
                    Map.of(
                            "format", "0",
                            "master", "x'00'",
                            "nonce", "x'00'",
                            "wrapped", "x'00'",
                            "who", "''",
                            "added", "0",
                            "note", "''")),
            whole("key_certificate", "private_key", "certificate", "paired_by"),
            new Table("key_map", List.of("address", "private_key"), Map.of("who", "''", "added", "0", "note", "''")),
            whole(
                    "certificate_order",
                    "address",
                    "authority",
                    "purposes",
                    "private_key",
                    "state",
                    "tries",
                    "next",
                    "reason",
                    "who",
                    "added",
                    "note"));

    /** The tables that are left out entirely. */
    static final Set<String> WITHHELD = Set.of(
            "acme_challenge", "capability", "change_log", "generation", "lease", "mail_program", "schema_version");

    /** The copy's additional tables: the files and the keys of the gateway that wrote it. */
    static final String OWN = """
            CREATE TABLE public_copy (written BIGINT NOT NULL);
            CREATE TABLE file_certificate (
                place BIGINT NOT NULL PRIMARY KEY,
                der BYTEA NOT NULL,
                is_anchor BIGINT NOT NULL);
            CREATE TABLE key_source (
                place BIGINT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                fault TEXT NOT NULL);
            CREATE TABLE held_key (
                address TEXT NOT NULL,
                source TEXT NOT NULL,
                place BIGINT NOT NULL,
                der BYTEA NOT NULL,
                is_hardware BIGINT NOT NULL,
                PRIMARY KEY (address, source, place))
            """;

    /** The application ID in the file's header: "PSp", followed by the version of {@link #OWN} in the last octet. */
    static final int APPLICATION = 0x50537001;
}
