package org.postseal.policy.yaml;

import java.util.List;
import java.util.Map;

/** A node of a YAML document, with its line. */
sealed interface Node {
    int line();

    /** Names the kind of node, to complete "must be …, not …". */
    String kind();

    /** A single value; {@code plain} is true when it was not quoted. */
    record Scalar(int line, String text, boolean plain) implements Node {
        @Override
        public String kind() {
            return isNull() ? "empty" : "a single value";
        }

        /** Follows the core schema of YAML 1.2 (§10.3.2). */
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    record Sequence(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A mapping with its entries in order; each key occurs once. */
    record Mapping(int line, Map<String, Entry> entries) implements Node {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** An entry of a mapping, with the line of its key. */
    record Entry(int line, Node value) {}
}
