package org.postseal.gateway.config;

import java.util.HashMap;
import java.util.Map;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * The line of each key in the configuration. Faults that are found only when a file or server is opened are reported
 * with it. Immutable.
 */
public final class KeyLines {
    private final Map<String, Integer> lines = new HashMap<>();

    KeyLines(YamlMapping root) {
        add(root);
    }

    /** Returns the line of {@code key}, or of the nearest section around it that is written; 1 if there is none. */
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
