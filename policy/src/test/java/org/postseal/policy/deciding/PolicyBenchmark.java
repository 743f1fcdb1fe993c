package org.postseal.policy.deciding;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.postseal.policy.facts.Facts;

/**
 * Measures a decision with ten rules or assignments and with a hundred thousand, the reading of such a policy, and the
 * heap that it takes. It prints a table. Times are processor time of one thread.
 */
public final class PolicyBenchmark {
    private static final String DIRECTION_ONLY = "rules that name a direction and a subject";

    private final int seconds;
    private final int messages = 2_000;

    private PolicyBenchmark(int seconds) {
        this.seconds = seconds;
    }

    /** Takes the arguments {@code --seconds N} of each measured loop and {@code --most N} rules or assignments. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, Integer> options = options(arguments);
        PolicyBenchmark bench = new PolicyBenchmark(options.getOrDefault("--seconds", 2));
        int most = options.getOrDefault("--most", 100_000);
        System.out.printf(
                Locale.ROOT,
                "%d processors, Java %s%n%n%-46s %9s %12s %11s %11s %11s %11s%n",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                "",
                "number",
                "decisions/s",
                "us each",
                "B each",
                "reload ms",
                "heap kB");
        for (int count : List.of(10, 1_000, 100_000)) {
            if (count <= most) {
                bench.measure("rules by recipient domain", count, PolicyBenchmark::byRecipientDomain);
                bench.measure("rules by sender", count, PolicyBenchmark::bySender);
                bench.measure("mailbox policies by user", count, PolicyBenchmark::byUser);
                bench.measure("mailbox policies by domain", count, PolicyBenchmark::byDomain);
                if (count <= 1_000) {
                    bench.measure(DIRECTION_ONLY, count, PolicyBenchmark::bySubject);
                }
            }
        }
    }

    private void measure(String what, int count, IntFunction<String> policy) throws InterruptedException {
        String yaml = policy.apply(count);
        long before = heap();
        RuleSet ruleSet = Policies.load(yaml);
        long after = heap();
        List<Facts> facts = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < messages; i++) {
            int number = random.nextInt(count);
            facts.add(Mail.ours(
                            "user" + number + "@dept" + random.nextInt(count) + ".example.com",
                            "Peer@p" + number + ".partner.example")
                    .header("Subject", "Re: figures of the quarter")
                    .facts());
        }
        long allocated = 0;
        double each = 0;
        for (int round = 0; round < 3; round++) {
            ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long allocatedBefore = thread.getCurrentThreadAllocatedBytes();
            long start = processorTime();
            long done = 0;
            for (long end = System.nanoTime() + seconds * 1_000_000_000L / 3; System.nanoTime() < end; ) {
                for (Facts one : facts) {
                    ruleSet.decide(one, new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES));
                }
                done += facts.size();
            }
            each = (processorTime() - start) / 1e3 / done;
            allocated = (thread.getCurrentThreadAllocatedBytes() - allocatedBefore) / done;
        }
        System.out.printf(
                Locale.ROOT,
                "%-46s %,9d %,12.0f %11.2f %,11d %,11.1f %,11d%n",
                what,
                count,
                1e6 / each,
                each,
                allocated,
                reload(yaml),
                (after - before) / 1024);
    }

    /** Returns milliseconds of processor time, the best of three. */
    private static double reload(String yaml) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = processorTime();
            Policies.load(yaml);
            best = Math.min(best, (processorTime() - start) / 1e6);
        }
        return best;
    }

    private static String byRecipientDomain(int count) {
        return rules(count, i -> "{ direction: outbound, recipientDomain: p" + i + ".partner.example }");
    }

    private static String bySender(int count) {
        return rules(count, i -> "{ sender: user" + i + "@dept" + i + ".example.com }");
    }

    private static String bySubject(int count) {
        return rules(count, i -> "{ direction: outbound, subject: '[label " + i + "]' }");
    }

    private static String rules(int count, IntFunction<String> when) {
        StringBuilder yaml = new StringBuilder("version: 1\ninternal: ['*.example.com']\nrules:\n");
        for (int i = 0; i < count; i++) {
            yaml.append("  - { id: r")
                    .append(i)
                    .append(", when: ")
                    .append(when.apply(i))
                    .append(", then: { encrypt: required } }\n");
        }
        return yaml.append("  - { id: last, when: always, then: mailboxPolicy }\n")
                .toString();
    }

    private static String byUser(int count) {
        return assignments(count, i -> "user" + i + "@dept" + i + ".example.com");
    }

    private static String byDomain(int count) {
        return assignments(count, i -> "dept" + i + ".example.com");
    }

    private static String assignments(int count, IntFunction<String> who) {
        StringBuilder yaml = new StringBuilder("version: 1\ninternal: ['*.example.com']\nmailboxPolicies:\n");
        yaml.append("  default: { RequireSignedSMIMEMessages: true }\n  some:\n    RequireEncryptedSMIMEMessages:"
                + " true\n    appliesTo:\n");
        for (int i = 0; i < count; i++) {
            yaml.append("      - ").append(who.apply(i)).append('\n');
        }
        return yaml.append("rules:\n  - { id: last, when: always, then: mailboxPolicy }\n")
                .toString();
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static Map<String, Integer> options(String[] arguments) {
        Map<String, Integer> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || !List.of("--seconds", "--most").contains(arguments[i])) {
                System.err.println("error: usage: policy [--seconds N] [--most N]");
                System.exit(64);
            }
            options.put(arguments[i], Integer.parseInt(arguments[i + 1]));
        }
        return options;
    }
}
