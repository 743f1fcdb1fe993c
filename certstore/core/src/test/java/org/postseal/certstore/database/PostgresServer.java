package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for a test: a cluster of its own in a temporary folder, on a free port of the loopback address. It
 * ends with the JVM. {@link #shared()} serves all tests of a JVM, each with a database of its own; a test that stops,
 * kills or pauses the server takes one with {@link #start}.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/17/bin");
    private static final String USER = "postseal";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @Nullable PostgresServer shared;

    private final Path folder;
    private final int port;
    private final List<String> settings;
    private final Thread atExit = new Thread(this::remove);
    private @Nullable Process process;

    private PostgresServer(Path folder, int port, List<String> settings) {
        this.folder = folder;
        this.port = port;
        this.settings = settings;
    }

    /** Returns the running server of this JVM. */
    public static synchronized PostgresServer shared() {
        if (shared == null) {
            // A power cut of this server is nothing that its tests try.
            shared = start("fsync=off", "max_connections=200");
        }
        return shared;
    }

    /**
     * Makes a cluster and starts its server. If PostgreSQL 17 is not installed, the test is skipped, or fails in CI.
     *
     * @param settings lines of {@code postgresql.conf}: {@code fsync=off}
     */
    public static PostgresServer start(String... settings) {
        boolean isInstalled = Files.isExecutable(PROGRAMS.resolve("initdb"));
        if (System.getenv("CI") != null) {
            assertThat(isInstalled).as("postgresql-17 must be installed in CI").isTrue();
        }
        assumeTrue(isInstalled, "postgresql-17 is not installed: no real PostgreSQL is tried");
        try {
            Path folder = Files.createTempDirectory("postgresql");
            PostgresServer server = new PostgresServer(folder, freePort(), List.of(settings));
            Runtime.getRuntime().addShutdownHook(server.atExit);
            server.make();
            server.startAgain();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the JDBC address of a new, empty database. */
    public String newDatabase() {
        return newDatabase("");
    }

    /**
     * Returns the JDBC address of a new, empty database.
     *
     * @param options what follows its name in the statement: {@code ENCODING 'LATIN1' LOCALE 'C'}
     */
    String newDatabase(String options) {
        String name = "test" + DATABASES.incrementAndGet();
        try {
            execute(url("postgres"), "CREATE DATABASE " + name + " TEMPLATE template0 " + options);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    /** Executes statements in the database with this JDBC address. */
    public static void execute(String url, String statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    public int port() {
        return port;
    }

    /** Returns the process whose children are all other processes of the server. */
    public long pid() {
        return Objects.requireNonNull(process).pid();
    }

    /** Starts the server after {@link #kill} or {@link #stop}, on the same port, and waits until it answers. */
    public void startAgain() throws IOException {
        List<String> command =
                new ArrayList<>(List.of(PROGRAMS.resolve("postgres").toString(), "-D", data()));
        for (String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(List.of("-p", Integer.toString(port), "-k", folder.toString()));
        Process started = new ProcessBuilder(asOrdinaryUser(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process = started;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                throw new IOException("PostgreSQL did not start: " + Files.readString(log()));
            }
            sleep(20);
        }
    }

    /** Ends the server in order, without waiting for its clients. */
    public void stop() {
        end("-INT");
    }

    /** Ends all processes of the server at once, as a crash does. Their next start reads the write-ahead log. */
    public void kill() {
        end("-QUIT");
    }

    /** Pauses all processes of the server. It then accepts connections and does not answer. */
    public void pause() throws IOException {
        signal("-STOP");
    }

    /** Lets the server go on after {@link #pause}. */
    public void resume() throws IOException {
        signal("-CONT");
    }

    /** Copies the running server into a folder beside it, in place of an earlier copy. */
    public void backUp() throws IOException {
        run(List.of("rm", "-rf", backup()));
        run(asOrdinaryUser(List.of(
                PROGRAMS.resolve("pg_basebackup").toString(),
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=" + USER,
                "--checkpoint=fast",
                "--no-sync",
                "--pgdata=" + backup())));
    }

    /** Starts the server again as a standby, and makes it a primary, as a failover does. */
    public void promote() throws IOException, SQLException {
        stop();
        run(asOrdinaryUser(List.of("touch", data() + "/standby.signal")));
        startAgain();
        execute(url("postgres"), "SELECT pg_promote()");
    }

    /** Ends the server as a crash does, and starts what {@link #backUp} has copied. */
    public void restore() throws IOException {
        kill();
        run(List.of("rm", "-rf", data()));
        run(List.of("mv", backup(), data()));
        startAgain();
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook then does it again, which does no harm.
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
    }

    private void make() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (isRoot()) {
            run(List.of("chown", "postgres", folder.toString()));
        }
        run(asOrdinaryUser(List.of(
                PROGRAMS.resolve("initdb").toString(),
                "--no-sync",
                "--auth=trust",
                "--encoding=UTF8",
                // The order of texts in queries must not depend on the collation of the machine.
                "--locale=C.UTF-8",
                "--username=" + USER,
                "-D",
                data())));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url("postgres"))) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void end(String signal) {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        try {
            run(List.of("kill", signal, Long.toString(running.pid())));
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            running.destroyForcibly();
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String signal) throws IOException {
        Process running = process;
        if (running == null) {
            throw new IOException("PostgreSQL does not run");
        }
        List<String> command = new ArrayList<>(List.of("kill", signal, Long.toString(running.pid())));
        running.descendants().forEach(child -> command.add(Long.toString(child.pid())));
        run(command);
    }

    private void remove() {
        kill();
        try {
            run(List.of("rm", "-rf", folder.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private String backup() {
        return folder.resolve("backup").toString();
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** Returns the command as a user that is not root, since PostgreSQL refuses to run as root. */
    public static List<String> asOrdinaryUser(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> all =
                new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        all.addAll(command);
        return all;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static void run(List<String> command) throws IOException {
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (running.waitFor() != 0) {
                throw new IOException(command + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
