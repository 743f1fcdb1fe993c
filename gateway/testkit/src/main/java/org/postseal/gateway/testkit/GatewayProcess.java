package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Runs the built gateway as a separate process, with a configuration, a policy and a store in a temporary directory.
 * Users are added first, and then it is started. Not thread-safe.
 */
public final class GatewayProcess implements AutoCloseable {
    public static final String AUTHSERV_ID = "postseal.gw.example.com";
    private static final String MAIN = "org.postseal.gateway.admin.Main";

    private final Path home = TemporaryHome.create("gateway");
    private final List<Integer> ports = Await.freePorts(4);
    private List<Integer> listening = ports;
    // Most processes live a few seconds, and are over before the second compiler of the JVM pays.
    private List<String> javaOptions = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private String furtherConfiguration = "";
    private List<String> launcher = List.of();
    private String audit = "audit.jsonl";
    private String auditOptions = "";
    private String mainClass = MAIN;
    private Optional<Path> jar = packed();
    private @Nullable Process process;

    public GatewayProcess(TestPki pki) {
        try {
            Path trust = Files.createDirectories(home.resolve("store/trust"));
            Files.copy(pki.root(), trust.resolve("root.pem"));
            Files.copy(pki.intermediate(), home.resolve("store/intermediate.pem"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the LMTP port for mail of our users. */
    public int submissionLmtp() {
        return ports.get(0);
    }

    /** Returns the LMTP port for mail from outside. */
    public int inboundLmtp() {
        return ports.get(1);
    }

    /** Returns the SMTP port for mail of our users. */
    public int submissionSmtp() {
        return ports.get(2);
    }

    /** Returns the SMTP port for mail from outside. */
    public int inboundSmtp() {
        return ports.get(3);
    }

    /** Adds users whose keys the gateway holds. */
    public GatewayProcess own(List<Identity> identities) {
        for (Identity identity : identities) {
            copy(identity.pkcs12(), "store/" + identity.address() + ".p12");
            write("store/" + identity.address() + ".p12.password", Identity.PASSWORD + "\n");
        }
        return this;
    }

    /** Adds users whose certificates the gateway knows. */
    public GatewayProcess partners(List<Identity> identities) {
        for (Identity identity : identities) {
            copy(identity.certificate(), "store/" + identity.address() + ".pem");
        }
        return this;
    }

    /** Sets other options of the JVM than those that suit tests. */
    public GatewayProcess javaOptions(List<String> options) {
        javaOptions = options;
        return this;
    }

    public GatewayProcess configuration(String lines) {
        furtherConfiguration = lines;
        return this;
    }

    /** Puts words before the command of the gateway; the program that they name must become it (exec). */
    public GatewayProcess launcher(List<String> words) {
        launcher = words;
        return this;
    }

    /** Sets another audit log than {@code audit.jsonl}. */
    public GatewayProcess auditFile(String name) {
        audit = name;
        return this;
    }

    /** Sets the size at which a file of the audit log is full. */
    public GatewayProcess auditFilesOf(int octets) {
        auditOptions = ", rotate: { size: " + octets + " }";
        return this;
    }

    /** Has the audit log signed this often, a time as in the configuration. */
    public GatewayProcess auditSignedEvery(String time) {
        auditOptions = ", checkpoint: { every: " + time + " }";
        return this;
    }

    /** Sets a main class of the tests, which runs the real main class. */
    public GatewayProcess main(String className) {
        mainClass = className;
        return this;
    }

    /** Runs the gateway that is packed in another checkout. */
    public GatewayProcess packedIn(Path checkout) {
        jar = Optional.of(packed(checkout).orElseThrow());
        return this;
    }

    /** Runs the gateway of this checkout again. */
    public GatewayProcess packedHere() {
        jar = packed();
        return this;
    }

    /** Starts the gateway and waits until it listens. */
    public GatewayProcess start(String policy, int nextHop) {
        return prepare(policy, nextHop).start();
    }

    /** Writes its files and does not start it yet. */
    public GatewayProcess prepare(String policy, int nextHop) {
        return prepare(policy, "\"127.0.0.1:" + nextHop + "\"");
    }

    /** Starts it before smtp-sink, which does not announce DSN. */
    public GatewayProcess startBeforeSink(String policy, int nextHop) {
        return prepare(policy, "{ address: \"127.0.0.1:" + nextHop + "\", allowOpenedWithoutDsn: true }")
                .start();
    }

    private GatewayProcess prepare(String policy, String nextHop) {
        return prepare(
                policy,
                """
                listeners:
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: submission }
                  - { protocol: lmtp, address: "127.0.0.1:%d", role: inbound }
                  - { protocol: smtp, address: "127.0.0.1:%d", role: submission }
                  - { protocol: smtp, address: "127.0.0.1:%d", role: inbound }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: %s
                """.formatted(submissionLmtp(), inboundLmtp(), submissionSmtp(), inboundSmtp(), nextHop),
                ports);
    }

    /**
     * Starts it with other listeners and next hops.
     *
     * @param connections the listeners and next hops, as the configuration has them
     * @param listeners the ports of the listeners
     */
    public GatewayProcess start(String policy, String connections, List<Integer> listeners) {
        return prepare(policy, connections, listeners).start();
    }

    /** Writes the files for the next {@link #start()}. */
    public GatewayProcess prepare(String policy, String connections, List<Integer> listeners) {
        listening = List.copyOf(listeners);
        // The usual port is for those that ask for it: many gateways run at a time.
        String given = connections + furtherConfiguration;
        String metrics = given.contains("metrics:") ? "" : "metrics: { address: none }\n";
        write("policy.yaml", policy);
        write("postseal.yaml", """
            hostName: gw.example.com
            authservId: %s
            store: { directory: store }
            audit: { file: %s%s }
            """.formatted(AUTHSERV_ID, audit, auditOptions) + metrics + given);
        return this;
    }

    /** Starts it again as it was. */
    public GatewayProcess start() {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        String classPath = classPath(jar);
        jar.ifPresent(packed -> command.addAll(ClassCache.options(packed, classPath)));
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-cp",
                mainClass.equals(MAIN) ? classPath : classPath + ":" + System.getProperty("java.class.path"),
                mainClass,
                "run",
                "-c",
                home.resolve("postseal.yaml").toString()));
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                    .start();
            process = started;
            awaitListeners(started);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a gateway that does not come up, since nobody else would end it. */
    private void awaitListeners(Process started) {
        try {
            for (int port : listening) {
                Await.listener(port, started::isAlive, this::log);
            }
        } catch (AssertionError e) {
            started.destroyForcibly();
            throw e;
        }
    }

    /** Sends SIGTERM and returns the exit status. */
    public int stop() {
        Process running = running();
        process = null;
        running.destroy();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("SIGTERM does not stop the gateway\n" + log());
            }
            return running.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends SIGKILL. */
    public void kill() {
        running().destroyForcibly();
        awaitEnd();
    }

    /** Waits until it has ended by itself. */
    public void awaitEnd() {
        Process running = running();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the gateway does not end\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        process = null;
    }

    public Path file(String name) {
        return home.resolve(name);
    }

    private Process running() {
        return Objects.requireNonNull(process, "not started");
    }

    public long pid() {
        return running().pid();
    }

    public String log() {
        Path file = home.resolve("log");
        try {
            return Files.exists(file) ? Files.readString(file, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the audit records for this Message-ID, oldest first; they are read as YAML, since every JSON text is also
     * YAML.
     */
    public List<Map<?, ?>> audit(String id) {
        Path file = home.resolve(audit);
        try {
            return Files.readAllLines(file, UTF_8).stream()
                    .<Map<?, ?>>map(
                            line -> (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line))
                    .filter(entry -> ("<" + id + "@test>").equals(entry.get("email.message_id")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            stop();
        }
        TemporaryHome.delete(home);
    }

    /**
     * Returns the class path that {@code bin/postseal} uses: the jar and the libraries beside it. In an IDE, before
     * anything is packed, it is the test's own class path.
     */
    public static String classPath() {
        return classPath(packed());
    }

    private static String classPath(Optional<Path> jar) {
        return jar.map(packed -> packed + ":" + packed.resolveSibling("lib") + "/*")
                .orElseGet(() -> System.getProperty("java.class.path"));
    }

    /** Returns the gateway's jar, if it is packed. */
    public static Optional<Path> packed() {
        return packed(Project.file(""));
    }

    private static Optional<Path> packed(Path checkout) {
        Path target = checkout.resolve("gateway/admin/target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (var files = Files.list(target)) {
            List<Path> jars = files.filter(file -> file.getFileName().toString().matches("gateway-admin-[\\d.]+\\.jar"))
                    .toList();
            return jars.size() == 1 ? Optional.of(jars.getFirst()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copy(Path from, String to) {
        try {
            Files.copy(from, home.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(home.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
