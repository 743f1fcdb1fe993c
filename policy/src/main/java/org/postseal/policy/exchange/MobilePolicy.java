package org.postseal.policy.exchange;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.exchange.ExchangeObject.Property;
import org.postseal.policy.exchange.ExchangeObject.Shape;
import org.postseal.policy.yaml.Nearest;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/**
 * The S/MIME part of one mobile device mailbox policy.
 *
 * @param line where it begins; from 1
 * @param name as in Exchange; an EASProvisionDoc has none
 * @param isDefault empty if the object does not say
 * @param values by Microsoft's names; a value that is not set has no entry
 */
record MobilePolicy(int line, Optional<String> name, Optional<Boolean> isDefault, Map<MobileParameter, String> values) {
    /** Reads a policy. A value that Microsoft does not have becomes a problem. */
    static MobilePolicy of(ExchangeObject object, Problems problems) {
        Map<MobileParameter, String> values = new EnumMap<>(MobileParameter.class);
        for (MobileParameter parameter : MobileParameter.values()) {
            Property property = object.properties().get(parameter.word());
            if (property != null && property.shape() != Shape.NOTHING) {
                value(parameter, property, problems).ifPresent(value -> values.put(parameter, value));
            }
        }
        return new MobilePolicy(
                object.line(),
                object.text("Name").or(() -> object.text("Identity")),
                object.text("IsDefault").flatMap(Values::bool),
                values);
    }

    private static Optional<String> value(MobileParameter parameter, Property property, Problems problems) {
        Optional<String> value = property.value().flatMap(parameter::value);
        if (value.isEmpty()) {
            problems.error(property.line(), property.key(), fault(parameter, property));
        }
        return value;
    }

    private static String fault(MobileParameter parameter, Property property) {
        if (property.shape() == Shape.STRUCTURE) {
            return "must be a single value";
        }
        return "unknown value '" + YamlValue.clean(property.text()) + "'"
                + Nearest.hint(property.text(), parameter.names());
    }
}
