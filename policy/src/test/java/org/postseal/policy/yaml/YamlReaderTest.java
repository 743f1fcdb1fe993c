package org.postseal.policy.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("thorough")
class YamlReaderTest {
    private static final String NO_KEY = "no key can begin here: look at the spaces before it and at the line above, or"
            + " put a value that has ': ' in quotes";

    private final Problems problems = new Problems("f.yaml");

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("", "f.yaml: empty"),
                Arguments.of("# only a comment\n", "f.yaml: empty"),
                Arguments.of("a: 1\n---\nb: 2\n", "f.yaml:2: a second document; only one is read"),
                Arguments.of("- a\n- b\n", "f.yaml:1: must be a mapping, not a list"),
                Arguments.of("just text", "f.yaml:1: must be a mapping, not a single value"),
                Arguments.of("a: 1\nb: &x { c: 1 }\n", "f.yaml:2: an anchor (&x); neither is allowed here"),
                Arguments.of("a: *x\n", "f.yaml:1: an alias (*x); neither is allowed here"),
                Arguments.of("a: !!str b\n", "f.yaml:1: a tag (tag:yaml.org,2002:str); none is allowed here"),
                Arguments.of(
                        "a: !!javax.script.ScriptEngineManager [x]\n",
                        "f.yaml:1: a tag (tag:yaml.org,2002:javax.script.ScriptEngineManager); none is allowed here"),
                Arguments.of("a: " + "[".repeat(40), "f.yaml:1: nested deeper than 32 levels"),
                Arguments.of("a: " + "{b: ".repeat(40), "f.yaml:1: nested deeper than 32 levels"),
                Arguments.of(
                        "a:\n  b: 1\n c: 2\n",
                        "f.yaml:3: not YAML: this line does not stand below what begins on line 1:"
                                + " look at the spaces before it"),
                Arguments.of(
                        "a: 'open\n",
                        "f.yaml:2: not YAML: found unexpected end of stream"
                                + " (while scanning a quoted scalar that begins on line 1)"),
                Arguments.of("a: b: c\n", "f.yaml:1: not YAML: " + NO_KEY),
                Arguments.of("a: b\n  c: d\n", "f.yaml:2: not YAML: " + NO_KEY),
                Arguments.of(
                        "a:\n\tb: 1\n",
                        "f.yaml:2: not YAML: found character '\\t(TAB)' that cannot start any token."
                                + " (Do not use \\t(TAB) for indentation)"),
                Arguments.of("a" + "x".repeat(16 << 20), "f.yaml: larger than 16777216 characters"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void refusesWithOneProblem(String text, String problem) {
        assertThat(YamlReader.read(text, problems)).isEmpty();
        assertThat(problems.all()).extracting(Problem::toString).containsExactly(problem);
        assertThat(problems.hasErrors()).isTrue();
    }

    @Test
    void keepsReadingAfterDuplicateAndUnnamedKeys() {
        YamlMapping root = read("a: 1\nb:\n  - { c: 1, c: 2 }\na: 2\n? [x]\n: 3\n~: 4\n");
        assertThat(root.string("a")).contains("1");
        assertThat(root.oneOrMore("b").getFirst().mapping().orElseThrow().names())
                .containsExactly("c");
        root.refuseOthers();
        assertThat(texts())
                .containsExactly(
                        "f.yaml:3: b[0].c: duplicate key, first given on line 3",
                        "f.yaml:4: a: duplicate key, first given on line 1",
                        "f.yaml:5: a key must be text, not a list",
                        "f.yaml:7: a key must be text, not empty");
    }

    @Test
    void namesTheNearestKey() {
        YamlMapping root = read("hostnaem: x\nzzzzzz: 1\nlimits: { recipient: 3 }\n");
        root.string("hostName");
        YamlMapping limits = root.mapping("limits").orElseThrow();
        limits.number("recipients", 1, 10);
        limits.refuseOthers();
        root.refuseOthers();
        assertThat(texts())
                .containsExactly(
                        "f.yaml:1: hostnaem: unknown key (nearest: hostName)",
                        "f.yaml:2: zzzzzz: unknown key (valid: hostName, limits)",
                        "f.yaml:3: limits.recipient: unknown key (nearest: recipients)");
    }

    enum Colour {
        RED,
        DARK_BLUE
    }

    @Test
    void readsEachType() {
        YamlMapping root = read("""
                s: text # comment
                n: 8004
                q: "true"
                b: True
                i: -7
                w: darkBlue
                l: [a, b]
                one: a
                m: {x: 1}
                """);
        assertThat(root.string("s")).contains("text");
        assertThat(root.string("n")).contains("8004");
        assertThat(root.string("q")).contains("true");
        assertThat(root.bool("b")).contains(true);
        assertThat(root.value("i").flatMap(value -> value.integer(-10, 10))).contains(-7);
        assertThat(root.word("w", Colour.class)).contains(Colour.DARK_BLUE);
        assertThat(root.value("l").orElseThrow().list())
                .extracting(value -> value.string().orElseThrow())
                .containsExactly("a", "b");
        assertThat(root.oneOrMore("one")).hasSize(1);
        assertThat(root.mapping("m").orElseThrow().key("x")).isEqualTo("m.x");
        assertThat(root.string("absent")).isEmpty();
        root.refuseOthers();
        assertThat(texts()).isEmpty();
    }

    @Test
    void readsTimesInFiveUnits() {
        Map<String, Duration> times = Map.of(
                "0ms", Duration.ZERO,
                "500ms", Duration.ofMillis(500),
                "3s", Duration.ofSeconds(3),
                "15m", Duration.ofMinutes(15),
                "24h", Duration.ofHours(24),
                "7d", Duration.ofDays(7));
        times.forEach((text, time) -> assertThat(read("t: " + text)
                        .value("t")
                        .flatMap(value -> value.duration(Duration.ZERO, Duration.ofDays(7))))
                .contains(time));
        assertThat(texts()).isEmpty();
    }

    static Stream<Arguments> wrongTypes() {
        return Stream.of(
                Arguments.of("string", "true", "must be text, not true; put it in quotes if it is meant"),
                Arguments.of("string", "[a]", "must be text, not a list"),
                Arguments.of("string", "{a: 1}", "must be text, not a mapping"),
                Arguments.of("string", "", "has no value"),
                Arguments.of("string", "null", "has no value"),
                Arguments.of("string", "''", "is empty"),
                Arguments.of("bool", "yes", "must be true or false, not 'yes'"),
                Arguments.of("bool", "$true", "must be true or false, not '$true'"),
                Arguments.of("bool", "'true'", "must be true or false, not 'true'"),
                Arguments.of("bool", "1", "must be true or false, not '1'"),
                Arguments.of("integer", "11", "must be a whole number from 0 to 10, not '11'"),
                Arguments.of("integer", "-1", "must be a whole number from 0 to 10, not '-1'"),
                Arguments.of("integer", "0x3", "must be a whole number from 0 to 10, not '0x3'"),
                Arguments.of("integer", "1.0", "must be a whole number from 0 to 10, not '1.0'"),
                Arguments.of("integer", "'3'", "must be a whole number from 0 to 10, not '3' in quotes"),
                Arguments.of(
                        "integer",
                        "99999999999999999999",
                        "must be a whole number from 0 to 10, not '99999999999999999999'"),
                Arguments.of("word", "rd", "unknown value 'rd' (nearest: red)"),
                Arguments.of("word", "DarkBlue", "unknown value 'DarkBlue' (nearest: darkBlue)"),
                Arguments.of("word", "octarine", "unknown value 'octarine' (valid: red, darkBlue)"),
                Arguments.of("word", "[red]", "must be one of red, darkBlue, not a list"),
                Arguments.of("list", "a", "must be a list, not a single value"),
                Arguments.of("oneOrMore", "[]", "is an empty list"),
                Arguments.of("oneOrMore", "~", "has no value"),
                Arguments.of("mapping", "[a]", "must be a mapping, not a list"),
                Arguments.of(
                        "duration",
                        "499ms",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '499ms'"),
                Arguments.of(
                        "duration",
                        "8d",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '8d'"),
                Arguments.of(
                        "duration", "3", "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '3'"),
                Arguments.of(
                        "duration",
                        "3 s",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '3 s'"),
                Arguments.of(
                        "duration",
                        "-3s",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '-3s'"),
                Arguments.of(
                        "duration",
                        "1.5h",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '1.5h'"),
                Arguments.of(
                        "duration",
                        "03s",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '03s'"),
                Arguments.of(
                        "duration",
                        "9999999999s",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '9999999999s'"),
                Arguments.of(
                        "duration",
                        "3S",
                        "must be a time from 500ms to 7d such as 500ms, 3s, 15m, 24h or 7d, not '3S'"),
                Arguments.of("parsed", "x\u009by", "must be even, not 'x?y'"));
    }

    @ParameterizedTest
    @MethodSource("wrongTypes")
    void saysWhatIsWrongWithAValue(String type, String yaml, String message) {
        YamlMapping root = read("a: 1\nk: " + (yaml.contains("\u009b") ? "\"x\\x9by\"" : yaml) + "\n");
        Object result = switch (type) {
            case "string" -> root.string("k");
            case "bool" -> root.bool("k");
            case "integer" -> root.value("k").flatMap(value -> value.integer(0, 10));
            case "duration" ->
                root.value("k").flatMap(value -> value.duration(Duration.ofMillis(500), Duration.ofDays(7)));
            case "word" -> root.word("k", Colour.class);
            case "list" -> root.value("k").orElseThrow().list().stream().findAny();
            case "oneOrMore" -> root.oneOrMore("k").stream().findAny();
            case "mapping" -> root.mapping("k");
            default -> root.parsed("k", "even", text -> Optional.empty());
        };
        assertThat(result).isEqualTo(Optional.empty());
        assertThat(texts()).containsExactly("f.yaml:2: k: " + message);
    }

    @Test
    void saysWhatIsMissing() {
        YamlMapping root = read("list:\n  - a: 1\n");
        root.required("name");
        root.oneOrMore("list").getFirst().mapping().orElseThrow().required("id");
        assertThat(texts()).containsExactly("f.yaml:1: name: missing", "f.yaml:2: list[0].id: missing");
    }

    @Test
    void refusesRemovedKeys() {
        YamlMapping root = read("old: 1\ngone: 2\n");
        root.string("old");
        root.removed("gone", "use young");
        root.refuseOthers();
        assertThat(problems.all()).containsExactly(Problem.error("f.yaml", 2, "gone", "is no more; use young"));
    }

    @Test
    void stopsCountingProblemsSomewhere() {
        YamlMapping root = read("a: 1\n".repeat(5000));
        assertThat(root.names()).containsExactly("a");
        assertThat(problems.all()).hasSize(1001);
    }

    @Test
    void acceptsByteOrderMarkAndCarriageReturns() {
        YamlMapping root = read("\uFEFFa: b\r\nc:\r\n  d: e\r\n");
        assertThat(root.string("a")).contains("b");
        assertThat(root.mapping("c").orElseThrow().line()).isEqualTo(2);
        assertThat(texts()).isEmpty();
    }

    @Test
    void findsNearNames() {
        assertThat(Map.of(
                        "recipientDomian", "recipientDomain",
                        "Direction", "direction",
                        "headr", "header"))
                .allSatisfy((given, near) -> assertThat(
                                Nearest.of(given, List.of("direction", "recipient", "recipientDomain", "header")))
                        .contains(near));
        assertThat(Nearest.of("colour", List.of("direction"))).isEmpty();
        assertThat(Nearest.distance("abcd", "acbd")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void neverThrowsWhateverTheText() {
        Random random = new Random(20261124);
        String good = "version: 1\ninternal: [a.example, '*.b']\nrules:\n  - id: x\n    when:"
                + " { direction: outbound }\n    then: \"q\\n\"\n? |\n  z\n: >-\n  y\n";
        String spice = "{}[]:,-?&*!|>'\"%@`#\n\t \\~\u0000\u0085\ud800\ufeff<";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int edit = random.nextInt(6); edit >= 0; edit--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.insert(at, spice.charAt(random.nextInt(spice.length())));
                } else {
                    text.deleteCharAt(at);
                }
            }
            Problems found = new Problems("f.yaml");
            Optional<YamlMapping> root = YamlReader.read(text.toString(), found);
            assertThat(root.isPresent() || found.hasErrors())
                    .as(text.toString())
                    .isTrue();
        }
    }

    private YamlMapping read(String text) {
        return YamlReader.read(text, problems).orElseThrow();
    }

    private List<String> texts() {
        return problems.all().stream().map(Problem::toString).toList();
    }
}
