package org.postseal.gateway.e2e.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One row of {@code bin/bench cms} as a JMH benchmark. {@link CmsTable} runs it in its own process, where the rows are.
 */
@BenchmarkMode(Mode.Throughput)
public class CmsBenchmark {
    /** The row that is measured. */
    @State(Scope.Benchmark)
    public static class Chosen {
        /** The name of the row. */
        @Param("")
        public String row = "";

        private CmsRow.Job job = () -> {
            throw new IllegalStateException("no row was chosen");
        };

        /** Makes keys and content. */
        @Setup
        public void prepare() {
            job = CmsRow.job(row);
        }
    }

    /** Processor time of the thread that works, which JMH does not count. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Processor {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        /** The operations of an iteration. */
        public long operations;

        /** The processor time of these operations. */
        public long cpuNanos;

        private long start;

        @Setup(Level.Iteration)
        public void start() {
            start = THREADS.getCurrentThreadCpuTime();
        }

        @TearDown(Level.Iteration)
        public void stop() {
            cpuNanos = THREADS.getCurrentThreadCpuTime() - start;
        }
    }

    @Benchmark
    public Object operation(Chosen chosen, Processor processor) throws Exception {
        processor.operations++;
        return chosen.job.run();
    }
}
