package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.settings.Setting;

/** The outcome that a case expects for one recipient. What the case does not name is not compared. Immutable. */
public final class Expectation {
    private final Map<OutcomeKey, String> values;

    private final Map<String, String> settings;

    Expectation(Map<OutcomeKey, String> values, Map<String, String> settings) {
        this.values = values.isEmpty() ? Map.of() : new EnumMap<>(values);
        this.settings = new LinkedHashMap<>(settings);
    }

    static final Expectation NOTHING = new Expectation(Map.of(), Map.of());

    public List<Difference> differences(Outcome outcome) {
        List<Difference> differences = new ArrayList<>();
        values.forEach((key, expected) -> {
            Optional<String> found = outcome.value(key);
            if (!found.equals(Optional.of(expected))) {
                differences.add(new Difference(key.word(), expected, found));
            }
        });
        settings.forEach((name, expected) -> {
            Optional<String> found = outcome.settings().stream()
                    .filter(setting -> setting.name().equals(name))
                    .map(Setting::value)
                    .findFirst();
            if (!found.equals(Optional.of(expected))) {
                differences.add(new Difference(CaseReader.SETTINGS + "." + name, expected, found));
            }
        });
        return differences;
    }

    /**
     * One value that is not as expected.
     *
     * @param found empty if the outcome has no such value
     */
    public record Difference(String key, String expected, Optional<String> found) {}
}
