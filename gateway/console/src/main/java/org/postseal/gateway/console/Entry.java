package org.postseal.gateway.console;

import java.util.List;

/** Holds a label and its values, each value on a line of its own. */
public record Entry(String label, List<String> values) {
    public Entry {
        values = List.copyOf(values);
    }

    static Entry of(String label, String value) {
        return new Entry(label, List.of(value));
    }
}
