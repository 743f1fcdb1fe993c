package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.facts.Facts.Suspicion;

class GadgetSignsTest {
    static Stream<Arguments> texts() {
        String long256 = "x".repeat(256 * 1024 - 20);
        return Stream.of(
                is("text/plain", "a\u0001b\r\n", Suspicion.CONTROL_CHARACTERS),
                is("text/calendar", "a\u0000b\r\n", Suspicion.CONTROL_CHARACTERS),
                is("text/html", "<img src=\"http://e.example/\r\nx\">", Suspicion.OPEN_ADDRESS),
                is("text/html", "<a HREF = '//e.example/x", Suspicion.OPEN_ADDRESS),
                is("text/html", "<base href=\"https://e.example/\n\">", Suspicion.OPEN_ADDRESS),
                isHonest("text/html", long256 + "<img src=\"//e.example/\r\n\">" + long256),
                is("text/html", "<img src=\"//e.example/\r\n\">" + long256 + long256, Suspicion.OPEN_ADDRESS),
                // These texts occur in honest mail.
                isHonest("text/html", "<img\r\nsrc=\"http://e.example/x.png\"\r\nalt=\"a\r\nb\">"),
                isHonest("text/html", "<img src=\"cid:a\r\nb\">"),
                isHonest("text/html", "<a href=\"mailto:a@e.example\r\n\">"),
                isHonest("text/html", long256 + "<img src=\"http://e.example/" + long256 + "\">"),
                isHonest("text/html", long256 + "<img src='http://e.example/" + long256 + "'>"),
                isHonest("text/plain", "<img src=\"http://e.example/\r\n"),
                isHonest("text/plain; charset=iso-2022-jp", "\u001b$B%\u001b(B \u000e\u000f\f\t\r\n"),
                isHonest("text/plain", "the end of an old file\r\n\u001a"),
                isHonest("text/plain; charset=iso-8859-1", "\u0080\u0085\u00fc\u00ff\r\n"),
                isHonest("text/plain; charset=\"UTF-16LE\"", "a\u0000b\u0000\u0001\u0002\r\u0000\n\u0000"),
                isHonest("application/pdf", "a\u0001b"));
    }

    private static Arguments is(String type, String text, Suspicion sign) {
        return Arguments.of(type, text, Optional.of(sign));
    }

    private static Arguments isHonest(String type, String text) {
        return Arguments.of(type, text, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void finds(String type, String text, Optional<Suspicion> expected) throws Exception {
        RawMessage entity = RawMessage.of(("Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1)))
                .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(GadgetSigns.find(
                        entity, MimeScanner.scan(entity, Budget.standard()).orElseThrow()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    text/plain; charset=utf-8      | 8bit   | gr\\xC3\\xBC\\xC3\\x9Fe\\t\\f |
                    text/plain; charset=iso-2022-jp| 7bit   | \\x1B$B%\\x1B(B \\x0E\\x0F       |
                    text/plain                     | 7bit   | a line\\r\\n\\x1A               |
                    application/pdf                | base64 | AAEC                           |
                    text/plain; charset=iso-8859-1 | 8bit   | gr\\xFC\\xDFe                    | FOREIGN_OCTETS
                    application/pdf                | binary | a\\x01b                         | FOREIGN_OCTETS
                    application/pdf                | base64 | AA\\x01EC                       | FOREIGN_OCTETS
                    application/pdf                | base64 | AAEC\\r\\nthe board will not     | FOREIGN_OCTETS
                    application/pdf                | base64 | \\r\\nAAEC\\r\\nAA==\\r\\n\\r\\n    |
                    application/pdf                | base64 | ''                             |
                    text/plain                     | quoted-printable | gr=C3=BC\\xC3\\xBC      | FOREIGN_OCTETS
                    text/plain                     | quoted-printable | gr=C3=BC=\\r\\n         |
                    text/plain; charset=utf-8      | 8bit   | a\\xC2\\x85b                     | FOREIGN_OCTETS
                    multipart/mixed; boundary=b    | 7bit   | a\\x7Fb\\r\\n--b\\r\\n\\r\\n\\r\\n--b--| FOREIGN_OCTETS
                    text/plain                     | 7bit   | a\\x01b                         | CONTROL_CHARACTERS
                    """)
    void findsOctetsThatAreNoText(String type, String encoding, String body, @Nullable Suspicion expected)
            throws Exception {
        RawMessage entity = RawMessage.of(
                ("Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + octets(body))
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(GadgetSigns.find(
                        entity, MimeScanner.scan(entity, Budget.standard()).orElseThrow()))
                .isEqualTo(Optional.ofNullable(expected));
    }

    private static String octets(String text) {
        String ends = text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\f", "\f");
        return Pattern.compile("\\\\x([0-9A-F]{2})")
                .matcher(ends)
                .replaceAll(
                        octet -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(octet.group(1), 16))));
    }
}
