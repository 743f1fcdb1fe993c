package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Corpora;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the test vectors of Wycheproof (C2SP) out of their archive. */
final class WycheproofVectors {
    private WycheproofVectors() {}

    /** What Wycheproof says of a vector. If it says ACCEPTABLE, refusing it is as good as taking it. */
    enum Result {
        VALID,
        INVALID,
        ACCEPTABLE
    }

    /**
     * One vector.
     *
     * @param file the file that it is from
     * @param group the fields that it shares with others, a key for example
     * @param own its own fields
     */
    record Vector(String file, Map<String, Object> group, Map<String, Object> own) {
        Result result() {
            return switch (text("result")) {
                case "valid" -> Result.VALID;
                case "invalid" -> Result.INVALID;
                default -> Result.ACCEPTABLE;
            };
        }

        boolean has(String name) {
            return own.containsKey(name) || group.containsKey(name);
        }

        String text(String name) {
            return String.valueOf(own.getOrDefault(name, group.get(name)));
        }

        int number(String name) {
            return Integer.parseInt(text(name));
        }

        /** Returns no octets if the field is missing. */
        byte[] octets(String name) {
            return has(name) ? HexFormat.of().parseHex(text(name)) : new byte[0];
        }

        /** Returns the flags as one text, or a dash if there are none. */
        String flags() {
            List<String> flags = new ArrayList<>();
            ((List<?>) own.getOrDefault("flags", List.of())).forEach(flag -> flags.add(String.valueOf(flag)));
            return flags.isEmpty() ? "-" : String.join(" ", flags);
        }
    }

    /** Returns the names of all files without their ending. */
    static Set<String> files() throws IOException {
        try (ZipFile archive = archive()) {
            TreeSet<String> names = new TreeSet<>();
            archive.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(END))
                    .forEach(name -> names.add(name.substring(FOLDER.length(), name.length() - END.length())));
            return names;
        }
    }

    static List<Vector> read(String file) throws IOException {
        try (ZipFile archive = archive();
                InputStream in = archive.getInputStream(archive.getEntry(FOLDER + file + END));
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            json.nextToken();
            List<Vector> vectors = new ArrayList<>();
            for (Object each : list(object(value(json)).get("testGroups"))) {
                Map<String, Object> group = new LinkedHashMap<>(object(each));
                for (Object own : list(group.remove("tests"))) {
                    vectors.add(new Vector(file, group, object(own)));
                }
            }
            return vectors;
        }
    }

    private static ZipFile archive() throws IOException {
        return new ZipFile(
                Corpora.folder("wycheproof").resolve("testvectors_v1.zip").toFile());
    }

    // Each value is a map, a list, a text, or null. Numbers are read as texts.
    private static @Nullable Object value(JsonParser json) {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    Object member = value(json);
                    if (member != null) {
                        members.put(name, member);
                    }
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case VALUE_NULL -> null;
            default -> json.getString();
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        return (List<?>) Objects.requireNonNull(value);
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final String FOLDER = "testvectors_v1/";
    private static final String END = "_test.json";
}
