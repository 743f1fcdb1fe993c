package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.Secret;

class JsonLineTest {
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("plain", "plain"),
                Arguments.of("\"\\/", "\\\"\\\\/"),
                Arguments.of("a\r\nb\tc\0", "a\\u000d\\u000ab\\u0009c\\u0000"),
                Arguments.of("\u001b[31m\u007f\u009b", "\\u001b[31m\\u007f\\u009b"),
                Arguments.of("gr\u00fcn \u65e5\u672c \ud83d\udd12", "gr\u00fcn \u65e5\u672c \ud83d\udd12"),
                // These are line separators, right-to-left override, zero-width characters, byte order mark and tag
                // characters.
                Arguments.of(
                        "\u2028\u2029\u202e\u200b\ufeff\udb40\udc41",
                        "\\u2028\\u2029\\u202e\\u200b\\ufeff\\udb40\\udc41"),
                Arguments.of("\ud800x\udc00", "\\ud800x\\udc00"),
                Arguments.of("x".repeat(1024), "x".repeat(1024)),
                Arguments.of("x".repeat(1025), "x".repeat(1024) + "[...]"),
                Arguments.of("x".repeat(1023) + "\u00fc", "x".repeat(1023) + "[...]"),
                Arguments.of("\u00fc".repeat(512), "\u00fc".repeat(512)),
                Arguments.of("\ud83d\udd12".repeat(257), "\ud83d\udd12".repeat(256) + "[...]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void nothingInAValueEndsIt(String value, String written) {
        assertThat(text(new JsonLine().put("k", value))).isEqualTo("{\"k\":\"" + written + "\"}\n");
    }

    @Test
    void everyKindOfValue() {
        JsonLine line = new JsonLine()
                .put("s", "x")
                .put("n", 12L)
                .put("none", Optional.empty())
                .put("some", Optional.of("y"))
                .put("empty", List.of())
                .put("list", List.of("a", "\""));
        assertThat(text(line)).isEqualTo("{\"s\":\"x\",\"n\":12,\"some\":\"y\",\"list\":[\"a\",\"\\\"\"]}\n");
    }

    @Test
    void nothingInANameEndsItAndItIsTheSameEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThat(text(new JsonLine().put("fact.\"\n\u202e\u00fc", "x").put("n", true)))
                    .isEqualTo("{\"fact.\\\"\\u000a\\u202e\u00fc\":\"x\",\"n\":true}\n");
        }
    }

    @Test
    void whereAddressesAreHashedAListHasNone() {
        List<String> values = List.of("encryptFor=[bob@partner.example] (user: staff)");
        assertThat(text(new JsonLine().put("s", values))).contains("bob@partner.example");
        AddressHash hash = new AddressHash(Secret.of(new byte[32]));
        assertThat(text(new JsonLine(Optional.of(hash)).put("s", values)))
                .doesNotContain("bob")
                .contains(hash.of("bob@partner.example"));
    }

    @Test
    void aLineMayBeLong() {
        JsonLine line = new JsonLine();
        for (int i = 0; i < 100; i++) {
            line.put("field" + i, "y".repeat(1000)).put("umlauts" + i, "\u00fc".repeat(500));
        }
        assertThat(JsonLineReader.read(text(line)).orElseThrow())
                .hasSize(200)
                .containsEntry("field99", List.of("y".repeat(1000)))
                .containsEntry("umlauts0", List.of("\u00fc".repeat(500)));
    }

    private static String text(JsonLine line) {
        return new String(line.finish(), StandardCharsets.UTF_8);
    }
}
