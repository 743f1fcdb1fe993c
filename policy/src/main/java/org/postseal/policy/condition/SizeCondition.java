package org.postseal.policy.condition;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * {@code size}: the octets of a message.
 *
 * @param over the bound itself is not included
 * @param under the bound itself is not included
 */
record SizeCondition(Optional<Long> over, Optional<Long> under) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "size",
            Needs.MESSAGE,
            "Octets as received.",
            "`{ over: 10M, under: 50M }`: octets as received, or with `K`, `M`, `G` of 1024; the bounds themselves are"
                    + " not included",
            new ConditionForm(schema(), (value, _) -> read(value)));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        long size = asked.message().size();
        return Truth.of(over.filter(bound -> size <= bound).isEmpty()
                && under.filter(bound -> size >= bound).isEmpty());
    }

    @Override
    public String words() {
        return "its size is "
                + over.map(bound -> "over " + bound + " octets").orElse("")
                + (over.isPresent() && under.isPresent() ? " and " : "")
                + under.map(bound -> "under " + bound + " octets").orElse("");
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof SizeCondition(Optional<Long> least, Optional<Long> most)
                && least.map(bound -> over.filter(own -> own >= bound).isPresent())
                        .orElse(true)
                && most.map(bound -> under.filter(own -> own <= bound).isPresent())
                        .orElse(true);
    }

    private static Schema schema() {
        String octets = "^(" + SIZE + ")$";
        return Schema.mapping()
                .key("over", "More octets than this, such as 512K.", Schema.text(octets))
                .key("under", "Fewer octets than this, such as 10M.", Schema.text(octets))
                .schema();
    }

    private static Optional<Condition> read(YamlValue value) {
        return value.mapping().map(SizeCondition::read);
    }

    private static SizeCondition read(YamlMapping size) {
        Optional<Long> over = size.parsed("over", OCTETS, SizeCondition::octets);
        Optional<Long> under = size.parsed("under", OCTETS, SizeCondition::octets);
        size.refuseOthers();
        if (size.names().isEmpty()) {
            size.error("has no bound (valid: over, under)");
        } else if (over.isPresent() && under.isPresent() && over.get() + 1 >= under.get()) {
            size.error("no size is over " + over.get() + " and under " + under.get());
        }
        return new SizeCondition(over, under);
    }

    private static Optional<Long> octets(String text) {
        Matcher matcher = Pattern.compile(SIZE).matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Optional.of(Long.parseLong(matcher.group(1)) << shift);
    }

    private static final String OCTETS = "a number of octets such as 500000, 512K, 10M or 1G";
    private static final String SIZE = "(0|[1-9][0-9]{0,11})([KMG]?)";
}
