package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;

class StageClockTest {
    private static final String SIGN_AND_ENCRYPT =
            "{ id: all, when: always, then: { sign: required, encrypt: required } }";

    @Test
    void whatIsInsideAnotherStageCountsOnce() {
        AtomicLong now = new AtomicLong(1_000);
        List<String> told = new ArrayList<>();
        StageClock clock = StageClock.of(
                timed(200, 900), 10, (stage, nanoseconds) -> told.add(stage.word() + " " + nanoseconds), now::get);
        try (StageClock.Running _ = clock.begin(Stage.DECIDE)) {
            now.addAndGet(10);
            try (StageClock.Running _ = clock.begin(Stage.FACTS)) {
                now.addAndGet(500);
            }
            now.addAndGet(5);
            try (StageClock.Running _ = clock.begin(Stage.FACTS)) {
                now.addAndGet(7);
            }
        }
        now.addAndGet(1);
        try (StageClock.Running _ = clock.begin(Stage.DECIDE)) {
            now.addAndGet(2);
        }
        assertThat(told).containsExactly("intake 700", "guard 100", "facts 500", "facts 7", "decide 15", "decide 2");
        assertThat(clock.times())
                .isEqualTo(
                        new AuditEvent.Times(625, Map.of("intake", 700L, "guard", 100L, "facts", 507L, "decide", 17L)));
    }

    @Test
    void whoGoesOnWithoutItKnowsWhatWasBeforeAndTellsItNobody() {
        AtomicLong now = new AtomicLong(1_000);
        List<String> told = new ArrayList<>();
        StageClock clock = StageClock.of(
                timed(200, 900), 10, (stage, nanoseconds) -> told.add(stage.word() + " " + nanoseconds), now::get);
        StageClock.Running hangs = clock.begin(Stage.INSPECT);
        now.addAndGet(70_000);
        StageClock other = clock.afresh();
        assertThat(other.times()).isEqualTo(new AuditEvent.Times(70_100, Map.of("intake", 700L, "guard", 100L)));
        hangs.close();
        assertThat(other.times().stages()).doesNotContainKey("inspect");
        assertThat(told).containsExactly("intake 700", "guard 100", "inspect 70000");
    }

    @Test
    void eachRecordOfAMessageHasItsStages() {
        TestRoad road = new TestRoad(SIGN_AND_ENCRYPT);
        Letter letter = Letter.submitted(TestRoad.LMTP, Parties.BOB, Parties.CARL);
        road.send(letter, TestRoad.toAll("bob@partner.example, carl@partner.example"));
        List<AuditEvent.Times> times = road.audited(done -> done.times().orElseThrow());
        assertThat(times).hasSize(2).containsOnly(times.getFirst());
        assertThat(times.getFirst().stages().keySet())
                .containsExactly("intake", "guard", "inspect", "open", "facts", "decide", "split", "seal", "deliver");
        assertThat(times.getFirst().stages().values()).allMatch(nanoseconds -> nanoseconds >= 0);
        long onTheRoad = times.getFirst().stages().values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                - times.getFirst().stages().getOrDefault("intake", 0L);
        assertThat(onTheRoad).isPositive().isLessThanOrEqualTo(times.getFirst().total());
    }

    @Test
    void whatDidNotComeAboutIsNotThere() {
        TestRoad road = new TestRoad(SIGN_AND_ENCRYPT);
        Letter letter = Letter.submitted(TestRoad.LMTP, Parties.BOB).untrusted();
        road.send(letter, TestRoad.toAll("bob@partner.example"));
        assertThat(road.audited(
                        done -> done.times().orElseThrow().stages().keySet().toString()))
                .containsExactly("[intake, guard, inspect, facts, split, deliver]");
    }

    private static Envelope timed(long began, long ended) {
        Envelope envelope = Letter.submitted(TestRoad.LMTP, Parties.BOB).envelope();
        return new Envelope(
                envelope.queueId(),
                envelope.reversePath(),
                envelope.recipients(),
                envelope.parameters(),
                envelope.peer(),
                envelope.received(),
                new Intake(began, ended));
    }
}
