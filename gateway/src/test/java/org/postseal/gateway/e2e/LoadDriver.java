package org.postseal.gateway.e2e;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.postseal.gateway.testing.Received;

/**
 * An upstream MTA that keeps accounts: it sends many messages at once, tries again whom it has no final reply for as an MTA does, and can say afterwards of each recipient of each message whether
 * he was promised it, and how often and in what form the next hop got it. Thread-safe.
 */
final class LoadDriver {
    private final int port;
    private final boolean isLmtp;
    private final boolean hasIdent;
    private final Map<String, String> finalReplies = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();

    /**
     * @param hasIdent names each message by XFORWARD, as Postfix does
     */
    LoadDriver(int port, boolean isLmtp, boolean hasIdent) {
        this.port = port;
        this.isLmtp = isLmtp;
        this.hasIdent = hasIdent;
    }

    /**
     * What came of it.
     *
     * @param promised recipients with a 2xx
     * @param refused recipients with a 5xx
     * @param lost promised, and never at the next hop
     * @param duplicates copies at the next hop beyond the first
     * @param leaked at the next hop although refused
     * @param forms how many copies had which media type
     * @param attempts transactions
     */
    record Account(
            int promised,
            int refused,
            List<String> lost,
            int duplicates,
            List<String> leaked,
            Map<String, Integer> forms,
            int attempts) {}

    /** Sends these messages, so many at once, until each recipient has a final reply. */
    void run(int from, int count, int threads, List<String> recipients) throws InterruptedException {
        try (ExecutorService senders =
                Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
            IntStream.range(from, from + count)
                    .forEach(number -> senders.execute(() -> deliver("load-" + number, recipients)));
            senders.shutdown();
            if (!senders.awaitTermination(10, TimeUnit.MINUTES)) {
                senders.shutdownNow();
                throw new AssertionError("no end of trying again");
            }
        }
    }

    /** How many recipients have a final reply by now. */
    int settled() {
        return finalReplies.size();
    }

    /** Sends one message until each recipient has a final reply. */
    void deliver(String id, List<String> recipients) {
        List<String> left = recipients;
        for (int attempt = 0; !left.isEmpty(); attempt++) {
            if (attempt > 0) {
                Await.pause(Duration.ofMillis(100));
            }
            left = attempt(id, left);
        }
    }

    /** One attempt; who is left to be tried again. */
    List<String> attempt(String id, List<String> recipients) {
        attempts.incrementAndGet();
        List<String> replies;
        try (SmtpSender sender = isLmtp ? SmtpSender.lmtp(port) : SmtpSender.smtp(port)) {
            if (hasIdent) {
                String _ = sender.exchange("XFORWARD IDENT=" + id);
            }
            SmtpSender.Outcome outcome = sender.send("alice@example.com", recipients, message(id));
            replies = outcome.data();
        } catch (UncheckedIOException lost) {
            return recipients;
        }
        List<String> left = new ArrayList<>();
        for (int i = 0; i < recipients.size(); i++) {
            String reply = replies.get(Math.min(i, replies.size() - 1));
            if (reply.startsWith("4")) {
                left.add(recipients.get(i));
            } else {
                finalReplies.put(id + " " + recipients.get(i), reply);
            }
        }
        return left;
    }

    /** Compares what was said with what came. */
    Account account(List<Received> received) {
        Map<String, Integer> times = new TreeMap<>();
        Map<String, Integer> forms = new TreeMap<>();
        for (Received message : received) {
            String id = field(message, "X-Load");
            for (String recipient : message.recipients()) {
                times.merge(id + " " + recipient, 1, Integer::sum);
                forms.merge(field(message, "Content-Type").replaceAll(";.*", ""), 1, Integer::sum);
            }
        }
        List<String> lost = new ArrayList<>();
        List<String> leaked = new ArrayList<>();
        int promised = 0;
        for (Map.Entry<String, String> said : finalReplies.entrySet()) {
            boolean isPromised = said.getValue().startsWith("2");
            promised += isPromised ? 1 : 0;
            if (isPromised && !times.containsKey(said.getKey())) {
                lost.add(said.getKey());
            } else if (!isPromised && times.containsKey(said.getKey())) {
                leaked.add(said.getKey());
            }
        }
        int duplicates = times.values().stream().mapToInt(count -> count - 1).sum();
        return new Account(promised, finalReplies.size() - promised, lost, duplicates, leaked, forms, attempts.get());
    }

    private static String field(Received message, String name) {
        return message.text()
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    private static byte[] message(String id) {
        return ("From: alice@example.com\r\nTo: bob@partner.example\r\nMessage-ID: <" + id + "@test>\r\nX-Load: " + id
                        + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nbody of " + id + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
