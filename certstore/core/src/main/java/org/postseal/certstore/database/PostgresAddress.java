package org.postseal.certstore.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a database of PostgreSQL is, and as whom to connect: {@code
 * postgresql://postseal@db1.example.com,db2.example.com:5433/postseal}, which is an address as libpq takes it
 * (PostgreSQL 17, §32.1.1.2). There is no password in it, and there are no parameters.
 *
 * @param user {@code postseal} if the text names nobody
 * @param hosts at least one; the primary of them is used
 */
public record PostgresAddress(String user, List<Host> hosts, String database) {
    public PostgresAddress {
        hosts = List.copyOf(hosts);
    }

    /** @param name a name, an IPv4 address, or an IPv6 address in brackets */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return port == PORT ? name : name + ":" + port;
        }
    }

    /** Returns empty if the text is no such address. */
    public static Optional<PostgresAddress> parse(String text) {
        Matcher whole = WHOLE.matcher(text);
        if (!whole.matches()) {
            return Optional.empty();
        }
        List<Host> hosts = new ArrayList<>();
        for (String each : whole.group("hosts").split(",", -1)) {
            Matcher host = HOST.matcher(each);
            if (!host.matches()) {
                return Optional.empty();
            }
            int port = host.group("port") == null ? PORT : Integer.parseInt(host.group("port"));
            if (port < 1 || port > 65_535) {
                return Optional.empty();
            }
            hosts.add(new Host(host.group("name"), port));
        }
        String user = Optional.ofNullable(whole.group("user")).orElse(USER);
        return Optional.of(new PostgresAddress(user, hosts, whole.group("database")));
    }

    /** Returns the same address for another user. */
    public PostgresAddress as(String other) {
        return new PostgresAddress(other, hosts, database);
    }

    /** Returns true if every host is this machine by its address or by the name {@code localhost}. */
    public boolean isLocal() {
        return hosts.stream().allMatch(host -> LOCAL.matcher(host.name()).matches());
    }

    /** Returns the address as the JDBC driver takes it. The user is given apart. */
    String jdbcUrl() {
        String all = hosts.stream().map(host -> host.name() + ":" + host.port()).collect(Collectors.joining(","));
        return "jdbc:postgresql://" + all + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/"
                + database;
    }

    private static final int PORT = 5432;
    private static final String USER = "postseal";
    /** A name of PostgreSQL has up to 63 octets. */
    private static final String NAME = "[A-Za-z0-9_.-]{1,63}";

    private static final Pattern WHOLE = Pattern.compile(
            "postgresql://(?:(?<user>" + NAME + ")@)?(?<hosts>[^/@]{1,2000})/(?<database>" + NAME + ")");
    private static final Pattern HOST =
            Pattern.compile("(?<name>[A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::(?<port>\\d{1,5}))?");
    private static final Pattern LOCAL = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]");
}
