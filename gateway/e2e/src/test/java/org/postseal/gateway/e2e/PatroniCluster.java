package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * Two PostgreSQL servers under Patroni, as private processes. One is the primary, the other its synchronous standby,
 * and one or three members of etcd have the word on which is which. Not thread-safe.
 */
public final class PatroniCluster implements AutoCloseable {
    private final Path folder;
    private final List<Etcd> etcds;
    private final List<Member> members;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread atExit = new Thread(this::remove);

    private final class Etcd {
        private final String name;
        private final int port;
        private final int peerPort;
        private Optional<Process> process = Optional.empty();

        Etcd(int number, int port, int peerPort) {
            name = "etcd" + number;
            this.port = port;
            this.peerPort = peerPort;
        }

        private void start() throws IOException {
            process = Optional.of(launch(
                    name,
                    "etcd",
                    "--name=" + name,
                    "--data-dir=" + folder.resolve(name),
                    "--listen-client-urls=" + url(port),
                    "--advertise-client-urls=" + url(port),
                    "--listen-peer-urls=" + url(peerPort),
                    "--initial-advertise-peer-urls=" + url(peerPort),
                    "--initial-cluster="
                            + etcds.stream()
                                    .map(etcd -> etcd.name + "=" + url(etcd.peerPort))
                                    .collect(Collectors.joining(",")),
                    "--unsafe-no-fsync"));
        }

        private void awaitStart() {
            Await.listener(port, process.orElseThrow()::isAlive, () -> log(name));
        }

        private void kill() {
            process.ifPresent(PatroniCluster::kill);
            process = Optional.empty();
        }

        private static String url(int port) {
            return "http://127.0.0.1:" + port;
        }
    }

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
            Files.writeString(folder.resolve(name + ".yaml"), """
                    scope: postseal
                    name: %1$s
                    restapi: { listen: "127.0.0.1:%2$d", connect_address: "127.0.0.1:%2$d" }
                    etcd3: { hosts: [ %3$s ] }
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
                    """.formatted(
                            name,
                            restPort,
                            etcds.stream()
                                    .map(etcd -> "\"127.0.0.1:" + etcd.port + "\"")
                                    .collect(Collectors.joining(", ")),
                            port,
                            folder));
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

        private boolean isPrimary() {
            return ask("SELECT NOT pg_is_in_recovery()", row -> row.getBoolean(1));
        }

        private <T> T ask(String query, PostgresResult<T> result) {
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + port + "/postseal?user=postseal");
                    ResultSet row = connection.createStatement().executeQuery(query)) {
                row.next();
                return result.of(row);
            } catch (SQLException e) {
                throw new AssertionError(log(name), e);
            }
        }

        private void killPatroni() {
            patroni.ifPresent(PatroniCluster::kill);
            patroni = Optional.empty();
        }
    }

    private interface PostgresResult<T> {
        T of(ResultSet row) throws SQLException;
    }

    private PatroniCluster(Path folder, int etcdMembers) throws IOException {
        this.folder = folder;
        List<Integer> ports = Await.freePorts(4 + 2 * etcdMembers);
        members = List.of(
                new Member("first", ports.get(0), ports.get(1)), new Member("second", ports.get(2), ports.get(3)));
        etcds = IntStream.range(0, etcdMembers)
                .mapToObj(number -> new Etcd(number, ports.get(4 + 2 * number), ports.get(5 + 2 * number)))
                .toList();
        byte[] _ = Command.of("chmod", "755", folder.toString()).output();
        if (System.getProperty("user.name").equals("root")) {
            byte[] _ = Command.of("chown", "postgres", folder.toString()).output();
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts everything, and waits until the primary has its standby.
     *
     * @param etcdMembers one, or three. Of three, each server's machine has one, and one is alone
     */
    public static PatroniCluster start(int etcdMembers) throws IOException {
        Requirements.programs("etcd", "patroni");
        PatroniCluster cluster = new PatroniCluster(Files.createTempDirectory("patroni"), etcdMembers);
        try {
            for (Etcd etcd : cluster.etcds) {
                etcd.start();
            }
            cluster.etcds.forEach(Etcd::awaitStart);
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
        if (etcds.size() > 1) {
            etcds.get(members.indexOf(primary)).kill();
        }
        primary.killPatroni();
        primary.killServer();
    }

    /**
     * Stops the Patroni of the primary, which then hears nothing of etcd, while the server itself goes on. The standby
     * becomes a primary too. After a while, the older one's Patroni goes on, and makes it the standby.
     *
     * @return how many nodes of the fleet have written their beat to the older one while there were two
     */
    public long splitBrain(Duration time) throws IOException {
        Member older = primary();
        long patroni = older.patroni.orElseThrow().pid();
        signal("-STOP", patroni);
        try {
            Await.until(
                    () -> members.stream().allMatch(Member::isPrimary),
                    () -> "no second primary\n" + log(members.get(0).name) + log(members.get(1).name));
            // What had its confirmation before is no fault.
            Await.pause(Duration.ofSeconds(1));
            String since = older.ask("SELECT now()", row -> row.getString(1));
            Await.pause(time);
            assertThat(older.isPrimary()).as("there were two primaries").isTrue();
            return older.ask("SELECT count(*) FROM fleet_node WHERE alive > '" + since + "'", row -> row.getLong(1));
        } finally {
            signal("-CONT", patroni);
        }
    }

    private static void signal(String signal, long pid) {
        byte[] _ = Command.of("kill", signal, Long.toString(pid)).output();
    }

    /** Waits until the primary has a synchronous standby again. A machine that was lost is back for that. */
    public void awaitStandby() throws IOException {
        for (Etcd etcd : etcds) {
            if (etcd.process.isEmpty()) {
                etcd.start();
            }
        }
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
        etcds.forEach(Etcd::kill);
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
