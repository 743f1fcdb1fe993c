package org.postseal.gateway.road.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.gateway.testkit.Await;

class DatabaseRevocationStoreTest {
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aListThatCouldNotBeReadIsReadWithTheNextQuestion() throws Exception {
        Path file = folder.resolve("directory.db");
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            DatabaseRevocationStore store = new DatabaseRevocationStore(database, InstantSource.fixed(NOW));
            keep(database, "one", NOW);
            assertThat(text(store)).isEqualTo("one");
            keep(database, "two", NOW.plusSeconds(1));
            execute(file, "ALTER TABLE revocation RENAME COLUMN der TO lost");
            assertThat(text(store)).as("it cannot be read").isEqualTo("one");
            execute(file, "ALTER TABLE revocation RENAME COLUMN lost TO der");
            Await.until(() -> text(store).equals("two"), () -> text(store));
        }
    }

    private static void keep(CertificateDatabase database, String list, Instant time) {
        assertThat(database.revocation()
                        .store(
                                RevocationCache.Kind.CRL,
                                "crl:x",
                                new RevocationCache.Answer(
                                        list.getBytes(UTF_8), time, Optional.of(NOW.plus(Duration.ofDays(1))), time)))
                .isTrue();
    }

    private static String text(DatabaseRevocationStore store) {
        return store.get("crl:x")
                .map(answer -> new String(answer.octets(), UTF_8))
                .orElse("");
    }

    private static void execute(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
