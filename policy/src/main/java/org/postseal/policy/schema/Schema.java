package org.postseal.policy.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON Schema (draft 2020-12). It describes values as the core schema of YAML types them: an editor takes an
 * unquoted number for a number where the policy reads it as text. Immutable.
 *
 * @param json its keywords with their values: maps, lists, text, numbers and truth values
 */
public record Schema(Map<String, Object> json) {
    public static Schema bool() {
        return new Schema(Map.of("type", "boolean"));
    }

    /** Returns a schema for any text, and for a number that is read as text. */
    public static Schema text() {
        return new Schema(Map.of("type", List.of("string", "number")));
    }

    /** Returns a schema for text that matches a regular expression of ECMA-262. */
    public static Schema text(String pattern) {
        return with(text().json, "pattern", pattern);
    }

    /** A mail address. The schema demands only an {@code @}; the policy's own reader says the rest. */
    public static Schema address() {
        return text("@");
    }

    /** A domain, or {@code *.domain} for all below it. */
    public static Schema domain() {
        return text("^(\\*\\.)?[^@*\\s]+$");
    }

    /** Returns a schema for a whole number within these bounds, both included. */
    public static Schema integer(long least, long most) {
        return with(with(Map.of("type", "integer"), "minimum", least).json, "maximum", most);
    }

    public static Schema word(Collection<?> words) {
        return new Schema(Map.of("enum", List.copyOf(words)));
    }

    public static Schema constant(Object value) {
        return new Schema(Map.of("const", value));
    }

    /** Refers to the schema that {@code $defs} of the root has under this name. */
    public static Schema definition(String name) {
        return new Schema(Map.of("$ref", "#/$defs/" + name));
    }

    /** Returns a schema for a list of at least one item. */
    public static Schema list(Schema item) {
        return with(with(Map.of("type", "array"), "items", item.json).json, "minItems", 1);
    }

    /** Returns a schema for a list of at least one item, or for a single item without a list. */
    public static Schema oneOrMore(Schema item) {
        return anyOf(item, list(item));
    }

    public static Schema anyOf(Schema... schemas) {
        return new Schema(
                Map.of("anyOf", List.of(schemas).stream().map(Schema::json).toList()));
    }

    /** Returns a schema for a mapping whose keys are names that the admin chooses. */
    public static Schema named(String namePattern, Schema value) {
        return with(
                with(Map.of("type", "object"), "propertyNames", Map.of("pattern", namePattern)).json,
                "additionalProperties",
                value.json);
    }

    /** Starts a mapping with known keys; it has none yet. */
    public static Mapping mapping() {
        return new Mapping(Map.of(), List.of());
    }

    public Schema described(String text) {
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("description", text);
        first.putAll(json);
        return new Schema(first);
    }

    private static Schema with(Map<String, Object> json, String keyword, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(json);
        more.put(keyword, value);
        return new Schema(more);
    }

    /**
     * Builds the schema of a mapping. Immutable.
     *
     * @param required keys that must be there
     */
    public record Mapping(Map<String, Schema> keys, List<String> required) {
        public Mapping key(String name, String description, Schema schema) {
            Map<String, Schema> more = new LinkedHashMap<>(keys);
            more.put(name, schema.described(description));
            return new Mapping(more, required);
        }

        public Mapping required(String name, String description, Schema schema) {
            List<String> more = new ArrayList<>(required);
            more.add(name);
            return new Mapping(key(name, description, schema).keys, more);
        }

        /** Returns the schema, which allows no other keys. */
        public Schema schema() {
            Map<String, Object> properties = new LinkedHashMap<>();
            keys.forEach((name, schema) -> properties.put(name, schema.json));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("type", "object");
            json.put("properties", properties);
            if (!required.isEmpty()) {
                json.put("required", required);
            }
            json.put("additionalProperties", false);
            return new Schema(json);
        }
    }
}
