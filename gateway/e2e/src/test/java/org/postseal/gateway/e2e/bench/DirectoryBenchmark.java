package org.postseal.gateway.e2e.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.Lifetimes;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.directory.SigningPreferences;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.certstore.source.Candidate;
import org.postseal.certstore.source.CertificateSource;

/**
 * Measures a look-up in the certificate store: from the cache, and past it with and without a known path; and the heap
 * that the cache takes. Prints a table.
 */
public final class DirectoryBenchmark {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");

    private final CertificateAuthority authority = CertificateAuthority.create("Bench Root", START, END);
    private final Map<MailAddress, byte[]> encodings = new HashMap<>();
    private final List<MailAddress> addresses = new ArrayList<>();
    private final int seconds;

    private DirectoryBenchmark(int count, int seconds) throws Exception {
        this.seconds = seconds;
        for (int i = 0; i < count; i++) {
            MailAddress address = MailAddress.of("user" + i + "@dept" + i % 50 + ".example.com");
            encodings.put(
                    address,
                    authority
                            .issue(address, KeyAlgorithm.P256, Profile.DUAL, START, END)
                            .certificate()
                            .holder()
                            .getEncoded());
            // This is another object than the one in the cache, as the address of a message is.
            addresses.add(MailAddress.of("User" + i + "@dept" + i % 50 + ".example.com"));
        }
    }

    /** Some rows of the table. */
    private interface Part {
        void measure(DirectoryBenchmark bench) throws Exception;
    }

    // Figures of other sources, the database first of all, would each be one more part.
    private static final List<Part> PARTS = List.of(
            DirectoryBenchmark::memory,
            DirectoryBenchmark::cachedLookUps,
            DirectoryBenchmark::lookUpsPastTheCache,
            DirectoryBenchmark::validation);

    /** The arguments are {@code --addresses N} and {@code --seconds N} for each measured loop. */
    public static void main(String[] arguments) throws Exception {
        BenchOptions options = BenchOptions.read("directory", arguments, "--addresses N", "--seconds N");
        CryptoProviders.install();
        DirectoryBenchmark bench =
                new DirectoryBenchmark(options.number("--addresses", 5000), options.number("--seconds", 4));
        System.out.printf(
                Locale.ROOT,
                "%d addresses with a P-256 certificate each, %d processors, Java %s%n%n",
                bench.addresses.size(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version());
        for (Part part : PARTS) {
            part.measure(bench);
        }
    }

    private void memory() throws Exception {
        long before = heap();
        DirectoryCertificateStore store = store();
        addresses.forEach(address -> store.encryptionCertificate(address, NOW));
        long after = heap();
        double octets = encodings.values().stream()
                .mapToInt(each -> each.length)
                .average()
                .orElseThrow();
        double each = (double) (after - before) / addresses.size();
        row("heap per cached address", each, "octets");
        row("  for each octet of its certificate", each / octets, "octets");
        if (store.encryptionCertificate(addresses.getFirst(), NOW).considered().isEmpty()) {
            throw new IllegalStateException("nothing was found");
        }
    }

    private void cachedLookUps() throws Exception {
        DirectoryCertificateStore store = store();
        addresses.forEach(address -> store.encryptionCertificate(address, NOW));
        for (int i = 0; i < 3; i++) {
            loop(store, seconds);
        }
        row("cached look-ups, one thread", loop(store, seconds), "per second of a core");
        int threads = Runtime.getRuntime().availableProcessors();
        double[] rates = new double[threads];
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            running.add(Thread.ofPlatform().start(() -> rates[number] = loop(store, seconds)));
        }
        for (Thread thread : running) {
            thread.join();
        }
        row("  one thread for each core", Arrays.stream(rates).sum() / threads, "per second of a core");
        percentiles(store);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        for (MailAddress address : addresses) {
            store.encryptionCertificate(address, NOW);
        }
        row(
                "  heap allocated by one",
                (double) (thread.getCurrentThreadAllocatedBytes() - before) / addresses.size(),
                "octets");
        if (store.statistics().misses() != addresses.size()) {
            throw new IllegalStateException("not from the cache: " + store.statistics());
        }
    }

    private void percentiles(DirectoryCertificateStore store) {
        long[] taken = new long[1_000_000];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < taken.length; i++) {
            MailAddress address = addresses.get(random.nextInt(addresses.size()));
            long start = System.nanoTime();
            store.encryptionCertificate(address, NOW);
            taken[i] = System.nanoTime() - start;
        }
        Arrays.sort(taken);
        row("  median, with the clock", (double) taken[taken.length / 2], "ns");
        row("  p99, with the clock", (double) taken[taken.length / 100 * 99], "ns");
        row("  p99.9, with the clock", (double) taken[taken.length / 1000 * 999], "ns");
    }

    private void lookUpsPastTheCache() {
        DirectoryCertificateStore store = store();
        double[] sum = new double[2];
        for (int round = 0; round < 4; round++) {
            store.invalidateSource("bench");
            double first = perAddress(address -> store.encryptionCertificate(address, NOW));
            store.invalidateChoices();
            double again = perAddress(address -> store.encryptionCertificate(address, NOW));
            if (round > 1) {
                sum[0] += first / 2;
                sum[1] += again / 2;
            }
        }
        row("look-up past both caches, known path", sum[0] / 1000, "µs");
        row("look-up past the choices only, known path", sum[1] / 1000, "µs");
    }

    private void validation() throws Exception {
        List<MailCertificate> certificates = new ArrayList<>();
        for (byte[] each : encodings.values()) {
            certificates.add(MailCertificate.of(each));
        }
        double[] sum = new double[2];
        for (int round = 0; round < 4; round++) {
            DirectoryCertificateStore store = store();
            for (int again = 0; again < 2; again++) {
                long start = processorTime();
                for (MailCertificate each : certificates) {
                    store.validate(each, List.of(), CertificatePurpose.SIGN, NOW);
                }
                sum[again] += round > 1 ? (processorTime() - start) / 2.0 / certificates.size() : 0;
            }
        }
        row("validation, path of two signatures", sum[0] / 1000, "µs");
        row("validation, path known", sum[1] / 1000, "µs");
    }

    private interface Use {
        void of(MailAddress address);
    }

    private double perAddress(Use use) {
        long start = System.nanoTime();
        addresses.forEach(use::of);
        return (double) (System.nanoTime() - start) / addresses.size();
    }

    private double loop(DirectoryCertificateStore store, int seconds) {
        SplittableRandom random = new SplittableRandom(Thread.currentThread().threadId());
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long start = processorTime();
        long done = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                store.encryptionCertificate(addresses.get(random.nextInt(addresses.size())), NOW);
            }
            done += 1000;
        }
        return done * 1e9 / (processorTime() - start);
    }

    /** Makes a store over a source that parses each certificate again, as if a server had sent it. */
    private DirectoryCertificateStore store() {
        CertificateSource source = new CertificateSource() {
            @Override
            public String name() {
                return "bench";
            }

            @Override
            public List<Candidate> find(MailAddress address) {
                byte[] encoding = encodings.get(address);
                try {
                    return encoding == null ? List.of() : List.of(Candidate.of(MailCertificate.of(encoding), ""));
                } catch (CertificateException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        PathValidator validator = new PathValidator(List.of(authority.root()), List.of(authority.issuer()));
        return new DirectoryCertificateStore(
                List.of(source),
                List.of(),
                request -> validated(validator, request),
                Blocks.NONE,
                SigningPreferences.NONE,
                new DirectorySettings(
                        Lifetimes.DEFAULTS,
                        SelectionRules.DEFAULTS,
                        1L << 30,
                        DirectorySettings.DEFAULTS.sourceDeadline()));
    }

    private static PathVerdict validated(
            PathValidator validator, org.postseal.certstore.path.ValidationRequest request) {
        return validator.validate(request.leaf(), request.helpers(), request.purpose(), request.time());
    }

    /** Returns the processor time of this thread alone, whatever else the machine does. */
    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static void row(String what, double value, String unit) {
        System.out.printf(Locale.ROOT, "%-44s %,14.1f %s%n", what, value, unit);
    }
}
