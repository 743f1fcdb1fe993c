package org.postseal.gateway.road.fleet;

import java.time.Duration;

/**
 * How long the steps take by which gateways come to another policy.
 *
 * @param stale a gateway that has not read for so long which policy counts takes no mail
 * @param lead so long before a policy counts, that is written. What it is longer than {@code stale} is for the commit
 * @param absent a gateway that has said nothing for so long is not waited for
 */
public record PolicyTimes(Duration stale, Duration lead, Duration absent) {
    public static final PolicyTimes DEFAULT =
            new PolicyTimes(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(60));
}
