package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.audit.SampleEvent.event;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;

class GatheringTest {
    private final FakeLogFile file = new FakeLogFile();
    private volatile Thread writer = Thread.currentThread();

    @Test
    void aMessageWaitsATenthOfItsTime() {
        assertThat(Gathering.of(List.of(done(20)))).isEqualTo(Duration.ofMillis(2));
        assertThat(Gathering.of(List.of(done(30), done(20), done(900)))).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void nobodyWaitsMuchLessThanAnFsyncTakesOrForEver() throws IOException {
        Duration shortest = Duration.ofNanos(400_000);
        assertThat(Gathering.of(List.of(done(1)))).isEqualTo(shortest);
        assertThat(Gathering.of(List.of(done(900), event("no message")))).isEqualTo(shortest);
        assertThat(Gathering.of(List.of(done(60_000)))).isEqualTo(Duration.ofMillis(4));
    }

    /** Each of the two threads says how long it may wait. */
    @Test
    @Timeout(20)
    void theOneWhoMayWaitLongWaitsForTheOneWhoMayNot() throws Exception {
        try (JsonAuditLog log = JsonAuditLog.open(() -> file, GatheringTest::patience)) {
            serveTwoAtOnce(log);
            int before = file.forced;
            Thread patient = waitedFor(log);
            log.append(List.of(event("hurry")));
            patient.join();
            assertThat(file.forced).isEqualTo(before + 1);
            assertThat(file.durable()).contains(PATIENT, "hurry");
        }
    }

    @Test
    @Timeout(20)
    void nobodyWaitsWhenTheLogIsClosed() throws Exception {
        JsonAuditLog log = JsonAuditLog.open(() -> file, GatheringTest::patience);
        serveTwoAtOnce(log);
        Thread patient = waitedFor(log);
        log.close();
        patient.join();
        assertThat(file.durable()).contains(PATIENT);
    }

    private static Duration patience(List<AuditEvent> events) {
        return events.toString().contains(PATIENT) ? Duration.ofSeconds(30) : Duration.ZERO;
    }

    /** Lets two threads share an fsync. After that, the writer waits for others before the next one. */
    private void serveTwoAtOnce(JsonAuditLog log) throws Exception {
        CountDownLatch isForcing = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        file.beforeForce = () -> {
            writer = Thread.currentThread();
            isForcing.countDown();
            try {
                isHeld.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Thread first = parked(log, "first");
        isForcing.await();
        Thread second = parked(log, "second");
        Thread third = parked(log, "third");
        isHeld.countDown();
        for (Thread each : List.of(first, second, third)) {
            each.join();
        }
        file.beforeForce = () -> {};
    }

    /** Returns a thread whose record is queued while the writer waits for others. */
    private Thread waitedFor(JsonAuditLog log) throws Exception {
        Thread patient = parked(log, PATIENT);
        // Without a chain, the writer has no other reason for a timed wait.
        while (writer.getState() != Thread.State.TIMED_WAITING) {
            assertThat(patient.isAlive()).as("was waited for").isTrue();
            Thread.onSpinWait();
        }
        return patient;
    }

    /** Returns a thread that waits for its record to be written. */
    private static Thread parked(JsonAuditLog log, String word) throws Exception {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                log.append(List.of(event(word)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        while (!String.valueOf(LockSupport.getBlocker(thread)).contains("Batch")) {
            assertThat(thread.isAlive()).as(word + " has not waited").isTrue();
            Thread.onSpinWait();
        }
        return thread;
    }

    private static AuditEvent done(long milliseconds) {
        AuditEvent.RecipientDone done =
                Records.done(Instant.EPOCH, "Q1", "<1@ours.example>", "a@ours.example", "b@out.example", "250 ok");
        return new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                done.decision(),
                done.protection(),
                done.delivery(),
                Optional.of(new AuditEvent.Times(Duration.ofMillis(milliseconds).toNanos(), Map.of())));
    }

    private static final String PATIENT = "patient";
}
