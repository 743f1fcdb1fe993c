package org.postseal.policy.condition;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.header.Letters;
import org.postseal.policy.people.Listing;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlValue;

/**
 * {@code authenticated}: tells whether the peer has proved a name, or which one.
 *
 * @param names in lower case; an empty set stands for any name
 */
record AuthenticatedCondition(boolean wanted, Set<String> names) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "authenticated",
            Needs.MESSAGE,
            "Whether the peer has proved a name, or which.",
            "`true`, `false`, or names that the peer has proved: the user who has logged in"
                    + " (`listeners[].auth`), else the subject of its certificate, if the listener asks for one"
                    + " (`listeners[].tls.clients`), as RFC 2253 writes it",
            new ConditionForm(
                    Schema.anyOf(Schema.bool(), ConditionForm.TEXTS),
                    (value, _) -> AuthenticatedCondition.read(value)));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        Optional<String> name = asked.peer().authenticated();
        return Truth.of(
                names.isEmpty()
                        ? name.isPresent() == wanted
                        : name.filter(proven -> names.contains(Letters.lower(proven)))
                                .isPresent());
    }

    @Override
    public String words() {
        if (!names.isEmpty()) {
            return "the peer has proved to be " + Listing.of(names);
        }
        return wanted ? "the peer has proved a name" : "the peer has proved no name";
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof AuthenticatedCondition(boolean isWanted, Set<String> others)
                && wanted
                && isWanted
                && (others.isEmpty() || (!names.isEmpty() && others.containsAll(names)));
    }

    private static Optional<Condition> read(YamlValue value) {
        if (value.isBool()) {
            return value.bool().map(wanted -> new AuthenticatedCondition(wanted, Set.of()));
        }
        Set<String> names = new HashSet<>();
        value.oneOrMore().forEach(item -> item.string().ifPresent(name -> names.add(name.toLowerCase(Locale.ROOT))));
        return names.isEmpty() ? Optional.empty() : Optional.of(new AuthenticatedCondition(true, names));
    }
}
