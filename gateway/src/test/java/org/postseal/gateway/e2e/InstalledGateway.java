package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service of the installed package, started as its unit says: the same command, user and group. There is no systemd that could do it. Not thread-safe. */
final class InstalledGateway implements AutoCloseable {
    private final DebianRoot root;
    private final Path log;
    private final List<String> words;
    private Optional<Process> process = Optional.empty();

    /** One that is not started yet. */
    InstalledGateway(DebianRoot root, String unit, String user) {
        this.root = root;
        this.log = root.path("root/" + unit + ".log");
        String file = root.read("usr/lib/systemd/system/" + unit + ".service");
        String command = "exec setpriv --reuid=%s --regid=%s --init-groups --no-new-privs --inh-caps=-all %s"
                .formatted(user, user, value(file, "ExecStart"));
        this.words = root.inside("sh", "-ec", "umask " + value(file, "UMask") + "\n" + command);
    }

    private static String value(String unit, String key) {
        Matcher line = Pattern.compile("(?m)^" + key + "=(.*)$").matcher(unit);
        if (!line.find()) {
            throw new AssertionError("no " + key + " in the unit");
        }
        return line.group(1);
    }

    /** Starts it and waits until something listens on these ports. */
    void start(List<Integer> ports) {
        try {
            Process started = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = Optional.of(started);
            for (int port : ports) {
                Await.listener(port, started::isAlive, this::log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM; returns the exit status. */
    int stop() {
        Process running = process.orElseThrow();
        process = Optional.empty();
        running.destroy();
        try {
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("SIGTERM does not stop it\n" + log());
            }
            return running.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    String log() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.ifPresent(Process::destroyForcibly);
    }
}
