package org.postseal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpListenerTest {
    @Test
    void aSecondCloseDoesNotWaitForAnEventLoopThatEnds() throws Exception {
        // without the check one of some thirty did not return under load; on a quiet machine none of 20000
        for (int i = 0; i < 400; i++) {
            HttpListener listener = listener();
            listener.close();
            long later = System.nanoTime() + i % 40 * 2500L;
            Thread second = Thread.ofPlatform().daemon().start(() -> {
                while (System.nanoTime() < later) {
                    Thread.onSpinWait();
                }
                listener.close();
            });
            assertThat(second.join(Duration.ofSeconds(30))).as("call %s", i).isTrue();
        }
    }

    private static HttpListener listener() throws IOException {
        return HttpListener.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpListener.Settings("test", 4096, 8192, 4, Duration.ofSeconds(5), Optional.empty()),
                _ -> {
                    throw new AssertionError("nobody asks");
                });
    }
}
