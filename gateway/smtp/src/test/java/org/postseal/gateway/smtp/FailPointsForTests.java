package org.postseal.gateway.smtp;

import java.util.function.Consumer;

/** Gives tests of other packages what {@link FailPoint} grants to its own. */
public final class FailPointsForTests {
    private FailPointsForTests() {}

    /** Calls {@code hook} at each point from now on. */
    public static void install(Consumer<FailPoint> hook) {
        FailPoint.install(hook::accept);
    }
}
