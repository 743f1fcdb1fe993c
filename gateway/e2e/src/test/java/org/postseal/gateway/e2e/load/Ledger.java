package org.postseal.gateway.e2e.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.postseal.gateway.testkit.Received;

/** Who was told what about which message, to be compared with who got it, how often and in which form. A message is known by its {@code X-Load} field. Thread-safe. */
public final class Ledger {
    /** To this domain, and those below it, the policy of every row demands encryption. */
    static final String SEALED = "sealed.example";

    /** To this one a signature. */
    static final String SIGNED = "@signed.example";

    /** How all of them begin. */
    static final String CANARY = "canary of ";

    private final Map<String, String> finalReplies = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();

    /**
     * What came of it.
     *
     * @param promised recipients with a 2xx
     * @param refused recipients with a 5xx
     * @param lost promised, and never at the next hop
     * @param again how many copies beyond the first were at the next hop, by whom and which message; only who has any
     * @param leaked at the next hop although refused
     * @param inClear copies that had to be encrypted and can be read
     * @param unsigned copies that had to be signed and are not
     * @param forms how many copies had which form
     * @param attempts transactions
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
        /** Copies at the next hop beyond the first. */
        public int duplicates() {
            return again.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * A message for somebody.
     *
     * @param id {@code X-Load}, and the XFORWARD IDENT it came under
     */
    public record Copy(String id, String recipient) {}

    void attempted() {
        attempts.incrementAndGet();
    }

    /** A final reply, 2xx or 5xx. */
    void settled(String id, String recipient, String reply) {
        finalReplies.put(id + " " + recipient, reply);
    }

    /** How many recipients have a final reply by now. */
    int settled() {
        return finalReplies.size();
    }

    /** How many recipients have a 2xx by now. */
    int promised() {
        return (int) finalReplies.values().stream()
                .filter(reply -> reply.startsWith("2"))
                .count();
    }

    /** Words that only the message with this id has. */
    static String canary(String id) {
        return CANARY + id + " sings";
    }

    /** Compares what was said with what came. */
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
