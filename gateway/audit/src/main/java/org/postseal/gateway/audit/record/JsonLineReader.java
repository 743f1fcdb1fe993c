package org.postseal.gateway.audit.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON object (RFC 8259) of scalars, lists of scalars and objects of these, which is the form of
 * {@link JsonLine}. A number is kept as it is written. A field within an object gets the name of that object and a dot
 * before its own. The log never writes lists or objects in lists, or objects two levels down, so they are refused.
 */
final class JsonLineReader {
    private JsonLineReader() {}

    /**
     * Returns the values of each field: one, those of its list, or none for null. It is empty if the line is not such
     * an object.
     */
    static Optional<Map<String, List<String>>> read(String line) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            boolean isOurs =
                    json.nextToken() == JsonToken.START_OBJECT && object(json, "", fields) && json.nextToken() == null;
            return isOurs ? Optional.of(fields) : Optional.empty();
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
    }

    private static boolean object(JsonParser json, String prefix, Map<String, List<String>> fields) {
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            String field = prefix.isEmpty() ? name : prefix + name;
            JsonToken first = json.nextToken();
            boolean isObject = prefix.isEmpty() && first == JsonToken.START_OBJECT;
            boolean isOurs = isObject
                    ? object(json, field + ".", fields)
                    : values(json, first)
                            .filter(values -> fields.put(field, values) == null)
                            .isPresent();
            if (!isOurs) {
                return false;
            }
        }
        return true;
    }

    private static Optional<List<String>> values(JsonParser json, JsonToken first) {
        List<String> values = new ArrayList<>(1);
        boolean isList = first == JsonToken.START_ARRAY;
        JsonToken token = isList ? json.nextToken() : first;
        while (token != JsonToken.END_ARRAY) {
            if (!token.isScalarValue()) {
                return Optional.empty();
            }
            if (token != JsonToken.VALUE_NULL) {
                values.add(json.getString());
            }
            token = isList ? json.nextToken() : JsonToken.END_ARRAY;
        }
        return Optional.of(values);
    }

    private static final JsonFactory JSON = new JsonFactory();
}
