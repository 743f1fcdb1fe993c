package org.postseal.policy.yaml;

import java.util.List;
import java.util.Map;

/** A piece of a YAML document that knows its line. */
sealed interface Node {
    int line();

    /** What it is, for "must be …, not …". */
    String kind();

    /** Text; {@code plain} when it was not quoted. */
    record Scalar(int line, String text, boolean plain) implements Node {
        @Override
        public String kind() {
            return isNull() ? "empty" : "a single value";
        }

        /** By the core schema of YAML 1.2 (§10.3.2). */
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    /** Items in order. */
    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Entries by key, in order; each key is there once. */
    record Mapping(int line, Map<String, Entry> entries) implements Node {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A value and the line of its key. */
    record Entry(int line, Node value) {}
}
