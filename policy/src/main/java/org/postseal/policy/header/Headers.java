package org.postseal.policy.header;

import java.util.AbstractMap;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The header fields of one message: their unfolded bodies by lower-case field name, in order. The object remembers the
 * readings of the fields and the results of tests, because every rule asks again for every recipient. Thread-safe.
 */
public final class Headers extends AbstractMap<String, List<String>> {
    private final Map<String, List<String>> bodies;
    private final Set<String> doubted;
    private final Map<String, List<FieldReadings>> read = new HashMap<>();
    // Tests are compared by identity, because comparing what they say takes longer than most of them take to answer.
    private final Map<TextReadings, IdentityHashMap<HeaderTest, Boolean>> answers = new EnumMap<>(TextReadings.class);
    private final FieldReader reader = new FieldReader();

    private Headers(Map<String, List<String>> bodies, Set<String> doubted) {
        this.bodies = Map.copyOf(bodies);
        this.doubted = Set.copyOf(doubted);
    }

    /** Returns headers with these fields; the same object if they are headers already. */
    public static Headers of(Map<String, List<String>> bodies) {
        return bodies instanceof Headers headers ? headers : new Headers(bodies, Set.of());
    }

    /**
     * Returns headers with these fields.
     *
     * @param doubted the names of which a field is written so that only some programs find it
     */
    public static Headers of(Map<String, List<String>> bodies, Set<String> doubted) {
        return new Headers(bodies, doubted);
    }

    @Override
    public Set<Entry<String, List<String>>> entrySet() {
        return bodies.entrySet();
    }

    /** Returns the readings of the fields with this name, which is in lower case. */
    public synchronized List<FieldReadings> readings(String name) {
        return read.computeIfAbsent(
                name,
                _ -> bodies.getOrDefault(name, List.of()).stream()
                        .map(body -> FieldReadings.of(reader, List.of(body), !doubted.contains(name)))
                        .toList());
    }

    /** Answers a test of these fields, and remembers the answer. */
    public synchronized boolean answer(HeaderTest test, TextReadings readings, BooleanSupplier answer) {
        return answers.computeIfAbsent(readings, _ -> new IdentityHashMap<>())
                .computeIfAbsent(test, _ -> answer.getAsBoolean());
    }
}
