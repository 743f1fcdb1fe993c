package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.RawMessage;

class DelimiterCheckTest {
    private static final String BEFORE_FIRST = "preamble";
    private static final String PART = "Content-Type: text/plain\r\n\r\ntext";
    private static final String SIGNATURE = "Content-Type: application/pkcs7-signature\r\n\r\nMIIB";

    /** The octets that are read at once. The verdict must not depend on where they end. */
    private static final int BUFFER = 16 * 1024;

    @ParameterizedTest
    @MethodSource("paddings")
    void plainDelimitersPassWhereverTheBufferEnds(int padding) {
        assertThat(isDoubtful(body(padding, "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n")))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("paddings")
    void noLineEndOfADelimiterMayBeCrOrLfAlone(int padding) {
        for (String end : List.of("\r", "\n", "\r\r\n", "\n\r")) {
            for (int at = 0; at < 6; at++) {
                List<String> ends = new ArrayList<>(List.of("\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n"));
                ends.set(at, end);

                assertThat(isDoubtful(body(padding, ends.toArray(String[]::new))))
                        .as("%d %s", at, end.replace("\r", "CR").replace("\n", "LF"))
                        // Before a delimiter, CR CR LF still ends in the CRLF that belongs to it.
                        .isEqualTo(at % 2 != 0 || !end.equals("\r\r\n"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("paddings")
    void aLineThatIsLongerThanADelimiterIsNone(int padding) {
        String plain = body(padding, "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n");

        assertThat(isDoubtful(plain.replace("--b_1--", "--b_1--x"))).isTrue();
        assertThat(isDoubtful(plain.replace("--b_1\r\n", "--b_1 \r\n"))).isTrue();
        assertThat(isDoubtful(plain.replace("text", "text\r\n--b_2\r\n-- b_1"))).isFalse();
    }

    /** Returns paddings with which the end of the buffer falls on each octet around the delimiters. */
    static IntStream paddings() {
        String body = body(0, "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n");
        return IntStream.concat(IntStream.of(0), IntStream.rangeClosed(BUFFER - body.length() - 1, BUFFER));
    }

    /** Writes a body with the line ends before and after each of its three delimiters. */
    private static String body(int padding, String... ends) {
        String text = "x\r\n".repeat(padding / 3) + "y".repeat(padding % 3) + PART;
        return BEFORE_FIRST + ends[0] + "--b_1" + ends[1] + text + ends[2] + "--b_1" + ends[3] + SIGNATURE + ends[4]
                + "--b_1--" + ends[5];
    }

    private static boolean isDoubtful(String body) {
        return DelimiterCheck.doubt(RawMessage.of(body.getBytes(StandardCharsets.US_ASCII)), "b_1", 2)
                .isPresent();
    }
}
