package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotStufferTest {
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            value = {
                "''|.rn",
                "a|arn.rn",
                "arn|arn.rn",
                ".|..rn.rn",
                "..|...rn.rn",
                ".rn|..rn.rn",
                "arn.rnb|arn..rnbrn.rn",
                "a.b.rn|a.b.rn.rn",
                "rn.rn|rn..rn.rn",
                "rn|rn.rn",
                "0123456789rn.0123456789rn|0123456789rn..0123456789rn.rn"
            })
    void doublesDotsAndEnds(String content, String wire) throws IOException {
        byte[] octets = crlf(content).getBytes(StandardCharsets.US_ASCII);
        for (int split = 0; split <= octets.length; split++) {
            DotStuffer stuffer = new DotStuffer();
            ByteBuf out = Unpooled.buffer();
            stuffer.write(Arrays.copyOf(octets, split), split, out);
            byte[] rest = Arrays.copyOfRange(octets, split, octets.length);
            stuffer.write(rest, rest.length, out);
            stuffer.finish(out);
            assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(crlf(wire));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb\r\n",
                "a\rb\r\n",
                "\n",
                "\n.\n",
                "\r\n.\n",
                "\n.\r\n",
                "\r.\r",
                "\r\r\n",
                "a\0b",
                "\r\n\0.\r\n",
                "a\r",
                "0123456789\n0123456789\r\n",
                "0123456789\r0123456789\r\n",
                "0123456789\0"
            })
    void strayOctetsNeverLeave(String content) {
        byte[] octets = content.getBytes(StandardCharsets.US_ASCII);
        for (int split = 0; split <= octets.length; split++) {
            int at = split;
            DotStuffer stuffer = new DotStuffer();
            ByteBuf out = Unpooled.buffer();
            assertThatThrownBy(() -> {
                        stuffer.write(Arrays.copyOf(octets, at), at, out);
                        byte[] rest = Arrays.copyOfRange(octets, at, octets.length);
                        stuffer.write(rest, rest.length, out);
                        stuffer.finish(out);
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private static String crlf(String text) {
        return text.replace("rn", "\r\n");
    }
}
