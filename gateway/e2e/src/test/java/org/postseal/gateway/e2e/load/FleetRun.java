package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/**
 * Gateways of a fleet under load. Each attempt reaches any of them. What they leave behind is judged as a {@link
 * History}.
 */
final class FleetRun implements AutoCloseable {
    private final String name;
    private final Row.Steps steps;
    private final boolean isLmtp;
    private final FleetDatabase database;
    private final TestPki pki = MixedGateway.pki();
    private final ScriptedNextHop hop = new ScriptedNextHop();
    private final Map<GatewayProcess, String> nodes = new LinkedHashMap<>();
    private final List<GatewayProcess> running = new ArrayList<>();
    private final List<Integer> doors = new CopyOnWriteArrayList<>();
    private final LoadDriver load;
    private Duration silence = Duration.ZERO;

    /** @param batch how many steps are done at a time: over LMTP and SMTP in turn */
    FleetRun(String name, Row.Steps steps, int batch, FleetDatabase database) throws IOException {
        this.name = name + "-" + steps.from();
        this.steps = steps;
        this.database = database;
        isLmtp = steps.from() / batch % 2 == 0;
        load = new LoadDriver(() -> doors.get(ThreadLocalRandom.current().nextInt(doors.size())), isLmtp, true);
    }

    /** Starts a gateway with this name of a node. */
    GatewayProcess start(String node) {
        GatewayProcess gateway = prepare(node);
        start(gateway);
        return gateway;
    }

    /** Starts a gateway that was prepared. */
    void start(GatewayProcess gateway) {
        database.join(gateway, String.valueOf(nodes.get(gateway))).start(MixedGateway.POLICY, hop.port());
        open(door(gateway));
    }

    /** Puts a link before a gateway that runs, over which attempts reach it from now on. */
    CuttingProxy link(GatewayProcess gateway) throws IOException {
        CuttingProxy link = new CuttingProxy(door(gateway));
        open(link.port());
        shut(door(gateway));
        return link;
    }

    /** Returns a gateway that is not started, and that no attempt reaches before its door is opened. */
    GatewayProcess prepare(String node) {
        GatewayProcess gateway = MixedGateway.of(pki);
        nodes.put(gateway, node);
        running.add(gateway);
        return gateway;
    }

    /** Returns the port where the gateway listens for this load. */
    int door(GatewayProcess gateway) {
        return isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp();
    }

    /** Lets attempts reach this port. */
    void open(int door) {
        doors.add(door);
    }

    /** Lets no further attempt reach this port. */
    void shut(int door) {
        doors.removeIf(open -> open == door);
    }

    /** Ends a gateway in order, for good. */
    void stop(GatewayProcess gateway) {
        running.remove(gateway);
        end(gateway);
    }

    /** Ends a gateway in order, and starts it again. */
    static void restart(GatewayProcess gateway) {
        end(gateway);
        gateway.start();
    }

    private static void end(GatewayProcess gateway) {
        int status = gateway.stop();
        if (status != 0 && status != SIGTERM) {
            throw new AssertionError("exit status " + status + "\n" + gateway.log());
        }
    }

    List<GatewayProcess> gateways() {
        return List.copyOf(running);
    }

    boolean isLmtp() {
        return isLmtp;
    }

    LoadDriver load() {
        return load;
    }

    int hop() {
        return hop.port();
    }

    /** Something that happens to the fleet under load. */
    interface Disturbance {
        void cause(int step) throws Exception;
    }

    /** Lets 16 senders send, and causes this once for each step. Mail flows before and after each. */
    void underLoad(Disturbance disturbance) throws Exception {
        Random random = new Random(steps.from());
        AtomicBoolean isEnough = new AtomicBoolean();
        List<Future<?>> sent = new ArrayList<>();
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
        try {
            for (int sender = 0; sender < SENDERS; sender++) {
                String prefix = name + "-" + sender + "-";
                sent.add(senders.submit(() -> send(prefix, isEnough)));
            }
            for (int step = steps.from(); step < steps.from() + steps.count(); step++) {
                awaitProgress(random.nextInt(steps.isShort() ? 20 : 100));
                disturbance.cause(step);
                awaitProgress(10);
            }
            // From now on, who waits is the last one to wait.
            silence = load.ledger().silence();
            isEnough.set(true);
            for (Future<?> each : sent) {
                Object _ = each.get(5, TimeUnit.MINUTES);
            }
        } finally {
            senders.shutdownNow();
        }
    }

    private Void send(String prefix, AtomicBoolean isEnough) {
        for (int number = 0; !isEnough.get(); number++) {
            load.deliver(prefix + number, MixedGateway.ALL);
            Await.pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(2 * REST.toMillis())));
        }
        return null;
    }

    /** Waits until so many further messages have come to their end. */
    void awaitProgress(int messages) {
        int before = load.settled();
        Await.until(() -> load.settled() > before + messages * MixedGateway.ALL.size(), () -> "no progress\n" + log());
    }

    /** Returns what all running gateways have logged. */
    String log() {
        return running.stream().map(GatewayProcess::log).collect(Collectors.joining("\n"));
    }

    /** Returns what is left, once all gateways have ended. */
    History history() throws Exception {
        for (GatewayProcess gateway : gateways()) {
            stop(gateway);
        }
        List<AuditTrail> logs = new ArrayList<>();
        for (Map.Entry<GatewayProcess, String> each : nodes.entrySet()) {
            logs.add(AuditTrail.read(each.getValue(), each.getKey().file("audit.jsonl")));
        }
        return History.of(load.account(hop.received()), database.rows())
                .audited(logs)
                .silentFor(steps.isShort() ? Duration.ZERO : silence);
    }

    /** Books what is left, and searches all files of the gateways for words of mail. */
    void book(History history, Tally tally) throws IOException {
        tally.book(name, history);
        if (!silence.isZero()) {
            tally.peak("most ms without a 2xx", silence.toMillis());
        }
        for (GatewayProcess gateway : nodes.keySet()) {
            List<Path> leaks = MixedGateway.leaks(gateway);
            tally.require(leaks.isEmpty(), name + ": words of mail in " + leaks);
        }
    }

    @Override
    public void close() throws IOException {
        try (pki;
                hop) {
            List<AssertionError> faults = new ArrayList<>();
            for (GatewayProcess gateway : nodes.keySet()) {
                try {
                    gateway.close();
                } catch (AssertionError e) {
                    // The others shall end too.
                    faults.add(e);
                }
            }
            if (!faults.isEmpty()) {
                throw faults.getFirst();
            }
        }
    }

    // The exit status of the JVM after its shutdown hooks: 128 and the number of the signal.
    private static final int SIGTERM = 143;
    private static final int SENDERS = 16;
    /** As for kills under load, the peers need the rest of the machine's time. */
    private static final Duration REST = Duration.ofMillis(250);
}
