package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Connection connection = new Connection(new SessionHandler(channel));

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\r\nRSET", "NOOP\nRSET", "NOOP\rRSET", "NOOP\0", "NOOP\u007f", "NOOP\t", "RSET\r\n"})
    void oneCommandStaysOne(String command) {
        assertThatThrownBy(() -> connection.write(List.of("NOOP", command)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void commandsOfAWindowLeaveInOneWrite() throws Exception {
        connection.write(List.of("MAIL FROM:<>", "RCPT TO:<j\u00f6rg@example.com>"));
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.toString(StandardCharsets.UTF_8))
                .isEqualTo("MAIL FROM:<>\r\nRCPT TO:<j\u00f6rg@example.com>\r\n");
        sent.release();
        assertThat(channel.outboundMessages()).isEmpty();
    }
}
