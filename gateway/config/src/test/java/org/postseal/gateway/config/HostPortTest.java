package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:25, 127.0.0.1", "[::1]:25, ::1", "[2001:db8::1]:25, 2001:db8::1", "0.0.0.0:25, 0.0.0.0"})
    void literalsAreReadForBothSides(String text, String host) {
        InetSocketAddress expected = new InetSocketAddress(InetAddress.ofLiteral(host), 25);
        assertThat(HostPort.listening(text)).contains(expected);
        assertThat(HostPort.remote(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mx.example.com:25", "localhost:2525"})
    void aNameIsToConnectToOnlyAndStaysUnresolved(String text) {
        assertThat(HostPort.listening(text)).isEmpty();
        assertThat(HostPort.remote(text))
                .contains(InetSocketAddress.createUnresolved(
                        text.substring(0, text.indexOf(':')), Integer.parseInt(text.substring(text.indexOf(':') + 1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "25",
                ":25",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "127.0.0.1:+25",
                "127.0.0.1:smtp",
                "::1:25",
                "[::1]25",
                "[::1",
                "[127.0.0.1]:25",
                "[mx.example.com]:25",
                "256.0.0.1:25",
                "1.2.3:25",
                "127.1:25",
                "mx..example.com:25",
                "mx example.com:25",
                "[fe80::1%eth0]:25",
                "[::::]:25",
                "127.0.0.1:25 ",
                "127.0.0.1:000025"
            })
    void anythingElseIsRefused(String text) {
        assertThat(HostPort.listening(text)).isEmpty();
        assertThat(HostPort.remote(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:0"})
    void portZeroIsToListenOnOnly(String text) {
        assertThat(HostPort.listening(text)).isPresent();
        assertThat(HostPort.remote(text)).isEmpty();
    }
}
