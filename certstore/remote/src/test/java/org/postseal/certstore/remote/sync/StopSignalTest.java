package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicBoolean isOver = new AtomicBoolean();
    private final StopSignal stop = new StopSignal();
    private final StopSignal either = stop.or(isOver::get);

    @Test
    void isGivenWithTheOther() {
        assertThat(either.await(Duration.ofMillis(1))).isFalse();
        stop.request();
        assertThat(either.await(LONG)).isTrue();
    }

    @Test
    void isGivenAloneWhenSomethingIsOver() {
        Thread _ = Thread.ofVirtual().start(() -> isOver.set(true));
        assertThat(either.await(LONG)).isTrue();
        assertThat(stop.isRequested()).isFalse();
    }
}
