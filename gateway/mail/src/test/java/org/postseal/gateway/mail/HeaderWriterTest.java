package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class HeaderWriterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain text|A: plain text",
                "|A:",
                "gr\u00fcn|A: =?UTF-8?B?Z3LDvG4=?=",
                "a  b|A: =?UTF-8?B?YSAgYg==?=",
                "=?x?=|A: =?UTF-8?B?PT94Pz0=?=",
                " a|A: =?UTF-8?B?IGE=?="
            })
    void writesUnstructuredText(String text, String line) {
        assertThat(string(HeaderWriter.unstructured("A", text == null ? "" : text)))
                .isEqualTo(line + "\r\n");
    }

    @Test
    void foldsBetweenWords() {
        assertThat(string(HeaderWriter.unstructured("A", "word ".repeat(20).strip())))
                .isEqualTo("A:" + " word".repeat(15) + "\r\n" + " word".repeat(5) + "\r\n");
    }

    @Test
    void writesStructuredParts() {
        HeaderField field = HeaderWriter.structured("Authentication-Results")
                .tokenOrQuoted("postseal.example")
                .glued(";")
                .property("smime", "fail")
                .comment("bad (really) \\ bad")
                .property("body.smime-identifier", "a@b.example")
                .property("empty", "")
                .property("x", "quo\"te\\d")
                .finish();

        assertThat(field.unfolded())
                .isEqualTo("postseal.example; smime=fail (bad \\(really\\) \\\\ bad)"
                        + " body.smime-identifier=\"a@b.example\" empty=\"\" x=\"quo\\\"te\\\\d\"");
    }

    @Test
    void cutsWhatFitsInNoLine() {
        assertThat(HeaderWriter.structured("A").words("x".repeat(901)).finish().unfolded())
                .isEqualTo("x".repeat(900));
        assertThat(HeaderWriter.structuredUtf8("A")
                        .tokenOrQuoted("\u20ac".repeat(200))
                        .finish()
                        .unfolded())
                .isEqualTo('"' + "\u20ac".repeat(146) + '"');
        assertThat(HeaderWriter.structured("A")
                        .tokenOrQuoted("\"".repeat(500))
                        .finish()
                        .unfolded())
                .isEqualTo('"' + "\\\"".repeat(440) + '"');
    }

    @Test
    void utf8OnlyWhereAllowed() {
        assertThat(HeaderWriter.structured("A").words("gr\u00fcn").finish().unfolded())
                .isEqualTo("gr?n");
        assertThat(HeaderWriter.structuredUtf8("A").words("gr\u00fcn").finish().unfolded())
                .isEqualTo("gr\u00fcn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A:", "A b", "A\r\n", "\u00c4", "A\0"})
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> HeaderWriter.structured(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HeaderWriter.unstructured(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyTextMakesExactlyOneField(long seed) throws IOException {
        Random random = new Random(seed);
        String[] pieces = {
            "\r\n",
            "\r",
            "\n",
            "\0",
            "\r\nBcc: x",
            "\r\n\r\nbody",
            " ",
            "\t",
            "\"",
            "\\",
            "(",
            ")",
            ";",
            "a",
            "word",
            "\u00fc",
            "\u2028",
            "\u0085",
            "\ud83d\ude00",
            "\ud83d",
            "=?",
            "?=",
            "x".repeat(300),
            "\"".repeat(500),
            "(".repeat(500),
            "\u20ac".repeat(400),
            "\u20ac".repeat(200)
        };
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(8); j > 0; j--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String any = text.toString();
            HeaderField unstructured = HeaderWriter.unstructured("Subject", any);
            assertOneField(unstructured, true);
            assertThat(decoded(unstructured.unfolded()))
                    .isEqualTo(new String(any.replaceAll("\\p{Cntrl}", " ").getBytes(UTF_8), UTF_8));
            assertOneField(
                    HeaderWriter.structured("X")
                            .words(any)
                            .comment(any)
                            .glued(any)
                            .property(any, any)
                            .tokenOrQuoted(any)
                            .finish(),
                    true);
            assertOneField(
                    HeaderWriter.structuredUtf8("X")
                            .words(any)
                            .comment(any)
                            .glued(any)
                            .property(any, any)
                            .tokenOrQuoted(any)
                            .finish(),
                    false);
        }
    }

    private static void assertOneField(HeaderField field, boolean ascii) throws IOException {
        byte[] message = RawMessage.join(
                        List.of(RawMessage.of(field.raw()), RawMessage.of("Next: 1\r\n\r\n".getBytes(UTF_8))))
                .toByteArray();
        HeaderBlock header =
                HeaderBlock.read(RawMessage.of(message), Budget.standard()).orElseThrow();
        assertThat(header.fields()).extracting(HeaderField::name).containsExactly(field.name(), "Next");
        assertThat(header.isMalformed()).isFalse();
        assertThat(header.size()).isEqualTo(message.length);
        for (String line : string(field).split("\r\n", 0)) {
            assertThat(line.getBytes(UTF_8).length).isLessThanOrEqualTo(998);
            assertThat(line.isBlank()).isFalse();
        }
        if (ascii) {
            assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(string(field)))
                    .isTrue();
        }
    }

    /** Returns the text as a mail program shows it: blanks between encoded-words do not count (RFC 2047 §6.2). */
    private static String decoded(String text) {
        if (!text.startsWith("=?UTF-8?B?")) {
            return text;
        }
        java.io.ByteArrayOutputStream octets = new java.io.ByteArrayOutputStream();
        Matcher words = Pattern.compile("=\\?UTF-8\\?B\\?([A-Za-z0-9+/=]*)\\?=").matcher(text);
        while (words.find()) {
            octets.writeBytes(Base64.getDecoder().decode(words.group(1)));
        }
        return octets.toString(UTF_8);
    }

    private static String string(HeaderField field) {
        return new String(field.raw(), UTF_8);
    }
}
