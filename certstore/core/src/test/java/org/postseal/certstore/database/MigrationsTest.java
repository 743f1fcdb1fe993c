package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException.Fault;

/** This program, and the next version of it, on the same tables. */
class MigrationsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnBesideANewerOneThatOnlyAdds(boolean isOnServer) throws SQLException {
        Engine engine = engine(isOnServer);
        try (CertificateDatabase running = open(engine)) {
            running.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            upgrade(
                    engine,
                    "ALTER TABLE entry ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'; CREATE TABLE t (a BIGINT)",
                    Migrations.OLDEST);
            running.certificates().add(certificate(BOB), Origin.OWN, ACT);
            assertThat(running.certificates().withAddress(ALICE)).hasSize(1);
        }
        try (CertificateDatabase again = open(engine)) {
            assertThat(again.certificates().withAddress(BOB)).hasSize(1);
            again.blocks().add(new Blocks.Block(new Blocks.Target.Address(BOB), ACT));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesTablesThatNeedANewerOne(boolean isOnServer) throws SQLException {
        Engine engine = engine(isOnServer);
        open(engine).close();
        int next = Migrations.STEPS.size() + 1;
        upgrade(engine, "ALTER TABLE pin DROP COLUMN note", next);
        assertThatThrownBy(() -> open(engine))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NEWER))
                .hasMessageContaining("this one knows versions up to " + (next - 1) + ", and it needs " + next);
    }

    @Test
    void aStoreIsCopiedIntoTablesOfANewerOne() throws SQLException {
        Engine engine = engine(true);
        open(engine).close();
        upgrade(engine, "ALTER TABLE entry ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'", Migrations.OLDEST);
        Path file = directory.resolve("postseal.db");
        try (CertificateDatabase source = CertificateDatabase.open(file)) {
            source.certificates().add(certificate(ALICE), Origin.OWN, ACT);
        }
        assertThat(DatabaseCopy.run(file, LIMIT, (Postgres) engine, _ -> {}, (_, _) -> {}))
                .isInstanceOf(DatabaseCopy.Outcome.Copied.class);
    }

    private Engine engine(boolean isOnServer) {
        return isOnServer
                ? new Postgres(PostgresServer.shared().newDatabase(), LIMIT)
                : new Sqlite(directory.resolve("postseal.db"), LIMIT);
    }

    private static CertificateDatabase open(Engine engine) {
        return switch (engine) {
            case Postgres postgres -> CertificateDatabase.open(postgres, 1);
            case Sqlite sqlite -> CertificateDatabase.open(sqlite.file().orElseThrow());
        };
    }

    /** Does what the next version does at its start. */
    private static void upgrade(Engine engine, String step, int oldest) throws SQLException {
        List<String> steps = new ArrayList<>(Migrations.STEPS);
        steps.add(step);
        try (Sql sql = engine.connect(Engine.Use.WRITING)) {
            engine.beginMigrating(sql);
            Migrations.apply(engine, sql, Instant.EPOCH, steps, oldest);
            engine.commit(sql);
        }
    }
}
