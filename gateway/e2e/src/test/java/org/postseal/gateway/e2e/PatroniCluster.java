package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * Two PostgreSQL servers under Patroni, as private processes. One is the primary, the other its synchronous standby,
 * and etcd has the word on which is which. Not thread-safe.
 */
public final class PatroniCluster implements AutoCloseable {
    private final Path folder;
    private final List<Integer> ports = Await.freePorts(6);
    private final List<Member> members =
            List.of(new Member("first", ports.get(2), ports.get(3)), new Member("second", ports.get(4), ports.get(5)));
    private final Process etcd;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread atExit = new Thread(this::remove);

    private final class Member {
        private final String name;
        private final int port;
        private final int restPort;
        private Optional<Process> patroni = Optional.empty();

        Member(String name, int port, int restPort) {
            this.name = name;
            this.port = port;
            this.restPort = restPort;
        }

        private void start() throws IOException {
            Files.writeString(
                    folder.resolve(name + ".yaml"), """
                    scope: postseal
                    name: %1$s
                    restapi: { listen: "127.0.0.1:%2$d", connect_address: "127.0.0.1:%2$d" }
                    etcd3: { host: "127.0.0.1:%3$d" }
                    bootstrap:
                      dcs:
                        ttl: 20
                        loop_wait: 1
                        retry_timeout: 3
                        primary_start_timeout: 0
                        synchronous_mode: true
                        postgresql:
                          use_pg_rewind: true
                          # No power is cut here.
                          parameters: { wal_log_hints: "on", fsync: "off" }
                      initdb: [ { encoding: UTF8 }, { locale: C.UTF-8 }, no-sync ]
                    postgresql:
                      listen: "127.0.0.1:%4$d"
                      connect_address: "127.0.0.1:%4$d"
                      data_dir: %5$s/%1$s
                      bin_dir: /usr/lib/postgresql/17/bin
                      pgpass: %5$s/%1$s.pgpass
                      authentication: { superuser: { username: postseal }, replication: { username: replicator } }
                      pg_hba: [ "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust" ]
                      parameters: { unix_socket_directories: "" }
                    """.formatted(name, restPort, ports.get(0), port, folder));
            patroni = Optional.of(launch(
                    name, "/usr/bin/patroni", folder.resolve(name + ".yaml").toString()));
        }

        private Stream<ProcessHandle> server() {
            try {
                Path file = folder.resolve(name).resolve("postmaster.pid");
                return Files.exists(file)
                        ? ProcessHandle.of(
                                Long.parseLong(Files.readAllLines(file).getFirst()))
                                .stream()
                        : Stream.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Ends all processes of the server by SIGKILL. */
        private void killServer() {
            List<ProcessHandle> processes = server().flatMap(main -> Stream.concat(Stream.of(main), main.descendants()))
                    .toList();
            processes.forEach(ProcessHandle::destroyForcibly);
            Await.until(() -> processes.stream().noneMatch(ProcessHandle::isAlive), () -> "SIGKILL has no effect");
        }

        private void killPatroni() {
            patroni.ifPresent(PatroniCluster::kill);
            patroni = Optional.empty();
        }
    }

    private PatroniCluster(Path folder) throws IOException {
        this.folder = folder;
        byte[] _ = Command.of("chmod", "755", folder.toString()).output();
        if (System.getProperty("user.name").equals("root")) {
            byte[] _ = Command.of("chown", "postgres", folder.toString()).output();
        }
        Runtime.getRuntime().addShutdownHook(atExit);
        String clients = "http://127.0.0.1:" + ports.get(0);
        String peers = "http://127.0.0.1:" + ports.get(1);
        etcd = launch(
                "etcd",
                "etcd",
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                "--unsafe-no-fsync");
    }

    /** Starts everything, and waits until the primary has its standby. */
    public static PatroniCluster start() throws IOException {
        Requirements.programs("etcd", "patroni");
        PatroniCluster cluster = new PatroniCluster(Files.createTempDirectory("patroni"));
        try {
            Await.listener(cluster.ports.get(0), cluster.etcd::isAlive, () -> cluster.log("etcd"));
            for (Member member : cluster.members) {
                member.start();
            }
            cluster.awaitStandby();
            return cluster;
        } catch (IOException | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Returns the JDBC address of a new, empty database, which names both servers. */
    public String newDatabase() {
        String hosts = members.stream()
                .map(member -> "127.0.0.1:" + member.port)
                .collect(Collectors.joining(",", "jdbc:postgresql://", "/"));
        String options = "?user=postseal&targetServerType=primary";
        try (Connection connection = DriverManager.getConnection(hosts + "postgres" + options);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE postseal TEMPLATE template0");
            return hosts + "postseal" + options;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the primary by SIGKILL, as the end of its process does. Patroni notices, and lets the standby take over. */
    public void killPrimary() {
        primary().killServer();
    }

    /** Ends the primary and its Patroni by SIGKILL, as the loss of the machine does. The standby has to find out. */
    public void loseMachineOfPrimary() {
        Member primary = primary();
        primary.killPatroni();
        primary.killServer();
    }

    /** Waits until the primary has a synchronous standby again. A machine that was lost is back for that. */
    public void awaitStandby() throws IOException {
        for (Member member : members) {
            if (member.patroni.isEmpty()) {
                member.start();
            }
        }
        Await.until(
                () -> found("leader").isPresent() && found("sync_standby").isPresent(),
                () -> "no standby\n"
                        + members.stream().map(member -> log(member.name)).collect(Collectors.joining("\n")));
    }

    private Member primary() {
        return found("leader").orElseThrow(() -> new AssertionError("no primary"));
    }

    /** Returns the running member with this role, as Patroni names it. */
    private Optional<Member> found(String role) {
        return members.stream()
                .flatMap(member -> status(member).stream())
                .findFirst()
                .flatMap(status -> MEMBER.matcher(status)
                        .results()
                        .filter(found -> found.group(2).equals(role))
                        .findFirst())
                .map((MatchResult found) -> found.group(1))
                .flatMap(name -> members.stream()
                        .filter(member -> member.name.equals(name))
                        .findFirst());
    }

    private Optional<String> status(Member member) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + member.restPort + "/cluster"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return Optional.of(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Process launch(String name, String... command) throws IOException {
        return new ProcessBuilder(PostgresServer.asOrdinaryUser(List.of(command)))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()))
                .start();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"), UTF_8);
        } catch (IOException e) {
            return name + " has no log";
        }
    }

    private static void kill(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remove() {
        members.forEach(Member::killPatroni);
        members.forEach(Member::killServer);
        kill(etcd);
        byte[] _ = Command.of("rm", "-rf", folder.toString()).output();
    }

    @Override
    public void close() {
        remove();
        http.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook then does it again, which does no harm.
        }
    }

    private static final Pattern MEMBER =
            Pattern.compile("\"name\": \"(\\w+)\", \"role\": \"(\\w+)\", \"state\": \"(?:running|streaming)\"");
}
