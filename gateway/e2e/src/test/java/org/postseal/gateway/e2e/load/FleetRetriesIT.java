package org.postseal.gateway.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * The measurements before the fleet, again: the next hop has each message, the connection of the MTA is reset before it
 * reads our reply, and it comes again at once.
 */
@Timeout(300)
class FleetRetriesIT {
    private static final int SENDERS = 16;
    private static final List<String> RECIPIENTS =
            List.of("bob@partner.example", "carl@partner.example", "dora@partner.example");
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private static final Set<String> AT_THE_HOP = ConcurrentHashMap.newKeySet();
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static ScriptedNextHop hop;
    private static FleetDatabase database;
    private static List<Node> fleet = List.of();
    private static List<Node> alone = List.of();

    private final Ledger ledger = new Ledger();

    /** A gateway, and the ports where two MTAs reach it. */
    private record Node(GatewayProcess gateway, List<Integer> ports) {}

    /** Where an MTA comes again after an attempt at one of two gateways. */
    enum Retry {
        SAME,
        OTHER,
        RANDOM;

        int node(int first) {
            return switch (this) {
                case SAME -> first;
                case OTHER -> 1 - first;
                case RANDOM -> ThreadLocalRandom.current().nextInt(2);
            };
        }
    }

    @BeforeAll
    static void start() throws IOException {
        database = new FleetDatabase(PostgresServer.shared());
        TestPki pki = open(new TestPki());
        hop = open(new ScriptedNextHop(moment -> {
            if (moment.stage() == Stage.DOT) {
                moment.message().ifPresent(message -> AT_THE_HOP.add(Form.field(message.text(), "X-Load")));
            }
            return Optional.empty();
        }));
        fleet = List.of(start(pki, "one"), start(pki, "other"));
        alone = List.of(start(pki, ""), start(pki, ""));
    }

    private static Node start(TestPki pki, String node) {
        GatewayProcess gateway = open(new GatewayProcess(pki));
        List<Integer> ports = Await.freePorts(2);
        String upstreams = "mx: { listeners: '127.0.0.1:%d' }, cron: { listeners: '127.0.0.1:%d' }"
                .formatted(ports.get(0), ports.get(1));
        if (node.isEmpty()) {
            gateway.configuration("upstreams: { " + upstreams + " }\n");
        } else {
            database.join(gateway, node, upstreams);
        }
        gateway.start(POLICY, """
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:%d", role: submission }
                  - { protocol: smtp, address: "127.0.0.1:%d", role: submission }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: "127.0.0.1:%d"
                """.formatted(ports.get(0), ports.get(1), hop.port()), ports);
        return new Node(gateway, ports);
    }

    private static <T extends AutoCloseable> T open(T resource) {
        OPEN.addFirst(resource);
        return resource;
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable each : OPEN) {
            each.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, OTHER, 200",
        "true, true, RANDOM, 200",
        "true, false, OTHER, 200",
        "true, false, RANDOM, 200",
        "false, true, SAME, 50",
    })
    void noRetryIsSentAgain(boolean isFleet, boolean hasIdent, Retry retry, int messages) throws Exception {
        String name = "retry-%s-%s-%s-".formatted(isFleet, hasIdent, retry);
        send(
                messages,
                number -> new Mta(isFleet ? fleet : alone, 0, hasIdent, name + number, "127.0.0.1")
                        .sendTwice(number % 2, retry, "127.0.0.1"));
        assertThat(history(name).faults()).isEmpty();
        assertThat(history(name).account().promised()).isEqualTo(messages * RECIPIENTS.size());
        assertThat(history(name).account().duplicates()).isZero();
    }

    /** Without this, the test above would show nothing. */
    @Test
    void gatewaysThatShareNothingSendEveryRetryAgain() throws Exception {
        send(
                50,
                number -> new Mta(alone, 0, true, "apart-" + number, "127.0.0.1")
                        .sendTwice(number % 2, Retry.OTHER, "127.0.0.1"));
        assertThat(history("apart-").account().duplicates()).isEqualTo(50 * RECIPIENTS.size());
    }

    /** Without an IDENT, only its name shows that this is the same MTA. */
    @Test
    void anMtaMayComeAgainFromAnotherAddress() throws Exception {
        send(
                50,
                number -> new Mta(fleet, 0, false, "pool-" + number, "127.0.0.5")
                        .sendTwice(number % 2, Retry.OTHER, "127.0.0.6"));
        assertThat(history("pool-").faults()).isEmpty();
        assertThat(history("pool-").account().duplicates()).isZero();
    }

    /** Two machines with the same cron job: the second message is no retry of the first. */
    @Test
    void twoMtasAtOneAddressSendTheSameOctets() throws Exception {
        send(50, number -> {
            String id = "twins-" + number;
            new Mta(fleet, 0, false, id, "127.0.0.1").sendTwice(number % 2, Retry.OTHER, "127.0.0.1");
            AT_THE_HOP.remove(id);
            new Mta(fleet, 1, false, id, "127.0.0.1").sendTwice((number + 1) % 2, Retry.OTHER, "127.0.0.1");
        });
        Map<Ledger.Copy, Integer> copies = history("twins-").account().copies();
        assertThat(copies).hasSize(50 * RECIPIENTS.size());
        assertThat(copies.values()).containsOnly(2);
    }

    /** An MTA with one message, at one of the two ports of each gateway. */
    private final class Mta {
        private final List<Node> nodes;
        private final int port;
        private final boolean hasIdent;
        private final String id;
        private final String address;

        Mta(List<Node> nodes, int port, boolean hasIdent, String id, String address) {
            this.nodes = nodes;
            this.port = port;
            this.hasIdent = hasIdent;
            this.id = id;
            this.address = address;
        }

        void sendTwice(int first, Retry retry, String then) {
            ledger.attempted();
            try (SmtpSender sender = connect(address, first)) {
                sender.sendAndReset(
                        LoadDriver.SENDER,
                        RECIPIENTS,
                        message(),
                        () -> Await.until(() -> AT_THE_HOP.contains(id), () -> id + " does not arrive"));
            }
            while (!isSettled(retry.node(first), then)) {
                Await.pause(Duration.ofMillis(20));
            }
        }

        private boolean isSettled(int node, String from) {
            ledger.attempted();
            try (SmtpSender sender = connect(from, node)) {
                String reply = sender.send(LoadDriver.SENDER, RECIPIENTS, message())
                        .data()
                        .getFirst();
                if (reply.startsWith("4")) {
                    return false;
                }
                RECIPIENTS.forEach(recipient -> ledger.settled(id, recipient, reply));
                return true;
            } catch (UncheckedIOException lost) {
                return false;
            }
        }

        private SmtpSender connect(String from, int node) {
            SmtpSender sender =
                    SmtpSender.smtpFrom(from, nodes.get(node).ports().get(port));
            if (hasIdent) {
                String _ = sender.exchange("XFORWARD IDENT=" + id + " SOURCE=LOCAL");
            }
            return sender;
        }

        private byte[] message() {
            return LoadDriver.message(id, RECIPIENTS, 0);
        }
    }

    private interface Sending {
        void send(int number);
    }

    /** Sends these messages, 16 at a time. */
    private static void send(int messages, Sending sending) throws Exception {
        Semaphore free = new Semaphore(SENDERS);
        List<Future<?>> sent = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < messages; i++) {
                int number = i;
                free.acquire();
                sent.add(threads.submit(() -> {
                    try {
                        sending.send(number);
                    } finally {
                        free.release();
                    }
                }));
            }
        }
        for (Future<?> each : sent) {
            Object _ = each.get(1, TimeUnit.MINUTES);
        }
    }

    private History history(String name) throws Exception {
        List<Received> received = hop.received().stream()
                .filter(message -> Form.field(message.text(), "X-Load").startsWith(name))
                .toList();
        return History.of(ledger.account(received), database.rows());
    }
}
