package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.gateway.testkit.Usage;

/** Sends more large messages at once than there is room for. */
final class ConnectionsRow implements Row {
    private static final int LARGE = 25 << 20;
    private static final int SMALLER = 2 << 20;
    private static final List<String> TO = List.of(MixedGateway.SELMA);

    @Override
    public Extent extent() {
        return new Extent("connections", 1000, 40, 1000);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        int octets = steps.isShort() ? SMALLER : LARGE;
        byte[] body = "0123456789abcdef0123456789abcdef0123456789abcdef012345678901\r\n"
                .repeat(octets / 62)
                .getBytes(US_ASCII);
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop().keepingOnly(64 << 10);
                GatewayProcess gateway = MixedGateway.of(pki)) {
            gateway.javaOptions(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
            if (steps.isShort()) {
                // The room is smaller by the same factor as the messages are.
                gateway.configuration("limits: { messageOctets: 4194304, octetsInFlight: 8388608 }\n");
            }
            gateway.start(MixedGateway.POLICY, hop.port());
            Ledger ledger = new Ledger();
            AtomicInteger deferrals = new AtomicInteger();
            CountDownLatch allThere = new CountDownLatch(steps.count());
            var replies = new ConcurrentHashMap<String, Integer>();
            try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> work = IntStream.range(0, steps.count())
                        .mapToObj(number -> senders.submit(() -> {
                            String id = "connection-" + number;
                            byte[] head = LoadDriver.message(id, TO, 0);
                            String reply = first(gateway, List.of(head, body), allThere);
                            while (!reply.startsWith("2") && !reply.startsWith("5")) {
                                tally.require(PUT_OFF.matcher(reply).matches(), id + " was put off by: " + reply);
                                replies.merge(reply.replaceAll("^(\\d+ \\S+).*", "$1"), 1, Integer::sum);
                                deferrals.incrementAndGet();
                                Await.pause(Duration.ofMillis(steps.isShort() ? 200 : 2000));
                                reply = attempt(gateway, List.of(head, body));
                            }
                            ledger.settled(id, TO.getFirst(), reply);
                            return reply;
                        }))
                        .toList();
                for (Future<String> each : work) {
                    String _ = each.get();
                }
            }
            tally.add("connections", steps.count());
            tally.add("deferrals", deferrals.get());
            replies.forEach((reply, times) -> tally.add("times " + reply, times));
            tally.peak("most MiB resident", Usage.peakKib(gateway.pid()) >> 10);
            MixedGateway.book("connections", ledger.account(hop.received()), gateway, tally);
            tally.require(ledger.promised() == steps.count(), "promised " + ledger.promised());
            tally.require(deferrals.get() > 0, "there was room for all: nothing was tried");
            tally.require(!gateway.log().contains("OutOfMemoryError"), "OutOfMemoryError");
            for (var message : hop.received()) {
                tally.require(message.octets() > octets, "a message of " + message.octets() + " octets");
            }
        }
    }

    /** Makes the first attempt, which waits until all are connected. */
    private static String first(GatewayProcess gateway, List<byte[]> content, CountDownLatch allThere)
            throws InterruptedException {
        BulkSender sender;
        try {
            sender = new BulkSender(gateway.submissionSmtp());
        } catch (IOException refused) {
            allThere.countDown();
            return said(refused);
        }
        allThere.countDown();
        allThere.await();
        try (sender) {
            return sender.send(LoadDriver.SENDER, TO, content);
        } catch (IOException broken) {
            return said(broken);
        }
    }

    private static String attempt(GatewayProcess gateway, List<byte[]> content) {
        try (BulkSender sender = new BulkSender(gateway.submissionSmtp())) {
            return sender.send(LoadDriver.SENDER, TO, content);
        } catch (IOException broken) {
            return said(broken);
        }
    }

    /** Returns the reply that came instead of a greeting, else how the connection broke, which is no reply. */
    private static String said(IOException broken) {
        String text = String.valueOf(broken.getMessage());
        String refusal = "expected 220, got: ";
        return text.startsWith(refusal) ? text.substring(refusal.length()) : "broken off: " + text;
    }

    /** The replies of docs/delivery.md for no room for the octets, and no place for the connection. */
    private static final Pattern PUT_OFF = Pattern.compile("452 4\\.3\\.1 .*|421 4\\.3\\.2 .*");
}
