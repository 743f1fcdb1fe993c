package org.postseal.policy.condition;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.policy.facts.Parts;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.people.Listing;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlValue;

/**
 * {@code contentType}: the media type of the root, as it is labelled.
 *
 * @param any in lower case; {@code image/*} stands for every subtype
 * @param readings whether a label that mail programs read differently may stand for any type: for a rule that demands,
 *     refuses or redirects, and for no other one
 */
record ContentTypeCondition(Set<String> any, TextReadings readings) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "contentType",
            Needs.MESSAGE,
            "Media types; image/* is every subtype.",
            "media types of the root, as it is labelled: `application/pdf`, `image/*`; a label that is not plain"
                    + " [may stand for any](#unclear-media-types)",
            new ConditionForm(
                    Schema.oneOrMore(Schema.text("/")),
                    (value, _) -> Optional.of(new ContentTypeCondition(types(value), TextReadings.ANY))));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        String type = asked.message().mediaType();
        return type.equals(Parts.UNCLEAR)
                ? Truth.of(readings == TextReadings.ANY_OR_UNKNOWN)
                : Truth.of(any.contains(type) || any.contains(everySubtype(type)));
    }

    @Override
    public ContentTypeCondition with(TextReadings wanted) {
        return new ContentTypeCondition(any, wanted);
    }

    @Override
    public String words() {
        return "its media type is " + Listing.of(any);
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof ContentTypeCondition(Set<String> others, TextReadings counting)
                && readings.isWithin(counting)
                && any.stream().allMatch(type -> others.contains(type) || others.contains(everySubtype(type)));
    }

    @Override
    public List<Condition> parts() {
        return Condition.each(any, type -> new ContentTypeCondition(Set.of(type), readings));
    }

    private static String everySubtype(String type) {
        return type.substring(0, type.indexOf('/') + 1) + "*";
    }

    private static Set<String> types(YamlValue value) {
        Set<String> types = new HashSet<>();
        for (YamlValue item : value.oneOrMore()) {
            item.parsed("a media type such as application/pdf or image/*", ContentTypeCondition::type)
                    .ifPresent(types::add);
        }
        return types;
    }

    private static Optional<String> type(String text) {
        // RFC 6838 §4.2
        Pattern type = Pattern.compile("NAME/(\\*|NAME)".replace("NAME", "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"));
        return type.matcher(text).matches() ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
    }
}
