package org.postseal.gateway.e2e.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.search.AuditIndex;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.FoundPage;
import org.postseal.gateway.audit.search.FoundPage.Paging;
import org.postseal.gateway.audit.search.MadeIndexes;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Measures the audit log: records per second on disk by the number of threads that wait, where each append is forced
 * before it returns; processor time per record; and how long searches take in a log of so many records that the real
 * writer has written, rotated, compressed and indexed. Prints a table.
 */
public final class AuditBenchmark {
    private static final int PEOPLE = 200_000;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The settings that somebody has set, which every record has for which a policy has decided. */
    private static final List<String> SETTINGS =
            List.of("RequireSignedSMIMEMessages=true (organisation: mailbox policy default)");

    private static final String LINES = "audit.*[.]jsonl([.]gz)?";
    private final Path folder;
    private final int seconds;

    private AuditBenchmark(Path folder, int seconds) {
        this.folder = folder;
        this.seconds = seconds;
    }

    /**
     * The arguments are {@code --records N} (default 10 000 000, some 25 GB while it runs), {@code --seconds N} for
     * each measured loop, and {@code --folder PATH} (default: a new one in the temporary folder).
     */
    public static void main(String[] arguments) throws Exception {
        BenchOptions options = BenchOptions.read("audit", arguments, "--records N", "--seconds N", "--folder PATH");
        long records = options.number("--records", 10_000_000);
        Path base = Path.of(options.text("--folder").orElse(System.getProperty("java.io.tmpdir")));
        Path folder = Files.createTempDirectory(base, "postseal-audit-bench");
        try {
            System.out.printf(
                    "%d processors, Java %s, %s%n%n", SYSTEM.getAvailableProcessors(), Runtime.version(), folder);
            AuditBenchmark bench = new AuditBenchmark(folder, options.number("--seconds", 5));
            bench.writing();
            bench.searching(records);
        } finally {
            TemporaryHome.delete(folder);
        }
    }

    private void writing() throws Exception {
        System.out.println("WRITE, each record on disk before its append returns     records/s   CPU us/record");
        for (int waiting : List.of(1, 4, 16, 64, 256)) {
            Path log = Files.createDirectory(folder.resolve("write-" + waiting));
            try (AuditLog audit = AuditLogs.open(AuditConfig.of(log.resolve("audit.jsonl")), Clock.systemUTC());
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
                long cpu = SYSTEM.getProcessCpuTime();
                long start = System.nanoTime();
                List<Future<Long>> counts = new ArrayList<>();
                for (int i = 0; i < waiting; i++) {
                    int seed = i;
                    counts.add(threads.submit(() -> append(audit, seed, end)));
                }
                long records = 0;
                for (Future<Long> count : counts) {
                    records += count.get();
                }
                row(
                        waiting + " at a time",
                        records * 1e9 / (System.nanoTime() - start),
                        (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / records);
            }
        }
        System.out.println();
    }

    private static long append(AuditLog audit, int seed, long end) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        long count = 0;
        while (System.nanoTime() < end) {
            audit.append(List.of(event(count * 1000 + seed, Instant.now(), random)));
            count++;
        }
        return count;
    }

    private void searching(long records) throws Exception {
        AuditConfig config =
                AuditConfig.of(Files.createDirectory(folder.resolve("search")).resolve("audit.jsonl"));
        long start = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        fill(config, records);
        System.out.printf(
                Locale.ROOT,
                "LOG of %d records: written, compressed and indexed in %.0f s, CPU %.0f us a record;"
                        + " %d files, %.2f GB, indexes %.2f GB%n%n",
                records,
                (System.nanoTime() - start) / 1e9,
                (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / records,
                files(config, LINES).size(),
                octets(config, LINES) / 1e9,
                octets(config, "audit.*[.]index") / 1e9);
        System.out.println("SEARCH                                                       "
                + "median ms      longest ms   median CPU ms");
        SplittableRandom random = new SplittableRandom(4711);
        search(config, "a Message-ID", 50, Integer.MAX_VALUE, () -> AuditQuery.ofMessage(id(random.nextLong(records))));
        search(
                config,
                "a Message-ID that is not there",
                50,
                Integer.MAX_VALUE,
                () -> AuditQuery.ofMessage(id(-1 - random.nextLong(records))));
        search(config, "an address, newest 50", 20, 50, () -> ofAddress(person(random.nextInt(PEOPLE))));
        search(config, "an address, all", 10, Integer.MAX_VALUE, () -> ofAddress(person(random.nextInt(PEOPLE))));
        search(config, "a domain, newest 50", 10, 50, () -> ofAddress("partner" + random.nextInt(500) + ".example"));
        search(
                config,
                "a fragment of a Message-ID, all (reads everything)",
                1,
                Integer.MAX_VALUE,
                () -> AuditQuery.where()
                        .parts(List.of("." + random.nextLong(records) + "@OURS"))
                        .query());
    }

    private interface Question {
        AuditQuery next();
    }

    private static void search(AuditConfig config, String what, int rounds, int limit, Question question)
            throws IOException {
        List<Double> times = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            AuditQuery query = question.next();
            long start = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            AuditSearch search = AuditSearch.of(config);
            Paging paging = Paging.first(Math.min(limit, 500));
            FoundPage page = search.find(query, paging);
            while (limit == Integer.MAX_VALUE && page.next().isPresent()) {
                page = search.find(query, paging.from(page.next().get()));
            }
            times.add((System.nanoTime() - start) / 1e6);
            processor.add((THREADS.getCurrentThreadCpuTime() - cpu) / 1e6);
            if (!page.remarks().isEmpty()) {
                throw new IllegalStateException(page.remarks().toString());
            }
        }
        times.sort(Comparator.naturalOrder());
        processor.sort(Comparator.naturalOrder());
        System.out.printf(
                Locale.ROOT,
                "%-55s %14.1f %15.1f %15.1f%n",
                what,
                times.get(rounds / 2),
                times.getLast(),
                processor.get(rounds / 2));
    }

    /** Fills the log by the real writer, until the last full file is compressed and indexed. */
    private static void fill(AuditConfig config, long records) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        long step = Duration.ofDays(365).toNanos() / records;
        try (AuditLog audit = AuditLogs.open(config, Clock.systemUTC())) {
            List<AuditEvent> events = new ArrayList<>();
            for (long i = 0; i < records; i++) {
                events.add(event(i, first.plusNanos(step * i), random));
                if (events.size() == 1000 || i + 1 == records) {
                    audit.append(events);
                    events = new ArrayList<>();
                }
            }
            while (!files(config, "audit-[0-9]+[.]jsonl").isEmpty()) {
                Thread.sleep(200);
            }
        }
        MadeIndexes made = AuditIndex.make(config, false);
        if (!made.failures().isEmpty()) {
            throw new IOException(made.failures().toString());
        }
    }

    /** Returns the files of the log whose names match. */
    private static List<Path> files(AuditConfig config, String name) throws IOException {
        try (Stream<Path> all = Files.list(config.file().toAbsolutePath().getParent())) {
            return all.filter(path -> path.getFileName().toString().matches(name))
                    .toList();
        }
    }

    private static long octets(AuditConfig config, String name) throws IOException {
        long sum = 0;
        for (Path file : files(config, name)) {
            sum += Files.size(file);
        }
        return sum;
    }

    private static void row(String what, double first, double second) {
        System.out.printf(Locale.ROOT, "%-55s %14.1f %15.1f%n", what, first, second);
    }

    private static AuditQuery ofAddress(String address) {
        return AuditQuery.where().address(Optional.of(address)).query();
    }

    private static String id(long number) {
        return "<20261126." + number + "@ours.example>";
    }

    private static String person(int number) {
        return "user" + number + "@partner" + number % 500 + ".example";
    }

    private static String hex(SplittableRandom random) {
        return String.format(
                Locale.ROOT,
                "%016x%016x%016x%016x",
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    /** Makes the record of a signed and encrypted message to a partner. */
    private static AuditEvent event(long number, Instant time, SplittableRandom random) {
        String recipient = person(random.nextInt(PEOPLE));
        String sender = "sender" + random.nextInt(5000) + "@ours.example";
        Map<String, List<String>> facts = new LinkedHashMap<>();
        facts.put("origin", List.of("submission"));
        facts.put("peer", List.of("127.0.0.1"));
        facts.put("from", List.of(sender));
        facts.put("contentType", List.of("multipart/alternative"));
        facts.put("kind", List.of("ordinary"));
        facts.put("time", List.of(time.toString()));
        facts.put("content", List.of("clear"));
        facts.put("signature", List.of("unsigned"));
        facts.put("visible", List.of("true"));
        Map<String, Long> stages = new LinkedHashMap<>();
        for (String stage :
                List.of("intake", "guard", "inspect", "open", "facts", "decide", "split", "seal", "deliver")) {
            stages.put(stage, random.nextLong(10_000_000));
        }
        return new AuditEvent.RecipientDone(
                time,
                new AuditEvent.Message(
                        Long.toString(number, 36) + "q",
                        Optional.of(Long.toString(random.nextLong() >>> 8, 36)),
                        Optional.of(id(number)),
                        "127.0.0.1",
                        Optional.empty(),
                        Optional.of(new AuditEvent.Tls("1.3", "TLS_AES_256_GCM_SHA384", Optional.empty())),
                        "<" + sender + ">",
                        recipient,
                        random.nextLong(200_000)),
                new AuditEvent.Decision(
                        "outbound",
                        "ab".repeat(32),
                        Optional.empty(),
                        "partners",
                        "default",
                        "deliver",
                        Optional.empty(),
                        Optional.empty(),
                        List.of(
                                "direction outbound: the origin may submit for us, " + recipient + " is outside",
                                "rule partners matches: direction outbound",
                                "the rule asks sign: required",
                                "the rule asks encrypt: required"),
                        SETTINGS,
                        Optional.of(new AuditEvent.Decided(
                                facts, List.of("certificate=usable RSA 2048", "key=usable RSA 3072"), List.of())),
                        false,
                        Optional.empty()),
                new AuditEvent.Protection(
                        "signed SHA256, encrypted AES256_GCM RSA_OAEP",
                        AuditEvent.Handled.of("as_received"),
                        "unsigned",
                        List.of(),
                        List.of(),
                        List.of("sign:" + hex(random), "encrypt:" + hex(random)),
                        List.of(),
                        List.of(),
                        Optional.of("cipher, From, To, Subject, Date, Message-ID"),
                        Optional.of(new AuditEvent.X509(
                                hex(random),
                                "CN=" + sender,
                                "CN=Ours Mail CA",
                                false,
                                Long.toHexString(random.nextLong()),
                                time,
                                time,
                                "RSA")),
                        List.of()),
                new AuditEvent.Delivery(
                        Optional.of(1),
                        Optional.empty(),
                        Optional.of("250 2.0.0 Ok: queued as " + Long.toString(random.nextLong() >>> 20, 36)),
                        "250 2.0.0 Ok: queued as " + Long.toString(random.nextLong() >>> 20, 36),
                        List.of(),
                        Optional.of(new AuditEvent.NextHopSession("127.0.0.1", 10026, Optional.empty(), false))),
                Optional.of(new AuditEvent.Times(random.nextLong(50_000_000), stages)));
    }
}
