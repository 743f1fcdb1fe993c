package org.postseal.certstore.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase.Options;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postseal.certstore.source.KeySource;
import org.postseal.certstore.source.SeenKey;

/**
 * A copy of a gateway's certificates for readers who must not see any key. It is an SQLite file with the tables of the
 * {@link CertificateDatabase}, but without the keys themselves. Further tables hold the certificates that come from
 * files, and say which certificates the gateway has a key for. {@link PublicTables} defines the contents. A copy is
 * opened for reading only. It is replaced but never changed, so an open copy stays as it was. Thread-safe.
 */
public final class PublicCopy implements AutoCloseable {
    /** The name of the key source that reads the keys of the database. */
    public static final String DATABASE = "own";

    private final CertificateDatabase database;
    private final Written contents;

    private PublicCopy(CertificateDatabase database, Written contents) {
        this.database = database;
        this.contents = contents;
    }

    private record Written(Instant written, List<MailCertificate> anchors, List<MailCertificate> certificates) {}

    /**
     * Opens a copy.
     *
     * @throws DatabaseException if the file does not exist, is something else or damaged, or has another version
     */
    public static PublicCopy open(Path file, Options options) {
        try {
            if (Files.isRegularFile(file) && !isOne(file)) {
                throw new DatabaseException(
                        Fault.NOT_A_DATABASE, file + " is no public copy of certificates, or one of another version");
            }
        } catch (IOException e) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " cannot be read: " + e, e);
        }
        CertificateDatabase database = CertificateDatabase.openReading(file, options, true);
        boolean isOpen = false;
        try {
            PublicCopy copy = new PublicCopy(database, contents(database));
            isOpen = true;
            return copy;
        } finally {
            if (!isOpen) {
                database.close();
            }
        }
    }

    private static Written contents(CertificateDatabase database) {
        return database.access()
                .read(sql -> new Written(
                        sql.first("SELECT written FROM public_copy", row -> Sql.instant(row, "written"))
                                .orElseThrow(() -> new DatabaseException(
                                        Fault.DAMAGED, database.name() + " does not say when it was written")),
                        sql.list(FILES, PublicCopy::certificate, true),
                        sql.list(FILES, PublicCopy::certificate, false)));
    }

    /** Returns true if the header of a file says that it is a public copy of this version. */
    static boolean isOne(Path file) throws IOException {
        return application(file).equals(Optional.of(PublicTables.APPLICATION));
    }

    /**
     * Returns true if the file may be overwritten without loss: it is empty, or its header says that it is a public
     * copy of any version. The rest of the file is not checked.
     */
    static boolean isOrWasOne(Path file) throws IOException {
        return Files.isRegularFile(file)
                && (Files.size(file) == 0
                        || application(file)
                                .filter(id -> (id ^ PublicTables.APPLICATION) >>> Byte.SIZE == 0)
                                .isPresent());
    }

    /** Reads the field "application ID" of SQLite's header (fileformat2, §1.3). */
    private static Optional<Integer> application(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] header = in.readNBytes(UP_TO_APPLICATION);
            return header.length == UP_TO_APPLICATION
                    ? Optional.of(ByteBuffer.wrap(header).getInt(UP_TO_APPLICATION - Integer.BYTES))
                    : Optional.empty();
        }
    }

    public Instant written() {
        return contents.written();
    }

    /** Returns the tables of the database. Its keys cannot be used. */
    public CertificateDatabase database() {
        return database;
    }

    /** Returns the trust anchors that came from files. */
    public List<MailCertificate> anchors() {
        return contents.anchors();
    }

    /** Returns the other certificates that came from files. */
    public List<MailCertificate> certificates() {
        return contents.certificates();
    }

    /** Returns the sources of keys in the order in which the gateway asks them. Their keys are {@link SeenKey}s. */
    public List<KeySource> keySources() {
        return database.access()
                .read(sql -> sql.<KeySource>list(
                        "SELECT name, fault FROM key_source ORDER BY place",
                        row -> new Seen(database, row.getString("name"), row.getString("fault"))));
    }

    @Override
    public void close() {
        database.close();
    }

    private record Seen(CertificateDatabase database, String name, String fault) implements KeySource {
        @Override
        public List<KeyHandle> keysOf(MailAddress address) {
            if (!fault.isEmpty()) {
                throw new StoreUnavailableException(fault);
            }
            try {
                if (name.equals(DATABASE)) {
                    return database.wrappedKeys().usableFor(address).stream()
                            .<KeyHandle>map(pair -> new SeenKey(pair.certificate(), false))
                            .toList();
                }
                return database.access()
                        .read(sql -> sql.<KeyHandle>list(
                                HELD,
                                row -> new SeenKey(certificate(row), row.getInt("is_hardware") == 1),
                                address,
                                name));
            } catch (DatabaseException e) {
                throw new StoreUnavailableException("keys of " + address + ": " + e.getMessage(), e);
            }
        }
    }

    private static MailCertificate certificate(ResultSet row) throws SQLException {
        try {
            return MailCertificate.stored(row.getBytes("der"));
        } catch (CertificateException e) {
            throw new DatabaseException(Fault.DAMAGED, "a certificate in the public copy is damaged", e);
        }
    }

    private static final int UP_TO_APPLICATION = 72;
    private static final String FILES = "SELECT der FROM file_certificate WHERE is_anchor = ? ORDER BY place";
    private static final String HELD =
            "SELECT der, is_hardware FROM held_key WHERE address = ? AND source = ? ORDER BY place";
}
