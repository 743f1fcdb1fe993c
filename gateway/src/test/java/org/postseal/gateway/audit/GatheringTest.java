package org.postseal.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GatheringTest {
    @Test
    void theQuickestMessageWaitsATenthOfItsTime() {
        assertThat(Gathering.of(List.of(milliseconds(900), milliseconds(20), OptionalLong.empty(), milliseconds(30))))
                .isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void nobodyWaitsMuchLessThanAnFsyncTakesOrForEver() {
        Duration shortest = Duration.ofNanos(400_000);
        assertThat(Gathering.of(List.of(milliseconds(1)))).isEqualTo(shortest);
        assertThat(Gathering.of(List.of(OptionalLong.empty()))).isEqualTo(shortest);
        assertThat(Gathering.of(List.of())).isEqualTo(shortest);
        assertThat(Gathering.of(List.of(milliseconds(60_000)))).isEqualTo(Duration.ofMillis(4));
    }

    @Test
    void theTimeIsThatOfTheMessage() {
        AuditEvent.RecipientDone done =
                Records.done(Instant.EPOCH, "Q1", "<1@ours.example>", "a@ours.example", "b@out.example", "250 ok");
        AuditEvent.RecipientDone timed = new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                done.decision(),
                done.protection(),
                done.delivery(),
                Optional.of(new AuditEvent.Times(7_000_000, Map.of())));
        assertThat(Gathering.taken(List.of(timed, timed))).hasValue(7_000_000);
        assertThat(Gathering.taken(List.of(done))).isEmpty();
        assertThat(Gathering.taken(List.of())).isEmpty();
    }

    private static OptionalLong milliseconds(long time) {
        return OptionalLong.of(Duration.ofMillis(time).toNanos());
    }
}
