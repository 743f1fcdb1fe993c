package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names a period that the overview covers, up to now, and the length of its steps. */
public enum Period {
    DAY("24h", "24 hours", Duration.ofHours(1), 24),
    WEEK("7d", "7 days", Duration.ofHours(6), 28),
    MONTH("30d", "30 days", Duration.ofDays(1), 30),
    QUARTER("90d", "90 days", Duration.ofDays(3), 30);

    private final String word;
    private final String label;
    private final Duration step;
    private final int steps;

    Period(String word, String label, Duration step, int steps) {
        this.word = word;
        this.label = label;
        this.step = step;
        this.steps = steps;
    }

    static Period of(String word) {
        return Arrays.stream(values())
                .filter(period -> period.word.equals(word))
                .findFirst()
                .orElse(DAY);
    }

    /** Returns the word in a link. */
    public String word() {
        return word;
    }

    /** Returns the label for people. */
    public String label() {
        return label;
    }

    /** Returns the length of a step, for people. */
    public String stepLabel() {
        return step.toHours() < 24
                ? step.toHours() + (step.toHours() == 1 ? " hour" : " hours")
                : step.toDays() + (step.toDays() == 1 ? " day" : " days");
    }

    /**
     * Returns the beginnings of all steps and the end of the last step, which is not over yet. In the zone of the
     * visitor these are multiples of the step, or full days if a step is a day or longer. Since the log is counted by
     * full hours, each is the first full hour of UTC from there on.
     */
    List<Instant> bounds(Instant now) {
        long grid = Math.min(step.toHours(), 24);
        LocalDateTime local = LocalDateTime.ofInstant(now, Times.zone());
        LocalDateTime end = local.truncatedTo(ChronoUnit.DAYS).plusHours((local.getHour() / grid + 1) * grid);
        List<Instant> bounds = new ArrayList<>();
        for (int i = steps; i >= 0; i--) {
            Instant bound = end.minus(step.multipliedBy(i)).atZone(Times.zone()).toInstant();
            bounds.add(bound.plusSeconds(Counts.HOUR - 1).truncatedTo(ChronoUnit.HOURS));
        }
        return bounds;
    }

    String stepName(Instant begin) {
        return step.toHours() < 24 ? Times.minute(begin) : Times.day(begin);
    }
}
