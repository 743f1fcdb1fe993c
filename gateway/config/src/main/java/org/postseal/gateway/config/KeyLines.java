package org.postseal.gateway.config;

import java.util.HashMap;
import java.util.Map;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** On which line each key of a file stands, for faults that are found only when what it names is opened. Immutable. */
public final class KeyLines {
    private final Map<String, Integer> lines = new HashMap<>();

    KeyLines(YamlMapping root) {
        add(root);
    }

    /** The line of {@code key}, or of the nearest one above it that is there; 1 when there is none. */
    public int of(String key) {
        String nearest = key;
        while (!nearest.isEmpty() && !lines.containsKey(nearest)) {
            nearest = nearest.substring(0, Math.max(0, Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['))));
        }
        return lines.getOrDefault(nearest, 1);
    }

    private void add(YamlMapping mapping) {
        mapping.all().values().forEach(this::add);
    }

    private void add(YamlValue value) {
        lines.put(value.key(), value.line());
        if (value.isMapping()) {
            value.mapping().ifPresent(this::add);
        } else if (value.isList()) {
            value.list().forEach(this::add);
        }
    }
}
