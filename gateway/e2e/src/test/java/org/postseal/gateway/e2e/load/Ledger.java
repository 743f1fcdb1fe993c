package org.postseal.gateway.e2e.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final Map<String, String> finalReplies = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();

    /**
     * The result of the comparison.
     *
     * @param promised recipients with a 2xx
     * @param refused recipients with a 5xx
     * @param lost recipients with a 2xx whose copy never came to the next hop
     * @param again how many copies beyond the first came to the next hop, by recipient and message; only those that
     * have any
     * @param leaked refused recipients whose copy came to the next hop
     * @param inClear copies that had to be encrypted and can be read
     * @param unsigned copies that had to be signed and are not
     * @param forms how many copies had each form
     * @param attempts how many transactions there were
     */
    public record Account(
            int promised,
            int refused,
            List<String> lost,
            Map<Copy, Integer> again,
            List<String> leaked,
            List<String> inClear,
            List<String> unsigned,
            Map<Form, Integer> forms,
            int attempts) {
        /** Returns the number of copies at the next hop beyond the first of each. */
        public int duplicates() {
            return again.values().stream().mapToInt(Integer::intValue).sum();
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
        finalReplies.put(id + " " + recipient, reply);
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

    /** Returns each message and recipient with a 2xx. */
    Set<String> promises() {
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
        Map<String, Integer> times = new TreeMap<>();
        Map<Copy, Integer> again = new HashMap<>();
        Map<Form, Integer> forms = new EnumMap<>(Form.class);
        List<String> inClear = new ArrayList<>();
        List<String> unsigned = new ArrayList<>();
        for (Received message : received) {
            String text = message.text();
            String id = Form.field(text, "X-Load");
            Form form = Form.of(text, canary(id));
            for (String recipient : message.recipients()) {
                String key = id + " " + recipient;
                if (times.merge(key, 1, Integer::sum) > 1) {
                    again.merge(new Copy(id, recipient), 1, Integer::sum);
                }
                forms.merge(form, 1, Integer::sum);
                if (recipient.endsWith(SEALED) && form != Form.ENCRYPTED) {
                    inClear.add(key);
                } else if (recipient.endsWith(SIGNED) && form != Form.SIGNED) {
                    unsigned.add(key);
                }
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
        return new Account(
                promised,
                finalReplies.size() - promised,
                lost,
                again,
                leaked,
                inClear,
                unsigned,
                forms,
                attempts.get());
    }
}
