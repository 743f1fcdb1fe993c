package org.postseal.gateway.e2e.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.Received;

/**
 * Records which recipient got which reply for which message, to compare it with the copies at the next hop: who got
 * them, how often, and in which form. A message is known by its {@code X-Load} field. Thread-safe.
 */
public final class Ledger {
    /** The policy of every row demands encryption for this domain and those below it. */
    static final String SEALED = "sealed.example";

    /** The policy of every row demands a signature for this domain. */
    static final String SIGNED = "@signed.example";

    /** How all canaries begin. */
    static final String CANARY = "canary of ";

    private final Map<Copy, String> finalReplies = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicLong lastPromise = new AtomicLong();
    private final AtomicLong silence = new AtomicLong();

    /**
     * The result of the comparison.
     *
     * @param promises recipients with a 2xx
     * @param refused recipients with a 5xx
     * @param lost recipients with a 2xx whose copy never came to the next hop
     * @param copies how many copies came to the next hop, by recipient and message; only those that have any
     * @param leaked refused recipients whose copy came to the next hop
     * @param inClear copies that had to be encrypted and can be read
     * @param unsigned copies that had to be signed and are not
     * @param forms how many copies had each form
     * @param attempts how many transactions there were
     */
    public record Account(
            Set<Copy> promises,
            int refused,
            List<Copy> lost,
            Map<Copy, Integer> copies,
            List<Copy> leaked,
            List<Copy> inClear,
            List<Copy> unsigned,
            Map<Form, Integer> forms,
            int attempts) {
        public int promised() {
            return promises.size();
        }

        /** Returns how many copies beyond the first came to the next hop; only those that have any. */
        Map<Copy, Integer> again() {
            return copies.entrySet().stream()
                    .filter(came -> came.getValue() > 1)
                    .collect(Collectors.toMap(Map.Entry::getKey, came -> came.getValue() - 1));
        }

        /** Returns the number of copies at the next hop beyond the first of each. */
        public int duplicates() {
            return again().values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * A message for one recipient.
     *
     * @param id the {@code X-Load} field, and the XFORWARD IDENT under which the message came
     */
    public record Copy(String id, String recipient) {}

    void attempted() {
        attempts.incrementAndGet();
    }

    /** Records a final reply, 2xx or 5xx. */
    void settled(String id, String recipient, String reply) {
        finalReplies.put(new Copy(id, recipient), reply);
        if (reply.startsWith("2")) {
            long now = System.nanoTime();
            long before = lastPromise.getAndSet(now);
            silence.accumulateAndGet(before == 0 ? 0 : now - before, Math::max);
        }
    }

    /** Returns the longest time between two replies of 2xx so far. */
    Duration silence() {
        return Duration.ofNanos(silence.get());
    }

    /** Returns how many recipients have a final reply by now. */
    int settled() {
        return finalReplies.size();
    }

    /** Returns how many recipients have a 2xx by now. */
    int promised() {
        return (int) finalReplies.values().stream()
                .filter(reply -> reply.startsWith("2"))
                .count();
    }

    private Set<Copy> promises() {
        return finalReplies.entrySet().stream()
                .filter(said -> said.getValue().startsWith("2"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Returns words that only the message with this id has. */
    static String canary(String id) {
        return CANARY + id + " sings";
    }

    /** Compares the replies with the copies that came. */
    Account account(List<Received> received) {
        Map<Copy, Integer> copies = new HashMap<>();
        Map<Form, Integer> forms = new EnumMap<>(Form.class);
        List<Copy> inClear = new ArrayList<>();
        List<Copy> unsigned = new ArrayList<>();
        for (Received message : received) {
            String text = message.text();
            String id = Form.field(text, "X-Load");
            Form form = Form.of(text, canary(id));
            for (String recipient : message.recipients()) {
                Copy copy = new Copy(id, recipient);
                copies.merge(copy, 1, Integer::sum);
                forms.merge(form, 1, Integer::sum);
                if (recipient.endsWith(SEALED) && form != Form.ENCRYPTED) {
                    inClear.add(copy);
                } else if (recipient.endsWith(SIGNED) && form != Form.SIGNED) {
                    unsigned.add(copy);
                }
            }
        }
        List<Copy> lost = new ArrayList<>();
        List<Copy> leaked = new ArrayList<>();
        Set<Copy> promises = promises();
        for (Copy told : finalReplies.keySet()) {
            if (promises.contains(told) && !copies.containsKey(told)) {
                lost.add(told);
            } else if (!promises.contains(told) && copies.containsKey(told)) {
                leaked.add(told);
            }
        }
        return new Account(
                promises,
                finalReplies.size() - promises.size(),
                lost,
                copies,
                leaked,
                inClear,
                unsigned,
                forms,
                attempts.get());
    }
}
