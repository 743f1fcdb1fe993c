package org.postseal.certstore.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.source.CertificateSource;

/**
 * Measures a large database: {@code DatabaseScale FILE COUNT}. It fills the file first if the file does not exist. It
 * prints the import rate, the size, and percentiles of look-ups by one address each, from a freshly opened database.
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
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            CertificateSource own = DatabaseSources.own(database);
            Random random = new Random(1);
            // This lets the virtual machine compile. The measurement reads other pages of the file.
            for (int i = 0; i < 10_000; i++) {
                own.find(BulkCertificates.address(i));
            }
            measure("own.find", 20_000, _ -> own.find(BulkCertificates.address(random.nextInt(count))));
            measure("own.find, absent", 20_000, i -> own.find(BulkCertificates.address(count + i)));
            measure(
                    "list of 20 by source",
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
}
