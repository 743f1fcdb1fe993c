package org.postseal.gateway.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopsConfig.Route;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code nextHop}, or {@code nextHops} with {@code routes}. */
final class NextHopsReader {
    private final Section root;
    private final NextHopReader reader;

    NextHopsReader(Section root, NextHopReader reader) {
        this.root = root;
        this.reader = reader;
    }

    /** Reads the hops and routes. If mail would have nowhere to go, there are problems and no hops. */
    NextHopsConfig read() {
        Key<List<Named>> several = root.key("nextHops", Type.named(this::named));
        Key<YamlValue> routesKey = root.key("routes", ANY);
        Key<YamlValue> only = root.key("nextHop", ANY);
        if (!several.isWritten()) {
            routesKey.error("leads nowhere without nextHops");
            return only.required().value().flatMap(this::only).orElse(NOWHERE);
        }
        only.error("cannot stand beside nextHops of line " + several.place().line() + ": it is one hop for everything");
        List<Named> hops = several.or(List.of());
        if (!several.isWrong() && hops.isEmpty()) {
            several.error("is empty; mail would have nowhere to go");
        }
        Type<String> name = Type.word(hops.stream().map(Named::name).toList());
        return routesKey
                .required()
                .value()
                .map(value -> routes(value, name))
                .map(routes -> {
                    hops.forEach(hop -> check(hop, routes));
                    return new NextHopsConfig(
                            hops.stream().flatMap(hop -> hop.read().stream()).toList(), routes);
                })
                .orElse(NOWHERE);
    }

    private Optional<NextHopsConfig> only(YamlValue value) {
        return reader.hop(NextHopConfig.ONLY)
                .warning(hop -> !hop.mayCarryOpened(), NOT_OPENED)
                .read(value)
                .map(NextHopsConfig::only);
    }

    private Type<Named> named(String name) {
        return value -> {
            requireName(name, value);
            return Optional.of(new Named(name, value, reader.hop(name).read(value)));
        };
    }

    /** Adds an error if a name that the administrator chose is none. */
    static void requireName(String name, YamlValue value) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            value.error("a name is 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first");
        }
    }

    private static void check(Named hop, List<Route> routes) {
        List<Route> leading =
                routes.stream().filter(route -> route.hop().equals(hop.name)).toList();
        if (leading.isEmpty()) {
            hop.place.warning("no route leads here");
        }
        if (hop.read.filter(found -> !found.mayCarryOpened()).isPresent()
                && leading.stream().anyMatch(NextHopsReader::isForAnybodyOfOurs)) {
            hop.place.warning(NOT_OPENED);
        }
    }

    private static List<Route> routes(YamlValue value, Type<String> hopName) {
        List<Route> all = new ArrayList<>();
        List<YamlValue> items = value.list();
        if (value.isList() && items.isEmpty()) {
            value.error("is an empty list; mail would have nowhere to go");
        }
        Type<Route> type = Type.section((Section route) -> route(route, hopName))
                .warning(
                        route -> isCovered(route, all),
                        "is never reached: the routes before it take everything it is for");
        for (YamlValue item : items) {
            type.read(item).ifPresent(route -> {
                all.add(route);
                if (item.equals(items.getLast()) && !route.isForEverything()) {
                    item.error("the last route must be for everything, with neither to nor direction");
                }
            });
        }
        return all;
    }

    private static Optional<Route> route(Section route, Type<String> hopName) {
        Key<List<DomainSet.Entry>> to =
                route.key("to", Type.oneOrMore(Type.text("a domain or *.domain", DomainSet.Entry::parse)));
        Key<List<Direction>> directions = route.key("direction", Type.oneOrMore(Type.word(Direction.class)));
        Key<String> hop = route.required("hop", hopName);
        if (to.isWrong() || directions.isWrong()) {
            // Without the key that could not be read, the route would seem to match more than it does
            return Optional.empty();
        }
        return hop.value()
                .map(name -> new Route(
                        to.value().map(NextHopsReader::domains),
                        EnumSet.copyOf(directions.or(List.of(Direction.values()))),
                        name));
    }

    private static DomainSet domains(List<DomainSet.Entry> entries) {
        DomainSet domains = new DomainSet();
        entries.forEach(domains::add);
        return domains;
    }

    /** Returns true if the routes before take everything that this route is for: each domain in each direction. */
    private static boolean isCovered(Route route, List<Route> before) {
        for (Direction direction : route.directions()) {
            List<Route> same = before.stream()
                    .filter(earlier -> earlier.directions().contains(direction))
                    .toList();
            boolean isAllTaken = same.stream().anyMatch(earlier -> earlier.to().isEmpty());
            boolean isEachTaken = route.to()
                    .filter(to -> to.entries().stream().allMatch(entry -> takes(same, entry)))
                    .isPresent();
            if (!isAllTaken && !isEachTaken) {
                return false;
            }
        }
        return true;
    }

    private static boolean takes(List<Route> routes, DomainSet.Entry entry) {
        return routes.stream()
                .anyMatch(route -> route.to().filter(to -> to.covers(entry)).isPresent());
    }

    /** Returns true if mail that comes in encrypted for our own users may take the route. */
    private static boolean isForAnybodyOfOurs(Route route) {
        return route.to().isEmpty()
                && (route.directions().contains(Direction.INBOUND)
                        || route.directions().contains(Direction.INTERNAL));
    }

    /** @param read the hop itself; empty if it has errors */
    private record Named(String name, YamlValue place, Optional<NextHopConfig> read) {}

    private static final NextHopsConfig NOWHERE = new NextHopsConfig(List.of(), List.of());
    private static final Type<YamlValue> ANY = Optional::of;
    private static final String NOT_OPENED = "neither loopback nor tls: verify; encrypted mail will not be opened";
}
