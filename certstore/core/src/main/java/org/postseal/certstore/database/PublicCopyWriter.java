package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * Writes a {@link PublicCopy}. Only one writer at a time may write a file.
 *
 * <p>The tables are filled in a second file beside the copy. That file is flushed, made readable for the group and
 * renamed over the old copy, so that readers always have a whole one. The database is read in one transaction, which
 * keeps nobody from writing.
 */
public final class PublicCopyWriter {
    private PublicCopyWriter() {}

    /**
     * The contents of the copy that are not in the database.
     *
     * @param certificates the certificates of files, with or without the {@code anchors}
     * @param keys the keys of each source, in the order in which the sources are asked
     */
    public record Beside(List<MailCertificate> anchors, Collection<MailCertificate> certificates, List<HeldKeys> keys) {
        public Beside {
            anchors = List.copyOf(anchors);
            certificates = List.copyOf(certificates);
            keys = List.copyOf(keys);
        }
    }

    /**
     * The keys of one source. Only a key's certificate is read, and whether the key is in hardware.
     *
     * @param source the source's name, as {@link org.postseal.certstore.source.KeySource#name} returns it
     * @param fault why mail that needs a key would wait; empty if it would not. Everybody who can read the copy sees it
     * @param byAddress the keys by address; empty for {@link PublicCopy#DATABASE}, whose keys are in the database's
     *     tables
     */
    public record HeldKeys(String source, Optional<String> fault, Map<MailAddress, List<KeyHandle>> byAddress) {
        public HeldKeys {
            byAddress = Map.copyOf(byAddress);
        }
    }

    /**
     * Writes a copy with mode 0640, over the old one. Creates its folder with mode 0750 if it is missing.
     *
     * @param database the database to read, which is not changed; if it is empty, the database's tables stay empty in
     *     the copy
     * @throws DatabaseException if the copy cannot be written, if the database cannot be read, or if the path leads to
     *     something that is no copy, which then stays as it is. An empty file is overwritten, and so is a copy that is
     *     damaged or has another version
     */
    public static void write(Path file, Optional<CertificateDatabase> database, Beside beside, Instant now) {
        demandOurs(file);
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            makeFolder(folder(file));
            Files.deleteIfExists(fresh);
            Sqlite sqlite = new Sqlite(fresh, PATIENCE);
            sqlite.createFile();
            try (Sql sql = sqlite.connectMaking(CACHE_KIBIBYTES)) {
                fill(sqlite, sql, database, beside, now);
            } catch (SQLException e) {
                throw sqlite.named(e);
            }
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r-----"));
            synchronize(fresh, StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            synchronize(folder(file), StandardOpenOption.READ);
        } catch (IOException e) {
            throw remove(fresh, new DatabaseException(Fault.INPUT_OUTPUT, file + " cannot be written: " + e, e));
        } catch (DatabaseException e) {
            throw remove(fresh, e);
        }
    }

    private static void fill(Sqlite sqlite, Sql sql, Optional<CertificateDatabase> database, Beside beside, Instant now)
            throws SQLException {
        Optional<Path> source = database.flatMap(CertificateDatabase::file);
        // ATTACH is not possible within a transaction (SQLite, lang_attach).
        if (source.isPresent()) {
            int _ = sql.update(
                    "ATTACH DATABASE ? AS source", source.get().toAbsolutePath().toString());
        }
        sql.execute("PRAGMA main.application_id = " + PublicTables.APPLICATION);
        // This takes no lock on the database that is read.
        sql.execute("BEGIN");
        Migrations.apply(sqlite, sql, now);
        for (String statement : PublicTables.OWN.split(";", -1)) {
            sql.execute(statement);
        }
        if (source.isPresent()) {
            for (PublicTables.Table table : PublicTables.COPIED) {
                int _ = sql.update(table.copy());
            }
        } else if (database.isPresent()) {
            boolean _ = database.get().access().read(server -> copyRows(server, sqlite, sql));
        }
        int _ = sql.update("INSERT INTO public_copy (written) VALUES (?)", now);
        files(sql, beside);
        keys(sql, beside.keys());
        sqlite.commit(sql);
    }

    /** Copies the rows of a server, which cannot be attached. The transaction on the server sees one state. */
    private static boolean copyRows(Sql server, Sqlite sqlite, Sql copy) throws SQLException {
        for (PublicTables.Table table : PublicTables.COPIED) {
            String cursor = "public_" + table.name();
            server.execute("DECLARE " + cursor + " NO SCROLL CURSOR FOR SELECT " + String.join(", ", table.copied())
                    + " FROM " + table.name());
            for (int read = ROWS; read == ROWS; ) {
                List<@Nullable Object[]> rows =
                        server.list("FETCH " + ROWS + " FROM " + cursor, PublicCopyWriter::values);
                for (@Nullable Object[] values : rows) {
                    insert(sqlite, copy, table.copyRow(), values);
                }
                read = rows.size();
            }
            server.execute("CLOSE " + cursor);
        }
        return true;
    }

    /** A fault of the copy is none of the server's. */
    private static void insert(Sqlite sqlite, Sql copy, String insert, @Nullable Object[] values) {
        try {
            int _ = copy.update(insert, values);
        } catch (SQLException e) {
            throw sqlite.named(e);
        }
    }

    private static @Nullable Object[] values(ResultSet row) throws SQLException {
        @Nullable Object[] values = new Object[row.getMetaData().getColumnCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getObject(i + 1);
        }
        return values;
    }

    private static void files(Sql sql, Beside beside) throws SQLException {
        int place = 0;
        for (MailCertificate anchor : beside.anchors()) {
            int _ = sql.update(FILE, place++, anchor.encoded(), true);
        }
        for (MailCertificate certificate : beside.certificates()) {
            if (!beside.anchors().contains(certificate)) {
                int _ = sql.update(FILE, place++, certificate.encoded(), false);
            }
        }
    }

    private static void keys(Sql sql, List<HeldKeys> sources) throws SQLException {
        int number = 0;
        for (HeldKeys source : sources) {
            int _ = sql.update(
                    "INSERT INTO key_source (place, name, fault) VALUES (?, ?, ?)",
                    number++,
                    source.source(),
                    source.fault().orElse(""));
            for (Map.Entry<MailAddress, List<KeyHandle>> of : source.byAddress().entrySet()) {
                int place = 0;
                for (KeyHandle key : of.getValue()) {
                    int _ = sql.update(
                            "INSERT INTO held_key (address, source, place, der, is_hardware) VALUES (?, ?, ?, ?, ?)",
                            of.getKey(),
                            source.source(),
                            place++,
                            key.certificate().encoded(),
                            key.isHardware());
                }
            }
        }
    }

    /** A wrong path in the configuration must not destroy somebody else's file. */
    private static void demandOurs(Path file) {
        try {
            if (Files.exists(file) && !PublicCopy.isOrWasOne(file)) {
                throw new DatabaseException(
                        Fault.NOT_A_DATABASE, file + " is no public copy of ours, and is not overwritten");
            }
        } catch (IOException e) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " cannot be looked at: " + e, e);
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectory(folder);
            // The mode must not depend on the umask.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        }
    }

    /** Deletes the unfinished file, so that it takes no space on the disk. */
    private static DatabaseException remove(Path fresh, DatabaseException cause) {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    private static void synchronize(Path file, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(file, how)) {
            channel.force(true);
        }
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static final String FILE = "INSERT INTO file_certificate (place, der, is_anchor) VALUES (?, ?, ?)";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ROWS = 1000;
    private static final int CACHE_KIBIBYTES = 16 * 1024;
}
