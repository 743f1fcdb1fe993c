package org.postseal.gateway.console;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.postseal.gateway.audit.chain.LogExtent;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.HandledText;

/** Counts records by the hour in which they were made. One thread at a time uses it. */
final class Counts {
    /** Names the kinds of figures. */
    enum Kind {
        /** The figure counts recipients by their {@link Outcome}. */
        OUTCOME,
        /** The figure counts mail that was not simply delivered, by the name from the {@code Reason} table. */
        REASON,
        /** The figure counts the protection that was added, each part with its algorithms. */
        ALGORITHM,
        /** The figure counts mail that left the house neither signed nor encrypted, by the recipient's domain. */
        CLEAR,
        /** The figure counts mail from outside whose ciphertext stayed closed, by the cause. */
        CLOSED,
        /**
         * The figure counts messages, each once however many recipients it has, as {@link #TIMED} or {@link #UNTIMED}.
         */
        MESSAGE
    }

    record Figure(Kind kind, String name) {}

    private final TreeMap<Long, Map<Figure, Long>> byHour = new TreeMap<>();
    private final TreeMap<Long, Map<String, Durations>> timesByHour = new TreeMap<>();
    private final LogExtent extent = new LogExtent();
    private String lastMessage = "";

    void add(AuditLine line) {
        extent.add(line);
        if (!line.isRecipientDone()) {
            return;
        }
        Optional<Instant> time = Times.read(line);
        if (time.isEmpty()) {
            return;
        }
        Map<Figure, Long> hour = byHour.computeIfAbsent(time.get().getEpochSecond() / HOUR, _ -> new HashMap<>());
        // The records of a message stand one after the other, and each says how long the message took.
        String message = line.first("postseal.queue_id").orElse("");
        if (!message.equals(lastMessage) || message.isEmpty()) {
            lastMessage = message;
            addTimes(line, hour, time.get().getEpochSecond() / HOUR);
        }
        Outcome outcome = Outcome.of(line);
        count(hour, Kind.OUTCOME, outcome.name());
        if (outcome != Outcome.DELIVERED) {
            count(hour, Kind.REASON, line.first("postseal.reason").orElse(NONE));
        } else if (line.isObserved()) {
            count(hour, Kind.ALGORITHM, OBSERVED);
        } else {
            line.made().forEach(part -> count(hour, Kind.ALGORITHM, part));
        }
        boolean isLeaving =
                line.first("postseal.direction").filter(LEAVING::contains).isPresent();
        if (isLeaving && outcome == Outcome.DELIVERED && isClear(line)) {
            count(hour, Kind.CLEAR, domain(line));
        }
        if (!isLeaving && !line.isObserved()) {
            line.first(HandledText.CLOSED).ifPresent(why -> count(hour, Kind.CLOSED, why));
        }
    }

    private static boolean isClear(AuditLine line) {
        String left = line.first("postseal.left").orElse("");
        return left.equals("clear")
                || (left.equals("as_it_came") && line.first("postseal.came").equals(Optional.of("clear")));
    }

    private static String domain(AuditLine line) {
        String address = line.first("email.to.address").orElse("");
        String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return domain.isEmpty() ? NONE : domain;
    }

    private void addTimes(AuditLine line, Map<Figure, Long> hour, long number) {
        Optional<Long> whole = line.duration();
        count(hour, Kind.MESSAGE, whole.isPresent() ? TIMED : UNTIMED);
        if (whole.isEmpty()) {
            return;
        }
        Map<String, Durations> times = timesByHour.computeIfAbsent(number, _ -> new HashMap<>());
        times.computeIfAbsent(WHOLE, _ -> new Durations()).add(whole.get());
        line.stages().forEach((stage, spent) -> {
            if (times.size() <= MOST_STAGES || times.containsKey(stage)) {
                times.computeIfAbsent(stage, _ -> new Durations()).add(spent);
            }
        });
    }

    // A stranger chooses the names of the algorithms in their mail, and must not fill the memory with them.
    private static void count(Map<Figure, Long> hour, Kind kind, String name) {
        Figure figure = new Figure(kind, name);
        hour.merge(
                hour.size() < MOST_FIGURES || hour.containsKey(figure) ? figure : new Figure(kind, "(other)"),
                1L,
                Long::sum);
    }

    /** Returns how far the records go. */
    LogExtent extent() {
        return extent;
    }

    /** Returns the figures of one kind from the first time on until before the second. */
    Map<String, Long> sum(Kind kind, Instant from, Instant until) {
        Map<String, Long> sum = new HashMap<>();
        byHour.subMap(from.getEpochSecond() / HOUR, until.getEpochSecond() / HOUR)
                .values()
                .forEach(hour -> hour.forEach((figure, count) -> {
                    if (figure.kind() == kind) {
                        sum.merge(figure.name(), count, Long::sum);
                    }
                }));
        return sum;
    }

    /**
     * Adds to {@code sum} the times that messages took, from the first time on until before the second: that of the
     * whole message under {@link #WHOLE}, and that of each stage under its name.
     */
    void sumTimes(Instant from, Instant until, Map<String, Durations> sum) {
        timesByHour
                .subMap(from.getEpochSecond() / HOUR, until.getEpochSecond() / HOUR)
                .values()
                .forEach(hour -> hour.forEach((name, durations) ->
                        sum.computeIfAbsent(name, _ -> new Durations()).add(durations)));
    }

    /** Stands for mail to which nothing was done because the policy was only observed. */
    static final String OBSERVED = "(relayed under observe)";
    /** Stands for a message whose record says how long it took. */
    static final String TIMED = "timed";
    /** Stands for a message whose record, made by an older version, does not say how long it took. */
    static final String UNTIMED = "untimed";
    /** Names the whole message among the stages. */
    static final String WHOLE = "";

    private static final String NONE = "(none)";
    private static final Set<String> LEAVING = Set.of("outbound", "forwarded");
    private static final int MOST_STAGES = 20;
    private static final int MOST_FIGURES = 200;
    static final long HOUR = 3600;
}
