package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.time.InstantSource;
import org.postseal.gateway.mail.Envelope;

/**
 * How long the steps of a road may take and who is told of them.
 *
 * @param watch gives up a message whose step takes too long
 * @param stepLimit the longest that one step of preparing a message may take, plus one second for each 500,000 octets
 * of the message
 * @param stages is told how long each stage took
 * @param clock the time of the records
 */
public record Timing(PreparationWatch watch, Duration stepLimit, StageObserver stages, InstantSource clock) {
    /** The longest that one step may take with a message of this size. */
    Duration stepLimit(long octets) {
        return stepLimit.plusMillis(octets / LEAST_OCTETS_PER_MILLISECOND);
    }

    /** The clock of a message that has just reached the road. */
    StageClock clock(Envelope envelope, long octets) {
        return StageClock.of(envelope, octets, stages);
    }

    private static final long LEAST_OCTETS_PER_MILLISECOND = 500;
}
