package org.postseal.certstore.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.postseal.certstore.database.CertificateDatabase.Options;

/** Where a {@link CertificateDatabase} is: in a file of one gateway, or on the server that a fleet shares. */
public sealed interface DatabasePlace {
    record InFile(Path file) implements DatabasePlace {
        @Override
        public CertificateDatabase open(Options options) {
            return CertificateDatabase.open(file, options);
        }

        @Override
        public CertificateDatabase openReading(Options options) {
            return CertificateDatabase.openReading(file, options);
        }

        @Override
        public boolean isMissing(Options options) {
            return Files.notExists(file);
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * A database of PostgreSQL.
     *
     * @param node the gateway of the fleet that opens it
     */
    record OnServer(PostgresSettings settings, String node) implements DatabasePlace {
        @Override
        public CertificateDatabase open(Options options) {
            return CertificateDatabase.open(postgres(options), options.readers(), node);
        }

        @Override
        public CertificateDatabase openReading(Options options) {
            return CertificateDatabase.openReading(postgres(options), options.readers(), node);
        }

        @Override
        public boolean isMissing(Options options) {
            Postgres postgres = postgres(options);
            try (Sql sql = postgres.connect()) {
                return postgres.isEmpty(sql);
            } catch (SQLException e) {
                throw postgres.named(e);
            }
        }

        private Postgres postgres(Options options) {
            return new Postgres(settings, options.busyTimeout());
        }

        @Override
        public String toString() {
            return settings.address().toString();
        }
    }

    /** Opens the database, and makes it if there is none. */
    CertificateDatabase open(Options options);

    /** Opens the database for a caller who only reads. Nothing is made or brought up to date. */
    CertificateDatabase openReading(Options options);

    /**
     * Returns true if there is no database yet, and opening would make it.
     *
     * @throws DatabaseException if a server cannot be asked
     */
    boolean isMissing(Options options);
}
