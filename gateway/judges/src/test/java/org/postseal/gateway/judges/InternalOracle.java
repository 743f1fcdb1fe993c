package org.postseal.gateway.judges;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postseal.gateway.testkit.Received;

/** Whoever a real Postfix delivers outside was treated as outside: the word of the message has not left in clear. */
final class InternalOracle implements Oracle {
    private final Map<InternalRoad.Place, InternalRoad> roads = new EnumMap<>(InternalRoad.Place.class);
    private final Outcomes outcomes = new Outcomes();

    InternalOracle() {
        for (InternalRoad.Place place : InternalRoad.Place.values()) {
            roads.put(place, new InternalRoad(place));
        }
    }

    @Override
    public String name() {
        return "internal";
    }

    @Override
    public Outcomes outcomes() {
        return outcomes;
    }

    private record Sent(
            long seed, InternalRoad road, String path, String id, byte[] message, Set<String> used, boolean isTaken) {
        String word() {
            return "word-" + id;
        }
    }

    @Override
    public Set<String> productions(long seed) {
        return Case.of(seed).used();
    }

    @Override
    public List<Finding> judge(List<Long> seeds) {
        return findings(seeds.stream().map(seed -> send(Case.of(seed))).toList());
    }

    private List<Finding> findings(List<Sent> sent) {
        roads.values().forEach(InternalRoad::settle);
        List<Finding> findings = new ArrayList<>();
        for (Sent each : sent) {
            List<Received> left = each.road.left(each.id);
            outcomes.add(
                    !left.isEmpty()
                            ? "outside"
                            : each.road.cameHome(each.id) ? "internal" : each.isTaken ? "bounced" : "refused",
                    each.used);
            left.stream()
                    .filter(received -> received.text().contains(each.word()))
                    .findFirst()
                    .ifPresent(received -> findings.add(new Finding(
                            name(),
                            each.seed,
                            "postfix",
                            "RCPT TO:<" + each.path + "> leaves in clear for " + received.recipients() + " "
                                    + each.used,
                            Vector.files(each.message, each.seed, each.used))));
        }
        return findings;
    }

    @Override
    public List<Finding> judge(Vector vector) {
        Sent sent = send(Case.of(vector.seed()));
        vector.check(sent.used);
        return findings(List.of(sent));
    }

    /**
     * What is drawn for one case.
     *
     * @param domain how our domain is written, where nothing else is odd about the recipient
     */
    private record Case(
            long seed,
            InternalRoad.Place place,
            boolean isByPostfix,
            String path,
            DomainSpelling domain,
            Set<String> used) {
        static Case of(long seed) {
            Dice dice = new Dice(seed);
            LocalPartSpelling spelling = dice.use(
                    dice.once(3)
                            ? List.of(LocalPartSpelling.PLAIN, LocalPartSpelling.OUTSIDE)
                            : List.of(LocalPartSpelling.values()));
            InternalRoad.Place place = dice.pick(List.of(InternalRoad.Place.values()));
            boolean isByPostfix = dice.once(2);
            String user = dice.pick(InternalRoad.USERS);
            DomainSpelling domain = spelling != LocalPartSpelling.PLAIN
                    ? DomainSpelling.ASCII
                    : dice.use(dice.once(3) ? List.of(DomainSpelling.ASCII) : List.of(DomainSpelling.values()));
            String path = spelling.write(
                    user, Forge.text(domain.domain().getBytes(StandardCharsets.UTF_8)), InternalRoad.OUTSIDE);
            return new Case(seed, place, isByPostfix, path, domain, dice.used());
        }
    }

    private Sent send(Case drawn) {
        String id = "%d.%d".formatted(drawn.seed, System.nanoTime());
        byte[] message =
                Forge.octets("From: Alice <" + InternalRoad.ALICE + ">\r\nTo: undisclosed:;\r\nSubject: One\r\nDate: "
                        + ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.RFC_1123_DATE_TIME)
                        + "\r\nMessage-ID: <" + id
                        + "@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nword-" + id + "\r\n");
        InternalRoad road = roads.get(drawn.place);
        if (road == null) {
            throw new IllegalStateException(drawn.place.name());
        }
        boolean isTaken = road.send(drawn.isByPostfix, drawn.path, !drawn.domain.isAscii(), message);
        return new Sent(drawn.seed, road, drawn.path, id, message, drawn.used, isTaken);
    }

    @Override
    public void close() {
        roads.values().forEach(InternalRoad::close);
    }
}
