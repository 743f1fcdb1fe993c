package org.postseal.policy.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.deciding.ExamplesTest;
import org.postseal.policy.yaml.Problems;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that the schema knows what the reader knows, and that another implementation of JSON Schema judges policies by
 * it as the reader does.
 */
class PolicySchemaTest {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode JSON = JsonMapper.shared().valueToTree(PolicySchema.json());
    private static final Schema SCHEMA = REGISTRY.getSchema(JSON);

    /** Faults that a schema can show; other faults show in the whole policy only. */
    private static final List<String> SHOWN = List.of(
            ": missing",
            ": unknown key",
            ": unknown value",
            ": must be true or false",
            ": must be a mapping",
            ": must be a list",
            ": is an empty list",
            ": must be one of");

    static Stream<String> good() throws IOException {
        return Stream.of(
                        PolicyCorpusTest.good().map(PolicySchemaTest::read),
                        ExamplesTest.documented(),
                        Stream.of(read(Path.of("../etc/policy.yaml"))))
                .flatMap(texts -> texts);
    }

    static Stream<Path> bad() throws IOException {
        return PolicyCorpusTest.bad()
                .filter(file -> read(file)
                        .lines()
                        .anyMatch(line ->
                                line.startsWith("# error: ") && SHOWN.stream().anyMatch(line::contains)));
    }

    @Test
    void isASchema() {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

        assertThat(meta.validate(JSON)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodPolicyIsValid(String yaml) {
        assertThat(SCHEMA.validate(yaml, InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badKeysAndValuesAreNot(Path file) {
        assertThat(SCHEMA.validate(read(file), InputFormat.YAML)).isNotEmpty();
    }

    @Test
    void enoughOfTheCorpusIsJudged() throws IOException {
        assertThat(bad()).hasSizeGreaterThan(30);
    }

    /**
     * If the schema lacks a key that the reader asks for, editors complain about a good policy. A key that only the
     * schema has hides a misspelling.
     */
    @Test
    void knowsExactlyTheKeysOfTheReader() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        for (String yaml : Stream.concat(good(), PolicyCorpusTest.bad().map(PolicySchemaTest::read))
                .toList()) {
            Problems problems = new Problems("policy.yaml");
            PolicyReader.read(yaml, problems);
            problems.known()
                    .forEach((path, keys) -> known.computeIfAbsent(pattern(path), _ -> new LinkedHashSet<>())
                            .addAll(keys));
        }
        Map<String, Set<String>> described = new TreeMap<>();
        known.keySet().forEach(path -> described.put(path, keys(path)));

        assertThat(described).isEqualTo(known);
        assertThat(known.keySet())
                .contains(
                        "",
                        "mailboxPolicies.*",
                        "smime",
                        "rules[]",
                        "rules[].when",
                        "rules[].when.header[]",
                        "rules[].then");
    }

    // mailboxPolicies.finance becomes mailboxPolicies.*, words.notice.de becomes words.notice.*, and rules[3].when
    // becomes rules[].when; a single item counts
    // as in a list.
    private static String pattern(String path) {
        return path.replaceAll("\\[\\d+\\]", "[]")
                .replaceAll("^(mailboxPolicies|partners|groups|words\\.languages|words\\.notice)\\.[^.]+", "$1.*")
                .replaceAll("\\.(header|subject)$", ".$1[]");
    }

    private static Set<String> keys(String pattern) {
        Stream<JsonNode> nodes = Stream.of(JSON);
        for (String step : pattern.replace("[]", ".[]").split("\\.", -1)) {
            if (!step.isEmpty()) {
                nodes = nodes.flatMap(PolicySchemaTest::alternatives).flatMap(node -> down(node, step));
            }
        }
        Set<String> keys = new LinkedHashSet<>();
        nodes.flatMap(PolicySchemaTest::alternatives)
                .forEach(node -> keys.addAll(node.path("properties").propertyNames()));
        return keys;
    }

    private static Stream<JsonNode> down(JsonNode node, String step) {
        JsonNode next = switch (step) {
            case "[]" -> node.path("items");
            case "*" -> node.path("additionalProperties");
            default -> node.path("properties").path(step);
        };
        return next.isMissingNode() ? Stream.of() : Stream.of(next);
    }

    private static Stream<JsonNode> alternatives(JsonNode node) {
        Stream<JsonNode> inner = node.has("$ref")
                ? Stream.of(JSON.at(node.get("$ref").asString().substring(1)))
                : node.path("anyOf").valueStream();
        return Stream.concat(Stream.of(node), inner.flatMap(PolicySchemaTest::alternatives));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
