package org.postseal.gateway.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.app.metrics.Readiness.Part;
import org.slf4j.LoggerFactory;

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

    /** A fleet asks each second, and so may a load balancer. */
    @Test
    void theCauseIsLoggedOnceUntilThePartIsWellAgain() {
        AtomicBoolean isBroken = new AtomicBoolean(true);
        Readiness readiness = new Readiness(
                List.of(new Part("part", () -> {
                    if (isBroken.get()) {
                        throw new IOException("for a test");
                    }
                    return Optional.empty();
                })),
                Duration.ofSeconds(10),
                Duration.ZERO);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Readiness.class);
        logger.setLevel(Level.WARN);
        lines.start();
        logger.addAppender(lines);
        try {
            for (boolean broken : List.of(true, true, false, true)) {
                isBroken.set(broken);
                assertThat(readiness.faults()).hasSize(broken ? 1 : 0);
            }
            assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                    .containsExactly("not ready: part", "not ready: part");
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }
}
