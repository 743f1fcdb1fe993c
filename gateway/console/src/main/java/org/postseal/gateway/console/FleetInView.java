package org.postseal.gateway.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.audit.chain.FleetStanding;
import org.postseal.gateway.audit.chain.FleetStanding.Standing;

/**
 * Says on a page how far the log of each gateway of a fleet is here.
 *
 * @param gateways the gateways by name; none if the console shows the log of its gateway alone
 * @param lacks what the page may lack, in words
 */
public record FleetInView(List<Gateway> gateways, List<String> lacks) {
    public FleetInView {
        gateways = List.copyOf(gateways);
        lacks = List.copyOf(lacks);
    }

    /**
     * Shows one gateway.
     *
     * @param newest the time of its newest record and its age; empty if there is none
     * @param state {@code verified}, {@code pending} or {@code broken}
     * @param says the state in words
     */
    public record Gateway(String node, String newest, String state, String says) {}

    /**
     * @param isWhole false if some of the logs were not read yet
     * @param faults what cannot be read, in words
     */
    static FleetInView of(FleetStanding fleet, Instant now, boolean isWhole, List<String> faults) {
        List<Gateway> gateways = new ArrayList<>();
        List<String> lacks = new ArrayList<>(faults);
        fleet.nodes().forEach((node, standing) -> {
            gateways.add(gateway(node, standing, now));
            lack(node, standing).ifPresent(lacks::add);
        });
        if (!isWhole) {
            lacks.add("The logs are still being counted: there may be gateways that are not named yet.");
        }
        return new FleetInView(gateways, lacks);
    }

    /** Returns the names of the gateways that have a log here. */
    public List<String> here() {
        return gateways.stream()
                .filter(gateway -> !gateway.newest().isEmpty())
                .map(Gateway::node)
                .toList();
    }

    /** Returns these names in one text. */
    public String joined() {
        return String.join(", ", here());
    }

    private static Gateway gateway(String node, Standing standing, Instant now) {
        return switch (standing) {
            case Standing.Current(Instant last) ->
                new Gateway(node, newest(last, now), "verified", "no other log has seen more of it");
            case Standing.Behind(Instant last, Instant seen, String by) ->
                new Gateway(
                        node, newest(last, now), "broken", "behind: " + by + " has seen it at " + Times.second(seen));
            case Standing.Silent(Instant last, Instant others) ->
                new Gateway(node, newest(last, now), "pending", "others go on to " + Times.second(others));
            case Standing.Empty() -> new Gateway(node, "", "broken", "its folder has no log of messages");
            case Standing.Missing(String by) -> new Gateway(node, "", "broken", "not here, and " + by + " knows it");
        };
    }

    private static String newest(Instant last, Instant now) {
        return Times.second(last) + ", " + Age.ago(Duration.between(last, now));
    }

    private static Optional<String> lack(String node, Standing standing) {
        return switch (standing) {
            case Standing.Current _ -> Optional.empty();
            case Standing.Behind(Instant last, Instant seen, String by) ->
                Optional.of("The log of " + node + " is behind: here it ends at " + Times.second(last)
                        + ", and " + by + " has seen it at " + Times.second(seen)
                        + ". Gather it again; if it stays so, it was cut off (postseal audit verify --fleet).");
            case Standing.Silent(Instant last, Instant others) ->
                Optional.of("The log of " + node + " ends at " + Times.second(last)
                        + ", and those of others go on to " + Times.second(others)
                        + ": it was not gathered since, or the gateway was stopped.");
            case Standing.Empty() ->
                Optional.of("The folder of " + node + " has no log of messages: what it did is not shown.");
            case Standing.Missing(String by) ->
                Optional.of(
                        "No log of " + node + " is here, which " + by + " knows: what that gateway did is not shown.");
        };
    }
}
