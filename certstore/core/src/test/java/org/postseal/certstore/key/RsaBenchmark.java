package org.postseal.certstore.key;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Cipher;
import org.postseal.certstore.key.batch.BatchFigures;
import org.postseal.certstore.key.batch.RsaBatches;
import org.postseal.certstore.provider.CryptoCount;
import org.postseal.certstore.provider.CryptoOperation;
import org.postseal.certstore.provider.CryptoProviders;

/**
 * Compares RSA operations in batches with those that each thread does alone. Both take turns of a second, and what is
 * printed are medians. The arguments are the length of the modulus, the number of turns, and numbers of callers.
 */
public final class RsaBenchmark {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final CryptoCount COUNT = CryptoCount.of(CryptoOperation.SIGN, "benchmark");

    private final List<PrivateKey> keys = new ArrayList<>();
    private final int octets;

    private RsaBenchmark(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        octets = bits / 8;
        for (int i = 0; i < 10; i++) {
            KeyPair pair = generator.generateKeyPair();
            keys.add(pair.getPrivate());
        }
    }

    /** What a turn came to, in operations per second. */
    private record Rates(double cpu, double wall) {}

    public static void main(String[] arguments) throws Exception {
        int bits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2048;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Integer> callers = arguments.length > 2
                ? Arrays.stream(arguments).skip(2).map(Integer::valueOf).toList()
                : List.of(1, 2, 3, 4, 8, 20, 64);
        System.out.println("cryptography: " + CryptoProviders.install());
        Path mark = Files.createTempDirectory("postseal").resolve("mark");
        try (RsaBatches batches = RsaBatches.start(true, mark)) {
            System.out.println("RSA-" + bits + " in batches: " + batches.state());
            RsaBenchmark bench = new RsaBenchmark(bits);
            for (int i = 0; i < 4; i++) {
                bench.turn(20, true);
                bench.turn(20, false);
            }
            System.out.printf(
                    "%8s %12s %12s %7s %12s %12s %7s %7s %9s%n",
                    "callers",
                    "alone/CPU-s",
                    "batch/CPU-s",
                    "ratio",
                    "alone/s",
                    "batch/s",
                    "ratio",
                    "lanes",
                    "alone, %");
            for (int number : callers) {
                bench.row(number, turns);
            }
        } finally {
            Files.deleteIfExists(mark);
            Files.deleteIfExists(mark.getParent());
        }
    }

    private void row(int callers, int turns) throws Exception {
        List<Rates> alone = new ArrayList<>();
        List<Rates> batched = new ArrayList<>();
        BatchFigures before = RsaBatches.current().figures();
        for (int i = 0; i < turns; i++) {
            alone.add(turn(callers, false));
            batched.add(turn(callers, true));
        }
        BatchFigures after = RsaBatches.current().figures();
        double lanes = after.lanes() - before.lanes();
        double lone = after.alone() - before.alone();
        System.out.printf(
                Locale.ROOT,
                "%8d %12.0f %12.0f %7.2f %12.0f %12.0f %7.2f %7.2f %9.1f%n",
                callers,
                median(alone.stream().mapToDouble(Rates::cpu).toArray()),
                median(batched.stream().mapToDouble(Rates::cpu).toArray()),
                ratio(batched, alone, true),
                median(alone.stream().mapToDouble(Rates::wall).toArray()),
                median(batched.stream().mapToDouble(Rates::wall).toArray()),
                ratio(batched, alone, false),
                lanes / Math.max(1, after.batches() - before.batches()),
                100 * lone / Math.max(1, lone + lanes));
    }

    private static double ratio(List<Rates> one, List<Rates> other, boolean isCpu) {
        double[] ratios = new double[one.size()];
        Arrays.setAll(
                ratios,
                i -> isCpu
                        ? one.get(i).cpu() / other.get(i).cpu()
                        : one.get(i).wall() / other.get(i).wall());
        return median(ratios);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    // A message does other things as well between two operations, and lets others run.
    @SuppressWarnings("ThreadPriorityCheck")
    private Rates turn(int callers, boolean isBatched) throws Exception {
        LongAdder done = new LongAdder();
        long cpu = PROCESS.getProcessCpuTime();
        long begin = System.nanoTime();
        long end = begin + 1_000_000_000L;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                PrivateKey key = keys.get(i % keys.size());
                all.add(threads.submit(() -> {
                    byte[] number = new byte[octets];
                    Arrays.fill(number, 1, octets, (byte) 7);
                    while (System.nanoTime() < end) {
                        if (isBatched) {
                            RsaBatches.current().apply(number, key, true, COUNT, () -> alone(number, key));
                        } else {
                            alone(number, key);
                        }
                        done.increment();
                        Thread.yield();
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return new Rates(
                done.sum() * 1e9 / (PROCESS.getProcessCpuTime() - cpu), done.sum() * 1e9 / (System.nanoTime() - begin));
    }

    private static byte[] alone(byte[] number, PrivateKey key) throws java.security.GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(number);
    }
}
