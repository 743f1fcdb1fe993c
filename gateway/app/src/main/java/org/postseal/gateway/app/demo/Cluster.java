package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresAddress;
import org.postseal.certstore.database.PostgresSettings;
import org.postseal.certstore.database.Sql;

/**
 * A PostgreSQL of the demonstration, which serves this machine alone. PostgreSQL refuses to run as root, and runs as
 * its own user then.
 *
 * @param passwordFile of its only user
 */
record Cluster(PostgresAddress address, Path passwordFile) {
    /** @param folder is empty */
    static Cluster start(Programs programs, Path folder) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), UUID.randomUUID() + "\n");
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (isRoot) {
            programs.run("chown", List.of("chown", "-R", "postgres", folder.toString()));
        }
        List<String> user = isRoot ? AS_POSTGRES : List.of();
        String data = folder.resolve("data").toString();
        programs.run(
                "initdb",
                with(
                        user,
                        INITDB.toString(),
                        "--no-sync",
                        "--auth=scram-sha-256",
                        "--pwfile=" + password,
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--username=postseal",
                        "-D",
                        data));
        int port = Programs.freePort();
        Process server = programs.start(
                "postgres",
                with(
                        user,
                        INITDB.resolveSibling("postgres").toString(),
                        "-D",
                        data,
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories="));
        PostgresAddress address = PostgresAddress.parse("postgresql://postseal@127.0.0.1:" + port + "/postgres")
                .orElseThrow();
        Cluster cluster = new Cluster(address, password);
        programs.await("postgres", server, cluster::answers);
        return cluster;
    }

    private boolean answers() {
        PostgresSettings settings = new PostgresSettings(address, Optional.of(passwordFile), false, Optional.empty());
        try (Sql _ = new Postgres(settings, Duration.ofSeconds(5)).connect()) {
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static List<String> with(List<String> user, String... words) {
        List<String> all = new ArrayList<>(user);
        all.addAll(List.of(words));
        return all;
    }

    /** Where Debian has it; it is not on the path. */
    static final Path INITDB = Path.of("/usr/lib/postgresql/17/bin/initdb");

    private static final List<String> AS_POSTGRES =
            List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
}
