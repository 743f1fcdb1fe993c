package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * An upstream MTA that keeps accounts. It sends many messages at once, and tries recipients without a final reply
 * again, as an MTA does. Thread-safe.
 */
public final class LoadDriver {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final IntSupplier port;
    private final boolean isLmtp;
    private final boolean hasIdent;
    private final Ledger ledger = new Ledger();
    private final Map<String, List<String>> headers = new ConcurrentHashMap<>();
    private String from = SENDER;
    private Optional<Function<String, byte[]>> content = Optional.empty();
    private int lines;
    private Duration rest = Duration.ZERO;

    /**
     * @param port asked at each attempt, so that another gateway may take over
     * @param hasIdent true to name each message by XFORWARD, as Postfix does
     */
    LoadDriver(IntSupplier port, boolean isLmtp, boolean hasIdent) {
        this.port = port;
        this.isLmtp = isLmtp;
        this.hasIdent = hasIdent;
    }

    public LoadDriver(int port, boolean isLmtp, boolean hasIdent) {
        this(() -> port, isLmtp, hasIdent);
    }

    /** Makes each message longer by so many lines. */
    LoadDriver longer(int more) {
        lines = more;
        return this;
    }

    /** Sends messages of another sender. The content is made from the id and is the same at each attempt. */
    public LoadDriver carrying(String sender, Function<String, byte[]> made) {
        from = sender;
        content = Optional.of(made);
        return this;
    }

    /**
     * Lets each sender wait after each message, for a load below what the gateway can do. The wait has this average and
     * a random length.
     */
    LoadDriver resting(Duration average) {
        rest = average;
        return this;
    }

    /** Sends so many messages, several at once, until each recipient has a final reply. */
    public void run(String name, int count, int threads, List<String> recipients) throws InterruptedException {
        try (ExecutorService senders =
                Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
            IntStream.range(0, count)
                    .forEach(number -> senders.execute(() -> {
                        deliver(name + "-" + number, recipients);
                        if (!rest.isZero()) {
                            Await.pause(Duration.ofMillis(
                                    ThreadLocalRandom.current().nextLong(2 * rest.toMillis())));
                        }
                    }));
            senders.shutdown();
            if (!senders.awaitTermination(10, TimeUnit.MINUTES)) {
                senders.shutdownNow();
                throw new AssertionError("no end of trying again");
            }
        }
    }

    /** Returns how many recipients have a final reply by now. */
    public int settled() {
        return ledger.settled();
    }

    Ledger ledger() {
        return ledger;
    }

    /** Compares the replies with the copies that came. */
    public Ledger.Account account(List<Received> received) {
        return ledger.account(received);
    }

    /** Sends one message until each recipient has a final reply. */
    public void deliver(String id, List<String> recipients) {
        List<String> left = recipients;
        for (int attempt = 0; !left.isEmpty(); attempt++) {
            if (attempt > 0) {
                Await.pause(PAUSE);
            }
            left = attempt(id, left);
        }
    }

    /** Makes one attempt, and returns the recipients that must be tried again. */
    public List<String> attempt(String id, List<String> recipients) {
        ledger.attempted();
        // An MTA sends the same octets again, whatever recipients are left. Another To would make another message.
        List<String> to = headers.computeIfAbsent(id, _ -> List.copyOf(recipients));
        SmtpSender.Outcome outcome;
        int listener = port.getAsInt();
        try (SmtpSender sender = isLmtp ? SmtpSender.lmtp(listener) : SmtpSender.smtp(listener)) {
            if (hasIdent) {
                String _ = sender.exchange("XFORWARD IDENT=" + id + " SOURCE=LOCAL");
            }
            byte[] octets = content.map(made -> made.apply(id)).orElseGet(() -> message(id, to, lines));
            outcome = sender.send(from, recipients, octets);
        } catch (UncheckedIOException lost) {
            return recipients;
        }
        List<String> left = new ArrayList<>();
        List<String> replies = replies(outcome, recipients.size());
        for (int i = 0; i < recipients.size(); i++) {
            if (replies.get(i).startsWith("4")) {
                left.add(recipients.get(i));
            } else {
                ledger.settled(id, recipients.get(i), replies.get(i));
            }
        }
        return left;
    }

    /** Returns what each recipient was told, at RCPT or at the end. */
    private static List<String> replies(SmtpSender.Outcome outcome, int recipients) {
        List<String> replies = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < recipients; i++) {
            boolean isAnswered = i < outcome.recipients().size();
            if (isAnswered && !outcome.recipients().get(i).startsWith("2")) {
                replies.add(outcome.recipients().get(i));
            } else {
                replies.add(
                        outcome.data().get(Math.min(accepted++, outcome.data().size() - 1)));
            }
        }
        return replies;
    }

    static byte[] message(String id, List<String> to, int lines) {
        return ("From: " + SENDER + "\r\nTo: " + String.join(",\r\n ", to) + "\r\nMessage-ID: <" + id
                        + "@test>\r\nX-Load: " + id
                        + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
                        + Ledger.canary(id) + "\r\n" + LINE.repeat(lines))
                .getBytes(US_ASCII);
    }

    private static final String LINE = "0123456789abcdef0123456789abcdef0123456789abcdef012345678901\r\n";

    /** A user of ours with a key. */
    static final String SENDER = "alice@example.com";
}
