package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.smtp.server.MailServer;

/**
 * Plays the demonstration of a fleet: two gateways that share a PostgreSQL stand behind HAProxy, and one of them is
 * killed. Each is a process of its own.
 */
public final class FleetDemo {
    private final Assembly assembly;
    private final List<String> launcher;
    private final PrintStream out;
    private final Arrivals arrivals = new Arrivals();

    /** @param launcher the words that start {@code postseal} */
    public FleetDemo(Assembly assembly, List<String> launcher, PrintStream out) {
        this.assembly = assembly;
        this.launcher = List.copyOf(launcher);
        this.out = out;
    }

    /** Returns the Debian packages that are not there. */
    public static List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!Files.isExecutable(Cluster.INITDB)) {
            missing.add("postgresql-17");
        }
        if (!Files.isExecutable(HAPROXY)) {
            missing.add("haproxy");
        }
        return missing;
    }

    /** Plays it, and returns true if everything came out as it should. */
    public boolean run() throws IOException {
        Path folder = Files.createTempDirectory("postseal-demo-");
        // Another user must reach it.
        Path database = Files.createTempDirectory("postseal-demo-db-");
        try {
            try (Programs programs = new Programs(folder);
                    MailServer mailServer = Demo.mailServer(assembly, arrivals)) {
                return run(programs, folder, database, mailServer.address().getPort());
            }
        } finally {
            Demo.delete(folder);
            Demo.delete(database);
        }
    }

    private boolean run(Programs programs, Path folder, Path database, int nextHop) throws IOException {
        out.println("starting PostgreSQL ...");
        Cluster cluster = Cluster.start(programs, database);
        List<FleetNode> nodes = new ArrayList<>();
        for (String name : List.of("gw-1", "gw-2")) {
            out.println("starting the gateway " + name + " ...");
            nodes.add(FleetNode.start(folder, name, nextHop, cluster, programs, launcher));
        }
        out.println("starting HAProxy in front of both ...");
        int port = Programs.freePort();
        String settings = """
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 5m
                    timeout server 5m
                    balance roundrobin
                    option redispatch 1
                    option httpchk GET /ready
                    default-server send-proxy-v2 check inter 500ms fall 2 rise 1
                listen mail
                    bind 127.0.0.1:%d
                    server gw-1 127.0.0.1:%d port %d
                    server gw-2 127.0.0.1:%d port %d
                """.formatted(
                        port,
                        nodes.getFirst().mail(),
                        nodes.getFirst().health(),
                        nodes.getLast().mail(),
                        nodes.getLast().health());
        Process haproxy = programs.start(
                "haproxy",
                List.of(
                        HAPROXY.toString(),
                        "-db",
                        "-f",
                        Files.writeString(folder.resolve("haproxy.cfg"), settings)
                                .toString()));
        programs.await("haproxy", haproxy, () -> Programs.listens(port));
        out.println();

        InetSocketAddress front = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        boolean kept = bothServe(front);
        kept &= theReplyIsLost(front);
        kept &= oneIsKilled(front, programs, nodes);
        kept &= count();
        out.println(kept ? "Everything came out as it should." : "NOT everything came out as it should.");
        return kept;
    }

    private boolean bothServe(InetSocketAddress front) throws IOException {
        out.println("(a) four messages, handed to HAProxy");
        boolean kept = true;
        for (String user : List.of("ann", "bob", "carl", "dora")) {
            try (Attempt attempt = new Attempt(front, user)) {
                kept &= attempt.send().startsWith("250");
            }
        }
        out.println();
        return kept;
    }

    /** The next hop has the message, and whoever sent it does not know. */
    private boolean theReplyIsLost(InetSocketAddress front) throws IOException {
        out.println("(b) the reply is lost, and the retry reaches the other gateway");
        CountDownLatch goOn = arrivals.hold();
        String first;
        try (Attempt attempt = new Attempt(front, "emil")) {
            first = attempt.gateway;
            attempt.sendWithoutReply();
            arrivals.await("emil@partner.example");
            out.println("  the next hop has it, and the sender hangs up before the reply");
        }
        goOn.countDown();
        String reply = retry(front, "emil", first);
        out.println();
        return reply.startsWith("250");
    }

    private boolean oneIsKilled(InetSocketAddress front, Programs programs, List<FleetNode> nodes) throws IOException {
        out.println("(c) a gateway is killed in the middle of a message");
        String reply;
        FleetNode killed;
        try (Attempt attempt = new Attempt(front, "fay")) {
            killed = nodes.stream()
                    .filter(node -> node.name().equals(attempt.gateway))
                    .findFirst()
                    .orElseThrow();
            attempt.sendHalf();
            killed.kill();
            out.println("  " + killed.name() + " is killed (SIGKILL)");
            out.println("  the sender heard: " + attempt.lastReply());
        }
        reply = retry(front, "fay", killed.name());
        out.println("  " + killed.name() + " is started again, as systemd would do ...");
        killed.start();
        out.println();
        return reply.startsWith("250");
    }

    /** Tries until the other gateway has it, as a mail server does. */
    private String retry(InetSocketAddress front, String user, String not) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try (Attempt attempt = new Attempt(front, user)) {
                if (!attempt.gateway.equals(not)) {
                    return attempt.send();
                }
            } catch (IOException noGateway) {
                out.println("  " + user + ": HAProxy has no gateway yet");
            }
            Programs.pause();
        }
        return "no other gateway answers";
    }

    private boolean count() {
        Map<String, Integer> copies = arrivals.copies();
        out.println("Copies that have arrived:");
        copies.forEach((recipient, count) -> out.println("  " + count + " for " + recipient));
        return copies.size() == 6 && copies.values().stream().allMatch(count -> count == 1);
    }

    /** One session of the sender. */
    private final class Attempt implements AutoCloseable {
        private final SmtpSubmission session;
        private final String user;
        private final String greeting;
        private final String gateway;

        Attempt(InetSocketAddress front, String user) throws IOException {
            this.user = user;
            session = new SmtpSubmission(new InetSocketAddress(SENDER, 0), front);
            greeting = session.reply();
            gateway = greeting.replaceAll("^220 (\\S+).*", "$1");
        }

        String send() throws IOException {
            String reply = begin();
            if (reply.startsWith("354")) {
                session.data(message());
                reply = session.reply();
            }
            session.quit();
            out.println("  " + user + ": " + gateway + " says " + reply);
            return reply;
        }

        void sendWithoutReply() throws IOException {
            String _ = begin();
            session.data(message());
            out.println("  " + user + ": " + gateway + " has the message");
        }

        void sendHalf() throws IOException {
            String _ = begin();
            session.line("From: alice@ours.example");
            session.line("To: " + user + "@partner.example");
            out.println("  " + user + ": " + gateway + " has half of the message");
        }

        String lastReply() {
            try {
                return session.reply();
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
        }

        private String begin() throws IOException {
            return session.begin(greeting, "alice@ours.example", user + "@partner.example");
        }

        /** A retry has the same octets. */
        private byte[] message() {
            return ("From: alice@ours.example\r\nTo: " + user + "@partner.example\r\nSubject: Hello\r\nMessage-ID: <"
                            + user + "@ours.example>\r\n\r\nHello.\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() throws IOException {
            session.close();
        }
    }

    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    /** HAProxy must name another address than its own. */
    static final String SENDER = "127.0.0.2";

    private static final int TRIES = 100;
}
