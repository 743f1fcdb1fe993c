package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.exchange.ExchangeObject.Property;
import org.postseal.policy.exchange.ExchangeObject.Shape;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;
import org.postseal.policy.yaml.YamlValue;

/**
 * Reads the output of {@code ConvertTo-Json}: one object or a list of them. JSON is a part of YAML 1.2, so our own YAML
 * reader reads it, with that reader's limits.
 */
final class JsonObjects {
    private JsonObjects() {}

    static List<ExchangeObject> read(String text, int longest, Problems problems) {
        Optional<YamlValue> root = YamlReader.read(text, longest, problems);
        if (root.isEmpty() || problems.hasErrors()) {
            return List.of();
        }
        List<ExchangeObject> objects = new ArrayList<>();
        for (YamlValue item : items(root.get())) {
            item.mapping().ifPresent(mapping -> objects.add(object(item.line(), mapping)));
        }
        if (objects.isEmpty() && !problems.hasErrors()) {
            problems.error(root.get().line(), "", "no object in it");
        }
        return objects;
    }

    private static List<YamlValue> items(YamlValue root) {
        if (root.isList()) {
            return root.list();
        }
        // PowerShell 5.1 writes some lists as an object with their count.
        Optional<YamlMapping> mapping = root.mapping();
        return mapping.filter(object -> object.names().equals(COUNTED))
                .flatMap(object -> object.value("value"))
                .filter(YamlValue::isList)
                .map(YamlValue::list)
                .orElse(List.of(root));
    }

    private static ExchangeObject object(int line, YamlMapping mapping) {
        Map<String, Property> properties = new LinkedHashMap<>();
        mapping.all().forEach((name, value) -> {
            Property property = value.isNull()
                    ? new Property(value.line(), value.key(), Shape.NOTHING, "")
                    : value.text()
                            .map(text -> Property.of(value.line(), value.key(), text))
                            .orElseGet(() -> new Property(value.line(), value.key(), Shape.STRUCTURE, ""));
            properties.put(name, property);
        });
        return new ExchangeObject(line, properties);
    }

    private static final Set<String> COUNTED = Set.of("value", "Count");
}
