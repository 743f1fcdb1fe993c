package org.postseal.policy.wording;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlainTextTest {
    static Stream<Arguments> subjects() {
        return Stream.of(
                Arguments.of("A plan", "A plan"),
                Arguments.of("A \t  plan ", "A plan"),
                Arguments.of("=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
                Arguments.of("a\r\n550 5.7.1 b", "a 550 5.7.1 b"),
                Arguments.of(word("a\r\nBcc: x@evil.example\r\n\r\nb"), "a Bcc: x@evil.example b"),
                Arguments.of("=?UTF-8?Q?a=0D=0A.=0D=0Ab=00c?=", "a . b c"),
                Arguments.of(word("a\u202Egpj.exe\u2069\u200Bb\u2028c\u0085d"), "agpj.exeb c d"),
                Arguments.of(word("\uDB40\uDC41a\uE000b"), "ab"),
                Arguments.of("=?UTF-8?B?broken", "=?UTF-8?B?broken"),
                Arguments.of("{contact} {{x}}", "{contact} {{x}}"));
    }

    private static String word(String text) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void isOneHarmlessLine(String field, String text) {
        assertThat(PlainText.of(field)).contains(text);
    }

    @ParameterizedTest
    @CsvSource({"''", "'  '", "=?UTF-8?Q?=0D=0A?=", "=?UTF-8?B?4oCu?="})
    void saysNothing(String field) {
        assertThat(PlainText.of(field)).isEmpty();
    }

    /** Ten megabytes are cut before they are read. */
    @Test
    void isCut() {
        assertThat(PlainText.of("x".repeat(80))).contains("x".repeat(80));
        assertThat(PlainText.of("x".repeat(10 << 20))).contains("x".repeat(80) + "...");
        assertThat(PlainText.of("=?UTF-8?Q?=C3=BC?= ".repeat(1 << 19)).orElseThrow())
                .isEqualTo("ü".repeat(80) + "...");
        assertThat(PlainText.of("\u202E".repeat(1 << 20))).isEmpty();
        assertThat(PlainText.of("x".repeat(80) + " \u200B ")).contains("x".repeat(80));
        assertThat(PlainText.of("\uD83D\uDD12".repeat(81))).contains("\uD83D\uDD12".repeat(80) + "...");
    }

    @ParameterizedTest
    @CsvSource({
        "de, Grüße aus Köln: Ä – „ja“, Gruesse aus Koeln: Ae - \"ja\"",
        "de, Grüße, Gruesse",
        "fr, Envoyé à l’œuvre «ici», Envoye a l'oeuvre \"ici\"",
        "fr, plain, plain",
        "en, “plain”…, '\"plain\"...'"
    })
    void isWrittenInAscii(String language, String text, String ascii) {
        assertThat(PlainText.ascii(language, text)).contains(ascii);
    }

    @ParameterizedTest
    @CsvSource({"en, Grüße", "es, año", "de, Łódź", "fr, Ελλάδα", "el, Ελλάδα"})
    void isNotWrittenInAscii(String language, String text) {
        assertThat(PlainText.ascii(language, text)).isEmpty();
    }
}
