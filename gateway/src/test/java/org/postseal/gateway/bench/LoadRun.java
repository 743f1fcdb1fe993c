package org.postseal.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.e2e.Await;
import org.postseal.gateway.e2e.Command;

/** Runs of {@code smtp-source} against one {@code smtp-sink}, with the CPU time of everybody concerned from {@code /proc}. */
final class LoadRun implements AutoCloseable {
    private static final double TICKS_PER_SECOND =
            Double.parseDouble(new String(Command.of("getconf", "CLK_TCK").output(), US_ASCII).strip());

    private final BenchRoad road;
    private final int sessions;
    private final Process sink;

    LoadRun(BenchRoad road, int sessions) {
        this.road = road;
        this.sessions = sessions;
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> command = root
                ? List.of("smtp-sink", "-u", "postfix", "127.0.0.1:" + road.sinkPort(), "1000")
                : List.of("smtp-sink", "127.0.0.1:" + road.sinkPort(), "1000");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().merge("PATH", "/usr/sbin", (path, more) -> path + ":" + more);
            sink = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.listener(road.sinkPort(), sink::isAlive, () -> "smtp-sink");
    }

    /**
     * One run. CPU times are per message.
     *
     * @param gatewayMillis 0 without the gateway
     */
    record Sample(double messagesPerSecond, double gatewayMillis, double sinkMillis, double sourceMillis) {}

    Sample run(Mode mode, int sizeKb, int messages) {
        double gatewayBefore = cpuSeconds(road.gatewayPid());
        double sinkBefore = cpuSeconds(sink.pid());
        // only a parent learns the CPU times of an ended child, and the shell tells them; the wall time is ours: the
        // shell's follows a clock that may be set meanwhile
        long start = System.nanoTime();
        Command.Result result = Command.of(
                        "bash",
                        "-c",
                        "TIMEFORMAT='%U %S'; time smtp-source \"$@\"",
                        "smtp-source",
                        "-s",
                        sessions,
                        "-d",
                        "-m",
                        messages,
                        "-f",
                        road.sender(mode),
                        "-t",
                        road.recipient(mode),
                        "-F",
                        road.message(mode, sizeKb),
                        "127.0.0.1:" + road.port(mode))
                .limit(600)
                .run();
        if (!result.isSuccess()) {
            throw new AssertionError(mode + " " + sizeKb + " KB: " + result + "\n" + road.log());
        }
        double wall = (System.nanoTime() - start) / 1e9;
        List<String> lines = result.messages().lines().toList();
        String[] times = lines.getLast().split(" ", 2);
        double source = Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
        return new Sample(
                messages / wall,
                (cpuSeconds(road.gatewayPid()) - gatewayBefore) * 1000 / messages,
                (cpuSeconds(sink.pid()) - sinkBefore) * 1000 / messages,
                source * 1000 / messages);
    }

    @Override
    public void close() {
        sink.destroy();
        try {
            sink.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** User and system time of all its threads, proc_pid_stat(5). */
    private static double cpuSeconds(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // the name in parentheses may hold blanks; utime and stime are the 14th and 15th field
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
