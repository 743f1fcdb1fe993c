package org.postseal.certstore.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.source.CertificateSource;

/**
 * Measures a large database: {@code DatabaseScale FILE COUNT [--postgres]}. It fills the file first if the file does
 * not exist. It prints the import rate, the size, and percentiles of look-ups by one address each, from a freshly
 * opened database. With {@code --postgres}, a server of its own gets a copy of the file, and both are measured in
 * turns; the server is started anew before each of its turns. What the kernel has of the files in memory stays there.
 */
public final class DatabaseScale {
    private DatabaseScale() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        if (!Files.exists(file)) {
            fill(file, count);
        }
        say("size %.0f MB".formatted(Files.size(file) / 1e6));
        if (arguments.length == 2) {
            measure("SQLite", () -> CertificateDatabase.open(file), count, 1);
            return;
        }
        // Only look-ups are measured, which force nothing to disk.
        try (PostgresServer server = PostgresServer.start("fsync=off", "max_wal_size=8GB")) {
            Postgres postgres = new Postgres(server.newDatabase(), Duration.ofMinutes(5));
            copy(file, postgres);
            for (int turn = 1; turn <= TURNS; turn++) {
                measure("SQLite", () -> CertificateDatabase.open(file), count, turn);
                server.stop();
                server.startAgain();
                measure("PostgreSQL", () -> CertificateDatabase.open(postgres, 4), count, turn);
            }
        }
    }

    private static void copy(Path file, Postgres postgres) throws SQLException {
        long start = System.nanoTime();
        DatabaseCopy.Outcome outcome = DatabaseCopy.run(
                file, Duration.ofSeconds(5), postgres, _ -> {}, (table, rows) -> say(table + " " + rows));
        if (!(outcome instanceof DatabaseCopy.Outcome.Copied)) {
            throw new IllegalStateException(outcome.toString());
        }
        try (Sql sql = postgres.connect()) {
            say("copied in %.0f s, size %s MB"
                    .formatted(
                            (System.nanoTime() - start) / 1e9,
                            sql.first(
                                            "SELECT pg_database_size(current_database()) / 1000000 AS size",
                                            row -> row.getString("size"))
                                    .orElseThrow()));
        }
    }

    private static void measure(String engine, Supplier<CertificateDatabase> opening, int count, int turn) {
        try (CertificateDatabase database = opening.get()) {
            say(engine);
            CertificateSource own = DatabaseSources.own(database);
            Random random = new Random(turn);
            int[] some = random.ints(SOME, 0, count).toArray();
            measure("  cold", SOME, i -> own.find(BulkCertificates.address(some[i])));
            measure("  the same again", SOME, i -> own.find(BulkCertificates.address(some[i])));
            measure("  others", 20_000, _ -> own.find(BulkCertificates.address(random.nextInt(count))));
            measure("  absent", 20_000, i -> own.find(BulkCertificates.address(count + i)));
            measure(
                    "  list of 20 by source",
                    20,
                    _ -> database.certificates().list(CertificateFilter.ofSource("imported", 20)));
        }
    }

    private static void fill(Path file, int count) {
        BulkCertificates bulk = new BulkCertificates();
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            long parsing = 0;
            long inserting = 0;
            for (int from = 0; from < count; from += BATCH) {
                long start = System.nanoTime();
                List<org.postseal.certstore.MailCertificate> batch = new ArrayList<>();
                for (int i = from; i < Math.min(count, from + BATCH); i++) {
                    batch.add(bulk.certificate(i));
                }
                long parsed = System.nanoTime();
                database.certificates().addAll(batch, Origin.IMPORTED, Samples.ACT);
                parsing += parsed - start;
                inserting += System.nanoTime() - parsed;
                if (from / BATCH % 10 == 9) {
                    say("%d: parsed %.0f/s, imported %.0f/s"
                            .formatted(from + BATCH, 1e9 * from / parsing, 1e9 * from / inserting));
                }
            }
            say("parsed %.0f/s, imported %.0f/s".formatted(1e9 * count / parsing, 1e9 * count / inserting));
        }
    }

    private static void measure(String what, int times, IntConsumer call) {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            call.accept(i);
            nanos[i] = System.nanoTime() - start;
        }
        say("%s, first %.0f us".formatted(what, nanos[0] / 1e3));
        Arrays.sort(nanos);
        say("%s: p50 %.0f us, p99 %.0f us, p99.9 %.0f us"
                .formatted(
                        what,
                        nanos[times / 2] / 1e3,
                        nanos[times * 99 / 100] / 1e3,
                        nanos[(int) (times * 0.999)] / 1e3));
    }

    private static void say(String text) {
        System.out.println(text);
    }

    private static final int BATCH = 10_000;
    private static final int SOME = 2_000;
    private static final int TURNS = 3;
}
