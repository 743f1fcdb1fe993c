package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;

/**
 * Sets the clock of one of two gateways of a fleet forward and back under load, while connections from the MTA are
 * reset, so that retries reach either gateway.
 */
final class FleetSkewRow implements Row {
    /** What the clock is off, in seconds. */
    private static final List<Integer> OFFSETS = List.of(30, -120, 3600, -30, 120, -3600);

    @Override
    public Extent extent() {
        return new Extent("settings", 60, 2, OFFSETS.size());
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Path library = Requirements.fakeTime();
        try (PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            try (FleetRun fleet = new FleetRun("fleet-skew", steps, extent().batch(), database)) {
                GatewayProcess other = fleet.start("other");
                GatewayProcess one = fleet.prepare("one");
                Path clock = one.file("clock");
                set(clock, 0);
                one.launcher(List.of(
                        "env",
                        "LD_PRELOAD=" + library,
                        "FAKETIME_TIMESTAMP_FILE=" + clock,
                        // The file is read once in a second.
                        "FAKETIME_CACHE_DURATION=1",
                        // Time that passes is not what is tried: a machine cannot set that clock.
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        // With what is mended by this, waiting threads of a JVM wait for no time at all.
                        "FAKETIME_FORCE_MONOTONIC_FIX=0"));
                fleet.start(one);
                try (CuttingProxy toOne = fleet.link(one);
                        CuttingProxy toOther = fleet.link(other)) {
                    fleet.underLoad(step -> {
                        set(clock, OFFSETS.get(step % extent().batch()));
                        for (int reset = 0; reset < (steps.isShort() ? 2 : 10); reset++) {
                            Await.pause(Duration.ofMillis(500));
                            toOne.resetAll();
                            Await.pause(Duration.ofMillis(500));
                            toOther.resetAll();
                        }
                    });
                    History history = fleet.history();
                    tally.add("settings", steps.count());
                    tally.require(database.secondsOff() > 20, "no clock was off");
                    tally.require(
                            history.account().duplicates() == 0,
                            "duplicates by clocks: " + history.account().again());
                    fleet.book(history, tally);
                }
            }
        }
    }

    private static void set(Path clock, int seconds) throws IOException {
        Path next = clock.resolveSibling("clock.new");
        Files.writeString(next, "%+ds%n".formatted(seconds));
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
