package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.outcome.Reason;

@Tag("thorough")
class MimeScannerTest {
    @Test
    void findsTheExactOctetsOfASignedPart() throws IOException {
        String content = "Content-Type: text/plain\r\n\r\nHello\r\n\r\n";
        String signature =
                "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n";
        MimeEntity root = scan(
                "Content-Type: multipart/signed; boundary=\"b 1\"; protocol=\"application/pkcs7-signature\"\r\n\r\n"
                        + "--b 1\r\n" + content + "\r\n--b 1 \t\r\n" + signature + "\r\n--b 1--\r\n");

        assertThat(root.findings()).isEmpty();
        assertThat(root.isAmbiguous()).isFalse();
        MimeEntity.SignedParts parts = root.signedParts().orElseThrow();
        assertThat(parts.content().raw().toByteArray()).asString(UTF_8).isEqualTo(content);
        assertThat(parts.signature().raw().toByteArray()).asString(UTF_8).isEqualTo(signature);
        assertThat(parts.signature().body().toByteArray()).asString(UTF_8).isEqualTo("MIIB\r\n");
        assertThat(parts.signature().transferEncoding()).isEqualTo(TransferEncoding.BASE64);
        assertThat(root.contentType().parameter("protocol")).hasValue("application/pkcs7-signature");
    }

    @ParameterizedTest
    @MethodSource
    void findsTheTree(String text, String tree) throws IOException {
        assertThat(tree(scan(text))).isEqualTo(tree);
    }

    static Stream<Arguments> findsTheTree() {
        String head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
        return Stream.of(
                Arguments.of("", "text/plain:0"),
                Arguments.of("\r\nbody", "text/plain:4"),
                Arguments.of("Content-Type: text/html\r\n\r\n<p>", "text/html:3"),
                Arguments.of(
                        head + "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
                        "multipart/mixed[text/plain:3 text/plain:3]"),
                Arguments.of(head + "--b\r\n--b\r\n\r\n--b--", "multipart/mixed[text/plain:0 text/plain:0]"),
                Arguments.of(
                        head + "--b\r\nA: b\r\n--b\r\nA: b\r\n\r\n--b--", "multipart/mixed[text/plain:0 text/plain:0]"),
                Arguments.of(head + "--b", "multipart/mixed[text/plain:0]"),
                Arguments.of(
                        head + "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
                                + "--c\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n",
                        "multipart/mixed[multipart/alternative[text/plain:1] text/plain:1]"),
                Arguments.of(
                        "Content-Type: multipart/digest;"
                                + " boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ninner\r\n--b--\r\n",
                        "multipart/digest[message/rfc822[text/plain:5]]"),
                Arguments.of(
                        "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\nz",
                        "message/rfc822[message/rfc822[text/plain:1]]"),
                Arguments.of(
                        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
                        "message/rfc822:4"),
                Arguments.of(
                        head + "--b\r\nContent-Type: message/rfc822\r\n\r\n\r\n--b--",
                        "multipart/mixed[message/rfc822[text/plain:0]]"),
                Arguments.of(
                        head + "--b\r\nContent-Type: message/rfc822\r\n\r\n--b--",
                        "multipart/mixed[message/rfc822[text/plain:0]]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CT: multipart/mixed; boundary=b|--b//x/--b--/|",
                "CT: multipart/mixed; boundary=b|hello/--b//x/--b--/|PREAMBLE",
                "CT: multipart/mixed; boundary=b|/--b//x/--b--/|",
                "CT: multipart/mixed; boundary=b|--b//x/--b--/bye/|EPILOGUE",
                "CT: multipart/mixed; boundary=b|--b//x/|MISSING_END_BOUNDARY",
                "CT: multipart/mixed; boundary=b|--b//x/--b--/--b//y/|PART_AFTER_END,EPILOGUE",
                "CT: multipart/mixed; boundary=b|--bc//x/--b//x/--b--/|BOUNDARY_PREFIX,PREAMBLE",
                "CT: multipart/mixed; boundary=b|nothing/|NO_PARTS,MISSING_END_BOUNDARY,PREAMBLE",
                "CT: multipart/mixed|x/|NO_BOUNDARY",
                "CT: multipart/mixed; boundary=\"\"|x/|NO_BOUNDARY",
                "CT: multipart/mixed; boundary=b; boundary=c|--b//x/--b--/|DUPLICATE_PARAMETER",
                "CT: multipart/mixed; boundary=b; boundary*=us-ascii''c|--b//x/--b--/|DUPLICATE_PARAMETER",
                "CT: multipart/mixed; boundary*0=b; boundary*1=c|--bc//x/--bc--/|EXTENDED_BOUNDARY",
                "CT: multipart/mixed; boundary=b!CT: text/plain|--b//x/--b--/|DUPLICATE_CONTENT_TYPE",
                "CT: multipart/mixed; boundary=b?|--b?//x/--b?--/|MALFORMED_CONTENT_TYPE",
                "CT: multipart/mixed;; boundary=b|--b//x/--b--/|MALFORMED_CONTENT_TYPE",
                "CT: multipart/mixed; boundary=b!Content-Transfer-Encoding: base64|--b//x/--b--/|ENCODED_CONTAINER",
                "CT: text/plain!Content-Transfer-Encoding: uuencode|x/|UNKNOWN_TRANSFER_ENCODING",
                "CT: text/plain!Content-Transfer-Encoding: 8bit!Content-Transfer-Encoding: 8bit|"
                        + "x/|DUPLICATE_TRANSFER_ENCODING",
                "CT: text/plain!no field|x/|MALFORMED_HEADER",
                "CT : text/plain|x/|MALFORMED_HEADER",
                "CT: multipart/mixed; boundary=b|a^--b/--b//x/--b--/|BARE_LINE_FEED,PREAMBLE",
            })
    void saysWhatIsOdd(String header, String body, String findings) throws IOException {
        // CT is Content-Type, ! and / are line ends, ^ is a bare LF
        String message = header.replace("!", "\r\n").replace("CT", "Content-Type")
                + "\r\n\r\n"
                + body.replace("/", "\r\n").replace("^", "\n");

        Set<MimeFinding> expected = findings == null
                ? Set.of()
                : Stream.of(findings.split(",")).map(MimeFinding::valueOf).collect(Collectors.toSet());
        assertThat(scan(message).findings()).isEqualTo(expected);
    }

    @Test
    void marksABoundaryUsedAgainInside() throws IOException {
        String head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        MimeEntity root = scan(head + head + "\r\nx\r\n--b--\r\n--b--\r\n");

        assertThat(root.parts().getFirst().findings())
                .containsExactlyInAnyOrder(MimeFinding.BOUNDARY_REUSED, MimeFinding.PART_AFTER_END);
        assertThat(root.isAmbiguous()).isTrue();
    }

    @Test
    void partsWithoutBodyHaveNoLineEndOfTheBoundaryInTheirHeader() throws IOException {
        MimeEntity root =
                scan("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: b\r\n--b\r\nA: b\r\n\r\n--b--\r\n");

        assertThat(root.parts().get(0).raw().toByteArray()).asString(UTF_8).isEqualTo("A: b");
        assertThat(root.parts().get(1).raw().toByteArray()).asString(UTF_8).isEqualTo("A: b\r\n");
        assertRejoins(root);
    }

    @ParameterizedTest
    @CsvSource({"70,true,false", "71,true,true", "2048,true,true", "2049,false,true"})
    void limitsTheBoundary(int length, boolean accepted, boolean marked) throws IOException {
        String boundary = "b".repeat(length);
        Parsed<MimeEntity> parsed = MimeScanner.scan(
                message("Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary
                        + "\r\n\r\nx\r\n--" + boundary + "--\r\n"),
                Budget.standard());

        if (accepted) {
            assertThat(tree(parsed.orElseThrow())).endsWith("[text/plain:1]");
            assertThat(parsed.orElseThrow().findings())
                    .isEqualTo(marked ? Set.of(MimeFinding.LONG_BOUNDARY) : Set.of());
        } else {
            assertThat(parsed).isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "a boundary over 2048 octets"));
        }
    }

    @ParameterizedTest
    @CsvSource({"31,true", "32,true", "33,false", "100,false", "1000,false", "10000,false", "100000,false"})
    void limitsTheDepth(int depth, boolean accepted) throws IOException {
        for (String level : List.of(
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "Content-Type: message/rfc822\r\n\r\n")) {
            Budget budget = Budget.standard();
            Parsed<MimeEntity> parsed = MimeScanner.scan(message(level.repeat(depth) + "\r\nx\r\n"), budget);

            if (accepted) {
                assertThat(parsed.orElseThrow().all())
                        .hasSize(depth + 1)
                        .last()
                        .extracting(MimeEntity::depth)
                        .isEqualTo(depth);
            } else {
                assertThat(parsed).isEqualTo(Parsed.refused(Reason.MIME_TOO_DEEP, "more than 32 levels of parts"));
                assertThat(budget.work()).isLessThan(5_000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "1001,false", "100000,false"})
    void limitsTheNumberOfParts(int parts, boolean accepted) throws IOException {
        Parsed<MimeEntity> parsed = MimeScanner.scan(
                message("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n".repeat(parts)
                        + "--b--\r\n"),
                Budget.standard());

        if (accepted) {
            assertThat(parsed.orElseThrow().parts()).hasSize(parts);
        } else {
            assertThat(parsed).isEqualTo(Parsed.refused(Reason.TOO_MANY_PARTS, "more than 1000 parts"));
        }
    }

    @Test
    void limitsHeadersOfParts() throws IOException {
        String head = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        String big = ("X: " + "x".repeat(80_000) + "\r\n").repeat(12);

        assertThat(MimeScanner.scan(message(head + "A: b\r\n".repeat(500_000)), Budget.standard()))
                .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "more than 1000 header fields"));
        assertThat(MimeScanner.scan(message(head + "A: " + "x".repeat(10_000_000) + "\r\n"), Budget.standard()))
                .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "a header field over 102400 octets"));
        assertThat(MimeScanner.scan(message(head + (big + "\r\n\r\n--b\r\n").repeat(5)), Budget.standard()))
                .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "header sections of more than 4194304 octets"));
        assertThat(MimeScanner.scan(
                        message("Content-Type: text/plain" + "; a=b".repeat(101) + "\r\n\r\n"), Budget.standard()))
                .isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "more than 100 parameters"));
    }

    @ParameterizedTest
    @MethodSource
    void workIsLinear(String start, String repeated) throws IOException {
        long small = work(start, repeated, 1_000);
        long large = work(start, repeated, 10_000);

        assertThat(large).isLessThanOrEqualTo(12 * small);
        assertThat(large).isLessThanOrEqualTo(3L * (start.length() + 10_000L * repeated.length()));
    }

    static Stream<Arguments> workIsLinear() {
        String head = "Content-Type: multipart/mixed; boundary=bbbbbbbbbb\r\n\r\n";
        String nested = nested(31);
        return Stream.of(
                Arguments.of(head, "--bbbbbbbbbbb\r\n"),
                Arguments.of(head, "--bbbbbbbbb\r\n"),
                Arguments.of(head, "\n--bbbbbbbbbb"),
                Arguments.of(head, "-"),
                Arguments.of(nested, "--\r\n"),
                Arguments.of(nested, "--boundary-of-no-one\r\n"),
                Arguments.of("", "A: b\r\n"));
    }

    @Test
    void aBodyInNoMultipartIsNotRead() throws IOException {
        Budget budget = Budget.standard();
        MimeEntity root = MimeScanner.scan(
                        message("Content-Type: application/pkcs7-mime\r\n\r\n" + "AAAA\r\n".repeat(100_000)), budget)
                .orElseThrow();

        assertThat(root.body().size()).isEqualTo(600_000);
        assertThat(budget.work()).isLessThan(200);
    }

    @Test
    void boundariesAcrossBufferEndsAreFound() throws IOException {
        for (int padding = 16_300; padding < 16_400; padding++) {
            MimeEntity root = scan("Content-Type: multipart/mixed; boundary=bound\r\n\r\n--bound\r\n\r\n"
                    + "x".repeat(padding) + "\r\n--bound\r\n\r\ny\r\n--bound--\r\n");
            assertThat(root.parts()).hasSize(2);
            assertThat(root.parts().getFirst().body().size()).isEqualTo(padding);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noOctetsMakeItThrow(long seed) throws IOException {
        Random random = new Random(seed);
        String[] pieces = {
            "--",
            "b",
            "c",
            "--b\r\n",
            "--b--\r\n",
            "--c\r\n",
            "\r\n",
            "\n",
            "\r",
            ":",
            " ",
            "Content-Type: ",
            "multipart/mixed; boundary=b\r\n",
            "multipart/signed; boundary=c\r\n",
            "message/rfc822\r\n",
            "text/plain\r\n\r\n",
            "\"",
            ";",
            "\0",
            "\u00ff",
            "Content-Transfer-Encoding: base64\r\n"
        };
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            int count = random.nextInt(60);
            for (int j = 0; j < count; j++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            if (MimeScanner.scan(message(text.toString()), Budget.standard())
                    instanceof Parsed.Success<MimeEntity>(MimeEntity root)) {
                assertRejoins(root);
            }
        }
    }

    @Test
    void aBareLineFeedIsSeenInTheBodyOfAPart() throws IOException {
        MimeEntity root = scan("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\n--b--\r\n--b--\r\n");
        assertThat(root.parts()).hasSize(1);
        assertThat(root.parts().getFirst().findings()).containsExactly(MimeFinding.BARE_LINE_FEED);
    }

    @Test
    void messagesOfBothKindsAreWalked() throws IOException {
        String inner = "\r\n\r\nContent-Type: text/html\r\n\r\nx";
        assertThat(tree(scan("Content-Type: message/rfc822" + inner))).isEqualTo("message/rfc822[text/html:1]");
        assertThat(tree(scan("Content-Type: message/global" + inner))).isEqualTo("message/global[text/html:1]");
    }

    /**
     * Checks that every entity is its header section and its body, and lies within the one around it, after the one
     * before it.
     */
    static void assertRejoins(MimeEntity root) throws IOException {
        for (MimeEntity entity : root.all()) {
            byte[] joined = RawMessage.join(
                            List.of(RawMessage.of(entity.header().toByteArray()), entity.body()))
                    .toByteArray();
            assertThat(joined).isEqualTo(entity.raw().toByteArray());
            long from = Math.min(
                    entity.offset() + entity.header().size(),
                    entity.offset() + entity.raw().size());
            for (MimeEntity part : entity.parts()) {
                assertThat(part.offset()).isGreaterThanOrEqualTo(from);
                from = part.offset() + part.raw().size();
                assertThat(root.raw().slice(part.offset(), part.raw().size()).toByteArray())
                        .isEqualTo(part.raw().toByteArray());
            }
            assertThat(from).isLessThanOrEqualTo(entity.offset() + entity.raw().size());
        }
    }

    static String tree(MimeEntity entity) {
        String within = entity.parts().isEmpty()
                ? ":" + entity.body().size()
                : entity.parts().stream().map(MimeScannerTest::tree).collect(Collectors.joining(" ", "[", "]"));
        return entity.contentType().type() + "/" + entity.contentType().subtype() + within;
    }

    private static long work(String start, String repeated, int count) throws IOException {
        Budget budget = Budget.standard();
        Parsed<MimeEntity> result = MimeScanner.scan(message(start + repeated.repeat(count)), budget);
        assertThat(result).isNotNull();
        return budget.work();
    }

    private static MimeEntity scan(String text) throws IOException {
        return MimeScanner.scan(message(text), Budget.standard()).orElseThrow();
    }

    private static RawMessage message(String text) {
        return RawMessage.of(text.getBytes(ISO_8859_1));
    }

    private static String nested(int depth) {
        StringBuilder levels = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            levels.append("Content-Type: multipart/mixed; boundary=level").append(i);
            levels.append("\r\n\r\n--level").append(i).append("\r\n");
        }
        return levels.toString();
    }
}
