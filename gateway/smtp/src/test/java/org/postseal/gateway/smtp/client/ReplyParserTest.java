package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.smtp.EnhancedStatus;
import org.postseal.gateway.smtp.Reply;

class ReplyParserTest {
    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of("250\r\n", List.of(reply(250, "", ""))),
                Arguments.of("250 \r\n", List.of(reply(250, "", ""))),
                Arguments.of("250 ok\r\n", List.of(reply(250, "", "ok"))),
                Arguments.of("250-\r\n250\r\n", List.of(reply(250, "", "", ""))),
                Arguments.of("250 2.1.5 fine\r\n", List.of(reply(250, "2.1.5", "fine"))),
                Arguments.of("250 2.1.5\r\n", List.of(reply(250, "2.1.5", ""))),
                Arguments.of("550-5.7.1 a\r\n550 5.7.1 b\r\n", List.of(reply(550, "5.7.1", "a", "b"))),
                Arguments.of("550-5.7.1 a\r\n550 5.7.2 b\r\n", List.of(reply(550, "5.7.1", "a", "5.7.2 b"))),
                // A status of another class than the code is no status.
                Arguments.of("550 4.7.1 no\r\n", List.of(reply(550, "", "4.7.1 no"))),
                Arguments.of("354 go\r\n250 ok\r\n", List.of(reply(354, "", "go"), reply(250, "", "ok"))),
                Arguments.of("250 \u00fc\u0007\r\n", List.of(reply(250, "", "??"))));
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsReplies(String octets, List<Reply> expected) throws LostException {
        byte[] all = octets.getBytes(StandardCharsets.UTF_8);
        for (int split = 0; split <= all.length; split++) {
            ReplyParser parser = new ReplyParser();
            List<Reply> replies = new ArrayList<>();
            feed(parser, java.util.Arrays.copyOf(all, split), replies);
            feed(parser, java.util.Arrays.copyOfRange(all, split, all.length), replies);
            assertThat(replies).as("split at %d", split).isEqualTo(expected);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("25\r\n", "not a reply"),
                Arguments.of("2500 ok\r\n", "not a reply"),
                Arguments.of("150 ok\r\n", "not a reply"),
                Arguments.of("650 ok\r\n", "not a reply"),
                Arguments.of("\r\n", "not a reply"),
                Arguments.of("hello\r\n", "not a reply"),
                Arguments.of("250_ok\r\n", "not a reply"),
                Arguments.of("250-a\r\n550 b\r\n", "codes 250 and 550 in one reply"),
                Arguments.of("250 ok\n", "bare CR or LF in a reply"),
                Arguments.of("250 o\rk\r\n", "bare CR or LF in a reply"),
                Arguments.of("250 ok\r\r\n", "bare CR or LF in a reply"),
                Arguments.of("250 " + "x".repeat(5000) + "\r\n", "reply line over 4096 octets"),
                Arguments.of("250-x\r\n".repeat(10_000), "reply over 65536 octets"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatIsNone(String octets, String why) {
        assertThatThrownBy(() -> feed(new ReplyParser(), octets.getBytes(StandardCharsets.UTF_8), new ArrayList<>()))
                .isInstanceOf(LostException.class)
                .hasMessage(why);
    }

    @Test
    void waitsForTheEnd() throws LostException {
        List<Reply> replies = new ArrayList<>();
        feed(new ReplyParser(), "250-one\r\n250 two\r".getBytes(StandardCharsets.UTF_8), replies);
        assertThat(replies).isEmpty();
    }

    private static void feed(ReplyParser parser, byte[] octets, List<Reply> into) throws LostException {
        var in = Unpooled.wrappedBuffer(octets);
        for (Optional<Reply> reply = parser.next(in); reply.isPresent(); reply = parser.next(in)) {
            into.add(reply.get());
        }
    }

    private static Reply reply(int code, String status, String... lines) {
        return new Reply(code, EnhancedStatus.parse(status), List.of(lines));
    }
}
