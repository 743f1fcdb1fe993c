package org.postseal.gateway.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.people.DomainSet;

/**
 * The next hops, and the routes that choose one of them for each recipient.
 *
 * @param hops at least one; no two have the same name
 * @param routes the first route that matches is taken; the last one matches everything
 */
public record NextHopsConfig(List<NextHopConfig> hops, List<Route> routes) {
    public NextHopsConfig {
        hops = List.copyOf(hops);
        routes = List.copyOf(routes);
    }

    /** Sends everything to one hop. */
    public static NextHopsConfig only(NextHopConfig hop) {
        return new NextHopsConfig(
                List.of(hop), List.of(new Route(Optional.empty(), Set.of(Direction.values()), hop.name())));
    }

    /** Returns the hop for mail of this direction to this recipient. */
    public NextHopConfig hop(MailAddress recipient, Direction direction) {
        String name = routes.stream()
                .filter(route -> route.matches(recipient, direction))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last route does not match everything"))
                .hop();
        return hops.stream().filter(hop -> hop.name().equals(name)).findFirst().orElseThrow();
    }

    /**
     * One rule that leads mail to a hop.
     *
     * @param to domains of recipients; if empty, all domains
     * @param directions directions of the mail
     * @param hop name of the hop
     */
    public record Route(Optional<DomainSet> to, Set<Direction> directions, String hop) {
        public Route {
            directions = Set.copyOf(directions);
        }

        boolean matches(MailAddress recipient, Direction direction) {
            return directions.contains(direction)
                    && to.filter(domains -> !domains.has(recipient.domain())).isEmpty();
        }

        boolean isForEverything() {
            return to.isEmpty() && directions.size() == Direction.values().length;
        }
    }
}
