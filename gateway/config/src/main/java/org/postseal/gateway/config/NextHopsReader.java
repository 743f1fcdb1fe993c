package org.postseal.gateway.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postseal.gateway.config.NextHopsConfig.Route;
import org.postseal.policy.Direction;
import org.postseal.policy.DomainSet;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code nextHop}, or {@code nextHops} with {@code routes}. */
final class NextHopsReader {
    private final YamlMapping root;
    private final NextHopReader hopReader;

    NextHopsReader(YamlMapping root, NextHopReader hopReader) {
        this.root = root;
        this.hopReader = hopReader;
    }

    /** Empty, with problems, when mail would have nowhere to go. */
    Optional<NextHopsConfig> read() {
        Optional<YamlValue> several = root.value("nextHops");
        Optional<YamlValue> routes = root.value("routes");
        if (several.isEmpty()) {
            routes.ifPresent(value -> value.error("leads nowhere without nextHops"));
            return root.required("nextHop").flatMap(this::only);
        }
        root.value("nextHop")
                .ifPresent(value -> value.error("cannot stand beside nextHops of line "
                        + several.get().line() + ": it is one hop for everything"));
        Optional<YamlMapping> named = several.get().mapping();
        Optional<List<Route>> read = root.required("routes").map(value -> routes(value, named));
        Optional<List<NextHopConfig>> hops = named.flatMap(mapping -> hops(mapping, read));
        return read.flatMap(list -> hops.map(found -> new NextHopsConfig(found, list)));
    }

    private Optional<NextHopsConfig> only(YamlValue value) {
        Optional<NextHopConfig> hop = hopReader.read(NextHopConfig.ONLY, value);
        hop.filter(found -> !found.mayCarryOpened()).ifPresent(_ -> value.warning(NOT_OPENED));
        return hop.map(NextHopsConfig::only);
    }

    private Optional<List<NextHopConfig>> hops(YamlMapping mapping, Optional<List<Route>> routes) {
        List<NextHopConfig> hops = new ArrayList<>();
        Map<String, YamlValue> all = mapping.all();
        if (all.isEmpty()) {
            mapping.error("is empty; mail would have nowhere to go");
        }
        for (Map.Entry<String, YamlValue> entry : all.entrySet()) {
            String name = entry.getKey();
            YamlValue value = entry.getValue();
            if (!NAME.matcher(name).matches()) {
                value.error(
                        "a name is 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first");
            }
            List<Route> leading = routes.orElse(List.of()).stream()
                    .filter(route -> route.hop().equals(name))
                    .toList();
            if (routes.isPresent() && leading.isEmpty()) {
                value.warning("no route leads here");
            }
            Optional<NextHopConfig> hop = hopReader.read(name, value);
            hop.filter(found ->
                            !found.mayCarryOpened() && leading.stream().anyMatch(NextHopsReader::isForAnybodyOfOurs))
                    .ifPresent(_ -> value.warning(NOT_OPENED));
            hop.ifPresent(hops::add);
        }
        return hops.size() == all.size() && !hops.isEmpty() ? Optional.of(hops) : Optional.empty();
    }

    private static List<Route> routes(YamlValue value, Optional<YamlMapping> hops) {
        Map<String, String> names = hops.stream()
                .flatMap(mapping -> mapping.names().stream())
                .collect(Collectors.toMap(name -> name, name -> name, (one, _) -> one, LinkedHashMap::new));
        List<Route> all = new ArrayList<>();
        List<YamlValue> items = value.list();
        if (value.isList() && items.isEmpty()) {
            value.error("is an empty list; mail would have nowhere to go");
        }
        for (YamlValue item : items) {
            item.mapping().flatMap(mapping -> route(mapping, names)).ifPresent(route -> {
                if (isCovered(route, all)) {
                    item.warning("is never reached: the routes before it take everything it is for");
                }
                all.add(route);
                if (item.equals(items.getLast()) && !route.isForEverything()) {
                    item.error("the last route must be for everything, with neither to nor direction");
                }
            });
        }
        return all;
    }

    private static Optional<Route> route(YamlMapping mapping, Map<String, String> names) {
        Optional<YamlValue> toValue = mapping.value("to");
        List<YamlValue> toItems = mapping.oneOrMore("to");
        List<DomainSet.Entry> domains = toItems.stream()
                .flatMap(item -> item.parsed("a domain or *.domain", DomainSet.Entry::parse).stream())
                .toList();
        DomainSet to = new DomainSet();
        domains.forEach(to::add);
        List<YamlValue> directionItems = mapping.oneOrMore("direction");
        List<Direction> directions = directionItems.stream()
                .flatMap(item -> item.word(Direction.class).stream())
                .toList();
        Optional<String> hop = mapping.required("hop").flatMap(value -> value.word(names));
        mapping.refuseOthers();
        if (domains.size() < toItems.size() || directions.size() < directionItems.size()) {
            // Without what could not be read it would seem to be for more than it is
            return Optional.empty();
        }
        return hop.map(name -> new Route(
                toValue.map(_ -> to),
                directions.isEmpty() ? EnumSet.allOf(Direction.class) : EnumSet.copyOf(directions),
                name));
    }

    /** Whether the routes before take everything: each domain in each direction. */
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

    /** It may lead mail that comes in encrypted for our own people. */
    private static boolean isForAnybodyOfOurs(Route route) {
        return route.to().isEmpty()
                && (route.directions().contains(Direction.INBOUND)
                        || route.directions().contains(Direction.INTERNAL));
    }

    private static final String NOT_OPENED = "neither loopback nor tls: verify; encrypted mail will not be opened";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
}
