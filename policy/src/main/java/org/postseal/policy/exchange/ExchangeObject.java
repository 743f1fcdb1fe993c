package org.postseal.policy.exchange;

import java.util.Map;
import java.util.Optional;
import org.postseal.policy.settings.SmimeParameter;

/**
 * One object as PowerShell shows it, or one EASProvisionDoc.
 *
 * @param line where it begins; from 1
 * @param properties by name, in order
 */
record ExchangeObject(int line, Map<String, Property> properties) {
    /** Returns true if it has S/MIME parameters of a mobile device mailbox policy. */
    boolean isMobilePolicy() {
        return properties.keySet().stream()
                .anyMatch(name -> MobileParameter.of(name).isPresent());
    }

    /** Returns true if it has parameters of Get-SmimeConfig. */
    boolean isSmimeConfig() {
        return properties.keySet().stream()
                .anyMatch(name -> SmimeParameter.ofMicrosoft(name)
                        .filter(known -> !known.isReserved())
                        .isPresent());
    }

    /** Returns the value of a property that has a single one. */
    Optional<String> text(String name) {
        return Optional.ofNullable(properties.get(name)).flatMap(Property::value);
    }

    /**
     * One property.
     *
     * @param line of its name; from 1
     * @param key its path, for a problem
     * @param text empty unless it is a single value
     */
    record Property(int line, String key, Shape shape, String text) {
        static Property of(int line, String key, String text) {
            return new Property(line, key, text.isBlank() ? Shape.NOTHING : Shape.TEXT, text.strip());
        }

        /** Returns a single value; empty for nothing and for a list. */
        Optional<String> value() {
            return shape == Shape.TEXT ? Optional.of(text) : Optional.empty();
        }
    }

    enum Shape {
        TEXT,
        NOTHING,
        /** A list or an object. */
        STRUCTURE
    }
}
