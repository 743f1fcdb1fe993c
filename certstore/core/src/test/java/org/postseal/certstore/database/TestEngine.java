package org.postseal.certstore.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The engines that the tests of the database run on. */
enum TestEngine {
    SQLITE {
        @Override
        Place in(Path directory) {
            return () -> CertificateDatabase.open(directory.resolve("postseal.db"));
        }
    },
    POSTGRESQL {
        @Override
        Place in(Path directory) {
            String url = emptyPostgres();
            return () -> CertificateDatabase.open(new Postgres(url, Duration.ofSeconds(5)), 1);
        }
    };

    /** A database of one test, which can be opened several times. */
    interface Place {
        CertificateDatabase open();
    }

    /** Returns a database without rows. */
    abstract Place in(Path directory);

    /**
     * Returns the JDBC address of a database with tables and without rows, the same one for all tests of a class. To
     * delete rows takes a tenth of the time that a new database takes.
     */
    static String emptyPostgres() {
        String url = URL.get();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            // In this role, foreign keys do not demand any order.
            statement.execute("SET session_replication_role = replica");
            for (String table :
                    PublicTables.COPIED.stream().map(PublicTables.Table::name).toList()) {
                statement.addBatch("DELETE FROM " + table);
            }
            statement.addBatch("DELETE FROM acme_challenge");
            statement.addBatch("DELETE FROM certificate_order");
            statement.addBatch("DELETE FROM capability");
            statement.addBatch("DELETE FROM change_log");
            statement.addBatch("DELETE FROM lease");
            statement.addBatch("DELETE FROM mail_program");
            statement.addBatch("UPDATE generation SET number = 0, changes = 0, authorities = 0, harvest = 0");
            statement.executeBatch();
            return url;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String withTables() {
        String url = PostgresServer.shared().newDatabase();
        CertificateDatabase.open(new Postgres(url, Duration.ofSeconds(30)), 1).close();
        return url;
    }

    // The tests of a class run on one thread, one after the other.
    private static final ThreadLocal<String> URL = ThreadLocal.withInitial(TestEngine::withTables);
}
