package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * A network namespace for a process, as another machine has one. A pair of interfaces joins it to ours, and a packet
 * filter in it can drop what passes. It ends with the process that holds it, which ends with this one. Not thread-safe.
 */
public final class NetworkNamespace implements AutoCloseable {
    /** All namespaces have their addresses in this network. */
    public static final String NETWORKS = "10.213.0.0/16";

    private final Process holder;
    private final String outside;
    private final String inside;

    /** Makes a namespace with two addresses: that of our end, and that of its own. */
    public NetworkNamespace() throws IOException {
        Requirements.networkNamespaces();
        // The program waits for the end of its input, which comes when this process ends.
        holder = new ProcessBuilder("unshare", "-n", "cat").start();
        Await.until(
                () -> !network(holder.pid())
                        .equals(network(ProcessHandle.current().pid())),
                () -> "no namespace");
        String prefix = "10.213.%d.".formatted(holder.pid() % 256);
        int first = (int) (holder.pid() / 256 % 64) * 4;
        outside = prefix + (first + 1);
        inside = prefix + (first + 2);
        String ours = "post" + holder.pid();
        run("ip", "link", "add", ours, "type", "veth", "peer", "name", "eth0", "netns", holder.pid());
        run("ip", "address", "add", outside + "/30", "dev", ours);
        run("ip", "link", "set", ours, "up");
        runInside("ip", "address", "add", inside + "/30", "dev", "eth0");
        runInside("ip", "link", "set", "eth0", "up");
        runInside("ip", "link", "set", "lo", "up");
    }

    /** Returns a port of our end, which programs in the namespace can reach. */
    public InetSocketAddress outside(int port) {
        return address(outside, port);
    }

    /** Returns a port of the other end. */
    public InetSocketAddress inside(int port) {
        return address(inside, port);
    }

    /** Returns words before a command, with which it runs in the namespace. */
    public List<String> launcher() {
        return List.of("nsenter", "-t", Long.toString(holder.pid()), "-n");
    }

    /** Drops all packets of TCP to and from this port, on either side. */
    public void cut(int port) {
        runInside("nft", """
                add table inet cut
                add chain inet cut in { type filter hook input priority 0; }
                add chain inet cut out { type filter hook output priority 0; }
                add rule inet cut in tcp sport %1$d counter drop
                add rule inet cut in tcp dport %1$d counter drop
                add rule inet cut out tcp sport %1$d counter drop
                add rule inet cut out tcp dport %1$d counter drop
                """.formatted(port));
    }

    /** Lets all packets pass again, and returns how many were dropped. */
    public long heal() {
        long dropped = PACKETS.matcher(runInside("nft", "list", "ruleset"))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
        runInside("nft", "flush", "ruleset");
        return dropped;
    }

    private String runInside(Object... command) {
        List<Object> words = new ArrayList<>(launcher());
        words.addAll(List.of(command));
        return run(words.toArray());
    }

    private static String run(Object... command) {
        return new String(Command.of(List.of(command)).output(), UTF_8);
    }

    private static String network(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }

    private static final Pattern PACKETS = Pattern.compile("counter packets (\\d+)");
}
