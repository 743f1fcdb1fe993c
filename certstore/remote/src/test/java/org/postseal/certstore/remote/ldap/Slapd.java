package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real slapd for a test, on free ports of the loopback address, with configuration, database and log in a temporary
 * folder. It ends with the test or the JVM. Entries are loaded while it is down ({@link #load}), which is quick, or
 * through {@link #admin} while it runs. Not thread-safe.
 */
public final class Slapd implements AutoCloseable {
    private static final Path SLAPD = Path.of("/usr/sbin/slapd");
    private static final Path SLAPADD = Path.of("/usr/sbin/slapadd");
    private static final String PASSWORD = "correct horse";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final String suffix;
    private final Optional<LdapUrl> tlsUrl;
    private final LdapUrl url;
    private final Thread atExit = new Thread(this::kill);
    private @Nullable Process process;

    private Slapd(Builder builder) throws IOException {
        this.folder = Files.createDirectories(builder.folder);
        this.suffix = builder.suffix;
        this.url = new LdapUrl(false, "127.0.0.1", freePort());
        this.tlsUrl = builder.tls == null ? Optional.empty() : Optional.of(new LdapUrl(true, "127.0.0.1", freePort()));
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(passwordFile(), PASSWORD + "\n");
        try (InputStream schema = Slapd.class.getResourceAsStream("postseal-test.schema")) {
            Files.write(folder.resolve("postseal-test.schema"), schema.readAllBytes());
        }
        Files.write(folder.resolve("slapd.conf"), configuration(builder));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Returns the builder of a server whose files go to {@code folder}. If no slapd is installed, the test is skipped,
     * or fails in CI.
     */
    public static Builder in(Path folder) {
        boolean isInstalled = Files.isExecutable(SLAPD) && Files.isExecutable(SLAPADD);
        if (System.getenv("CI") != null) {
            assertThat(isInstalled).as("slapd must be installed in CI").isTrue();
        }
        assumeTrue(isInstalled, "slapd is not installed: no real LDAP server is tried");
        return new Builder(folder);
    }

    /** Says what the server shall be like. */
    public static final class Builder {
        private final Path folder;
        private String suffix = "dc=example,dc=com";
        private final List<Path> schemas = new ArrayList<>();
        private final List<String> global = new ArrayList<>();
        private final List<String> database = new ArrayList<>();
        private @Nullable TlsIdentity tls;

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** Sets another suffix than {@code dc=example,dc=com}. */
        public Builder suffix(String wanted) {
            suffix = wanted;
            return this;
        }

        /** Adds a schema to core, cosine, inetorgperson, misc, dyngroup and the tests' own. */
        public Builder schema(Path file) {
            schemas.add(file);
            return this;
        }

        /** Adds a line before the database, for example {@code sizelimit 5}. */
        public Builder global(String line) {
            global.add(line);
            return this;
        }

        /**
         * Adds a line to the database or to an overlay of it, for example {@code overlay syncprov} or
         * {@code index uid eq}.
         */
        public Builder database(String line) {
            database.add(line);
            return this;
        }

        /** Lets the server offer StartTLS, and ldaps on a port of its own. */
        public Builder tls(TlsIdentity identity) {
            tls = identity;
            return this;
        }

        /** Returns the server, which is empty and not running. */
        public Slapd build() throws IOException {
            return new Slapd(this);
        }
    }

    /** Adds the entries of an LDIF file to the database of the stopped server. */
    public Slapd load(Path ldif) throws IOException {
        assertThat(process).as("loading is for a stopped server").isNull();
        run(SLAPADD.toString(), "-q", "-f", configurationFile().toString(), "-l", ldif.toString());
        return this;
    }

    /** Works as {@link #load(Path)}, with the text of the LDIF. */
    public Slapd load(String ldif) throws IOException {
        Path file = folder.resolve("load.ldif");
        Files.writeString(file, ldif);
        return load(file);
    }

    /** Starts the server, on the same ports as before, and waits until it answers. */
    public Slapd start() throws IOException {
        assertThat(process).as("already started").isNull();
        String listen = url + "/" + tlsUrl.map(tls -> " " + tls + "/").orElse("");
        Process started = new ProcessBuilder(
                        SLAPD.toString(), "-f", configurationFile().toString(), "-h", listen, "-d", "0")
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        process = started;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                kill();
                throw new IOException("slapd did not start: " + Files.readString(log()));
            }
            sleep(20);
        }
        return this;
    }

    /** Ends the server in order. It closes its connections. */
    public void stop() {
        end(false);
    }

    /** Kills the server. */
    public void kill() {
        end(true);
    }

    /**
     * Pauses the server (SIGSTOP) and waits until all its threads are stopped. It then accepts connections and does not
     * answer.
     */
    public void pause() throws IOException {
        signal("-STOP");
        long end = System.nanoTime() + PATIENCE.toNanos();
        // The signal is only pending when kill returns. A thread on another processor may still answer.
        while (!stands()) {
            if (System.nanoTime() > end) {
                throw new IOException("slapd does not stop");
            }
            sleep(5);
        }
    }

    /** Lets the server go on after {@link #pause}. */
    public void resume() throws IOException {
        signal("-CONT");
    }

    /** Returns {@code ldap://127.0.0.1:port}, where StartTLS is offered if the server has TLS. */
    public LdapUrl url() {
        return url;
    }

    /** Returns {@code ldaps://127.0.0.1:port}. */
    public LdapUrl tlsUrl() {
        return tlsUrl.orElseThrow();
    }

    /** Returns the suffix of the only database. */
    public String suffix() {
        return suffix;
    }

    /** Returns the DN of the administrator, who may do everything. */
    public String adminDn() {
        return "cn=admin," + suffix;
    }

    /** Returns the administrator's password. */
    public String adminPassword() {
        return PASSWORD;
    }

    /** Returns a file with the administrator's password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    /** Returns the administrator's credentials. */
    public LdapSettings.Credentials credentials() {
        return new LdapSettings.Credentials(adminDn(), passwordFile());
    }

    /** Opens a connection of the administrator. The caller closes it. */
    public LDAPConnection admin() throws LDAPException {
        return new LDAPConnection(url.host(), url.port(), adminDn(), PASSWORD);
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook then does it again, which does no harm.
        }
    }

    private List<String> configuration(Builder builder) {
        List<String> lines = new ArrayList<>();
        for (String schema : List.of("core", "cosine", "inetorgperson", "misc", "dyngroup")) {
            lines.add("include /etc/ldap/schema/" + schema + ".schema");
        }
        lines.add("include " + folder.resolve("postseal-test.schema"));
        builder.schemas.forEach(schema -> lines.add("include " + schema));
        lines.add("modulepath /usr/lib/ldap");
        lines.add("moduleload back_mdb");
        lines.add("moduleload syncprov");
        lines.add("pidfile " + folder.resolve("pid"));
        TlsIdentity tls = builder.tls;
        if (tls != null) {
            lines.add("TLSCACertificateFile " + tls.authority());
            lines.add("TLSCertificateFile " + tls.certificate());
            lines.add("TLSCertificateKeyFile " + tls.key());
        }
        lines.addAll(builder.global);
        lines.add("database mdb");
        lines.add("suffix \"" + suffix + "\"");
        lines.add("rootdn \"" + adminDn() + "\"");
        lines.add("rootpw \"" + PASSWORD + "\"");
        lines.add("directory " + folder.resolve("db"));
        lines.add("maxsize 1073741824");
        lines.add("dbnosync");
        lines.add("index objectClass,mail,proxyAddresses eq");
        lines.add("index entryCSN,entryUUID eq");
        lines.addAll(builder.database);
        return lines;
    }

    private Path configurationFile() {
        return folder.resolve("slapd.conf");
    }

    private Path log() {
        return folder.resolve("log");
    }

    private boolean answers() {
        try (LDAPConnection connection = new LDAPConnection(url.host(), url.port())) {
            return connection.getRootDSE() != null;
        } catch (LDAPException notYet) {
            return false;
        }
    }

    private void end(boolean atOnce) {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        try {
            if (!atOnce) {
                running.destroy();
                if (running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    return;
                }
            }
            running.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Returns true if every thread of the server is in state T (proc_pid_stat(5)). */
    private boolean stands() throws IOException {
        Path threads =
                Path.of("/proc", Long.toString(Objects.requireNonNull(process).pid()), "task");
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    private void signal(String signal) throws IOException {
        Process running = process;
        assertThat(running).as("not running").isNotNull();
        if (running != null) {
            run("/bin/kill", signal, Long.toString(running.pid()));
        }
    }

    private void run(String... command) throws IOException {
        Path output = folder.resolve("output");
        Process running = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!running.waitFor(2, TimeUnit.MINUTES) || running.exitValue() != 0) {
                running.destroyForcibly();
                throw new IOException(command[0] + ": " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
