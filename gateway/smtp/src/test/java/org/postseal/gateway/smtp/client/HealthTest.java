package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
    // The clock is about to overflow, as System.nanoTime may be.
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Health health = new Health(Duration.ofNanos(10), now::get);

    @Test
    void whoNeverFailedLeads() {
        assertThat(health.mayLead()).isTrue();
        assertThat(health.mayLead()).isTrue();
    }

    @Test
    void afterAFailureTheOthersComeFirstForAWhile() {
        health.failed();
        assertThat(health.mayLead()).isFalse();
        now.addAndGet(9);
        assertThat(health.mayLead()).isFalse();
        now.addAndGet(1);
        assertThat(health.mayLead()).isTrue();
    }

    @Test
    void oneMessageAtATimeTries() {
        health.failed();
        now.addAndGet(10);
        assertThat(health.mayLead()).isTrue();
        assertThat(health.mayLead()).isFalse();

        health.notTried();
        assertThat(health.mayLead()).isTrue();

        health.failed();
        assertThat(health.mayLead()).isFalse();
        now.addAndGet(10);
        assertThat(health.mayLead()).isTrue();

        health.succeeded();
        assertThat(health.mayLead()).isTrue();
        assertThat(health.mayLead()).isTrue();
    }
}
