package org.postseal.gateway.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.postseal.gateway.e2e.load.Latencies;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Usage;

/**
 * Runs a {@link LoadSource} against one {@code smtp-sink}, and reads the CPU time of gateway and sink from {@code
 * /proc}.
 */
final class LoadRun implements AutoCloseable {
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
     * @param gatewayMillis the CPU time of the gateway; 0 without the gateway
     * @param latencies the times from the final dot to the reply
     */
    record Sample(double messagesPerSecond, double gatewayMillis, double sinkMillis, Latencies latencies) {}

    Sample run(Mode mode, int sizeKb, int messages) {
        LoadSource source = new LoadSource(road.sender(mode), road.recipient(mode), octets(mode, sizeKb));
        double gatewayBefore = Usage.cpuSeconds(road.gatewayPid());
        double sinkBefore = Usage.cpuSeconds(sink.pid());
        long start = System.nanoTime();
        Latencies latencies;
        try {
            latencies = source.send(road.port(mode), messages, sessions);
        } catch (RuntimeException e) {
            throw new AssertionError(mode + " " + sizeKb + " KB\n" + road.log(), e);
        }
        double wall = (System.nanoTime() - start) / 1e9;
        return new Sample(
                messages / wall,
                (Usage.cpuSeconds(road.gatewayPid()) - gatewayBefore) * 1000 / messages,
                (Usage.cpuSeconds(sink.pid()) - sinkBefore) * 1000 / messages,
                latencies);
    }

    private byte[] octets(Mode mode, int sizeKb) {
        try {
            return Files.readAllBytes(road.message(mode, sizeKb));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
