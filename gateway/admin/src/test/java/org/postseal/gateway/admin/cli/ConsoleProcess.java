package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;

/** {@code postseal console} as a process of its own, over a configuration. */
final class ConsoleProcess implements AutoCloseable {
    private final Path log;
    private final Process process;

    private ConsoleProcess(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** @param port the port that the configuration names, on loopback */
    static ConsoleProcess start(Path config, int port) throws IOException {
        Path log = Files.createTempFile("postseal-console-", ".log");
        ConsoleProcess console = new ConsoleProcess(log, run(config, log));
        Await.listener(port, console.process::isAlive, console::log);
        return console;
    }

    /** Returns the exit code and the output for a configuration that is refused. */
    static String refused(Path config) throws IOException, InterruptedException {
        Path log = Files.createTempFile("postseal-console-", ".log");
        Process process = run(config, log);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("it starts");
            }
            return process.exitValue() + "\n" + Files.readString(log);
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private static Process run(Path config, Path log) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        GatewayProcess.classPath(),
                        "org.postseal.gateway.admin.Main",
                        "console",
                        "-c",
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("SIGTERM does not stop the console\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        Files.delete(log);
    }
}
