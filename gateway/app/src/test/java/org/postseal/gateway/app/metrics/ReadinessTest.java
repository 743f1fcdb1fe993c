package org.postseal.gateway.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.app.metrics.Readiness.Part;

final class ReadinessTest {
    @Test
    void withEveryPartInOrderItIsReady() {
        assertThat(new Readiness(List.of(new Part("a", Optional::empty), new Part("b", Optional::empty))).faults())
                .isEmpty();
    }

    @Test
    void eachFailingPartIsNamedAndNoCauseIsTold() {
        CountDownLatch never = new CountDownLatch(1);
        Readiness readiness = new Readiness(
                List.of(
                        new Part("right", Optional::empty),
                        new Part("closed", () -> Optional.of("not open")),
                        new Part("broken", () -> {
                            throw new IOException("/secret/path");
                        }),
                        new Part("stuck", () -> {
                            never.await();
                            return Optional.empty();
                        })),
                Duration.ofMillis(200),
                Duration.ZERO);
        assertThat(readiness.faults())
                .containsExactly("closed: not open", "broken: fails, see the log", "stuck: no answer within 200 ms");
        never.countDown();
    }

    @Test
    void whoAsksOftenHearsTheSame() {
        AtomicInteger asked = new AtomicInteger();
        Readiness readiness = new Readiness(
                List.of(new Part("part", () -> Optional.of("asked " + asked.incrementAndGet()))),
                Duration.ofSeconds(10),
                Duration.ofDays(1));
        assertThat(readiness.faults()).containsExactly("part: asked 1");
        assertThat(readiness.faults()).containsExactly("part: asked 1");
    }
}
