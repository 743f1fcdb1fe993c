package org.postseal.gateway.road.journal;

import java.time.Instant;
import java.util.Comparator;

/**
 * Describes a message that was on its way when the process ended, or that hung.
 *
 * @param deaths how often the process ended while this message was on its way, alone except for the first time, plus
 * how often it hung
 * @param hangs how many of these were hangs by the message's own fault, after which the process went on
 * @param last when the last of them was found
 */
public record Suspect(SuspectKey key, int deaths, int hangs, Instant last) {
    /** Returns true if another message may have ended the process; this one then goes alone. */
    boolean isDoubtful() {
        return deaths > hangs;
    }

    /** Returns what two gateways have seen of one message. */
    public Suspect plus(Suspect other) {
        return new Suspect(
                key, deaths + other.deaths, hangs + other.hangs, last.isAfter(other.last) ? last : other.last);
    }

    /** The last one is missed least. */
    static final Comparator<Suspect> MOST_DEATHS_FIRST = Comparator.comparingInt(Suspect::deaths)
            .thenComparing(Suspect::last)
            .reversed();
}
