package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connects as the configuration says, to a server that demands a password and has a certificate for localhost. */
class PostgresSettingsTest {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    @AutoClose
    private static PostgresServer server;

    private static String database;

    @BeforeAll
    static void start() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        certificate("server", "DNS:localhost");
        certificate("other", "DNS:localhost");
        Path rules = Files.write(
                folder.resolve("hba.conf"),
                List.of("hostssl all checked 127.0.0.1/32 scram-sha-256", "host all postseal 127.0.0.1/32 trust"));
        server = PostgresServer.start(
                "fsync=off",
                "hba_file=" + rules,
                "ssl=on",
                "ssl_cert_file=" + folder.resolve("server.pem"),
                "ssl_key_file=" + folder.resolve("server.key"));
        String url = server.newDatabase();
        database = url.replaceFirst(".*/(test\\d+).*", "$1");
        try (Sql sql = new Postgres(url, TIME_LIMIT).connect()) {
            sql.execute("CREATE ROLE checked LOGIN PASSWORD 'right'");
        }
        Files.writeString(folder.resolve("right"), "right\nno password\n");
        Files.writeString(folder.resolve("wrong"), "wrong\n");
    }

    @Test
    void tlsAndPasswordAreThoseOfTheSettings() throws SQLException {
        try (Sql sql = postgres("localhost", true, "server.pem", "right").connect()) {
            assertThat(sql.first(
                            "SELECT ssl, current_user AS name FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                            row -> row.getBoolean("ssl") + " " + row.getString("name")))
                    .contains("true checked");
        }
    }

    @Test
    void aServerWithAnotherCertificateOrNameIsNoneOfOurs() {
        assertThatThrownBy(
                        () -> postgres("localhost", true, "other.pem", "right").connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("SSL error");
        assertThatThrownBy(
                        () -> postgres("127.0.0.1", true, "server.pem", "right").connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("127.0.0.1");
        Postgres untrusted = new Postgres(
                new PostgresSettings(
                        address("localhost"), Optional.of(folder.resolve("right")), true, Optional.empty()),
                TIME_LIMIT);
        assertThatThrownBy(untrusted::connect).isInstanceOf(SQLException.class).hasMessageContaining("SSL error");
    }

    @Test
    void withoutTlsAServerThatDemandsItRefuses() {
        Postgres clear = new Postgres(
                new PostgresSettings(
                        address("localhost"), Optional.of(folder.resolve("right")), false, Optional.empty()),
                TIME_LIMIT);
        assertThatThrownBy(clear::connect).isInstanceOf(SQLException.class).hasMessageContaining("no encryption");
    }

    @Test
    void faultsNameTheAddressAndNoPassword() {
        assertRefused(postgres("localhost", true, "server.pem", "wrong"), "password authentication failed");
        assertRefused(postgres("localhost", true, "server.pem", "missing"), "missing cannot be read");
    }

    private static void assertRefused(Postgres postgres, String why) {
        assertThatThrownBy(() -> {
                    try {
                        postgres.connect().close();
                    } catch (SQLException e) {
                        throw postgres.named(e);
                    }
                })
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith(
                        "postgresql://checked@localhost:" + server.port() + "/" + database + " is refused")
                .hasMessageContaining(why)
                .extracting(thrown -> ((DatabaseException) thrown).fault())
                .isEqualTo(DatabaseException.Fault.REFUSED);
    }

    private static Postgres postgres(String host, boolean isTls, String trust, String password) {
        return new Postgres(
                new PostgresSettings(
                        address(host),
                        Optional.of(folder.resolve(password)),
                        isTls,
                        Optional.of(folder.resolve(trust))),
                TIME_LIMIT);
    }

    private static PostgresAddress address(String host) {
        return PostgresAddress.parse("postgresql://checked@" + host + ":" + server.port() + "/" + database)
                .orElseThrow();
    }

    private static void certificate(String name, String names) throws Exception {
        Path key = folder.resolve(name + ".key");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=" + names,
                "-keyout",
                key.toString(),
                "-out",
                folder.resolve(name + ".pem").toString());
        if (System.getProperty("user.name").equals("root")) {
            run("chown", "postgres", key.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(output).isZero();
    }
}
