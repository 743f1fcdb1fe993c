package org.postseal.gateway.road.pipeline;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.recording.StageRecording;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;

/**
 * Times the stages of one message. The time of a stage inside another one, such as a question to the certificate store
 * while the policy decides, does not count for the outer stage, so that all stages together are no longer than the
 * message took. For one thread at a time.
 */
final class StageClock {
    private final StageObserver observer;
    private final LongSupplier nanoTime;
    private final long start;
    private final Message message;
    private final Map<Stage, Long> before = new EnumMap<>(Stage.class);
    private final Map<Stage, Long> spent = new EnumMap<>(Stage.class);
    private @Nullable Running innermost;
    private Runnable then = () -> {};

    private StageClock(StageObserver observer, LongSupplier nanoTime, long start, Message message) {
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.start = start;
        this.message = message;
    }

    /** The message as a recording describes it. */
    private record Message(String queueId, int recipients, long octets) {
        void recorded(StageRecording recording) {
            recording.end(queueId, recipients, octets);
        }
    }

    /** The clock of a message that has just reached the road. */
    static StageClock of(Envelope envelope, long octets, StageObserver observer) {
        return of(envelope, octets, observer, System::nanoTime);
    }

    /** The clock of a message that has just reached the road, on another source of time. */
    static StageClock of(Envelope envelope, long octets, StageObserver observer, LongSupplier nanoTime) {
        StageClock clock = new StageClock(
                observer,
                nanoTime,
                envelope.intake().ended(),
                new Message(envelope.queueId().text(), envelope.recipients().size(), octets));
        clock.addBefore(Stage.INTAKE, envelope.intake().nanoseconds());
        clock.addBefore(Stage.GUARD, nanoTime.getAsLong() - clock.start);
        return clock;
    }

    /**
     * Makes another clock for the same message, for a caller who goes on while another thread may still use this one.
     * The new clock knows the times before the road, and does not report them again.
     */
    StageClock afresh() {
        StageClock other = new StageClock(observer, nanoTime, start, message);
        other.spent.putAll(before);
        return other;
    }

    /** A clock that nobody reads, for callers who want a decision alone. */
    static StageClock unwatched() {
        return new StageClock(StageObserver.none(), System::nanoTime, System.nanoTime(), new Message("", 0, 0));
    }

    /** Sets an action that runs whenever a stage begins or ends. */
    void onEach(Runnable wanted) {
        then = wanted;
    }

    /** Begins a stage inside the one under way. Closing the result ends the stage. */
    Running begin(Stage stage) {
        Running begun = new Running(stage, innermost);
        innermost = begun;
        then.run();
        return begun;
    }

    /**
     * The times so far: from the end of the data until now, and how much each stage took, including the stages before.
     */
    AuditEvent.Times times() {
        Map<String, Long> stages = new LinkedHashMap<>();
        spent.forEach((stage, nanoseconds) -> stages.put(stage.word(), nanoseconds));
        return new AuditEvent.Times(nanoTime.getAsLong() - start, stages);
    }

    private void addBefore(Stage stage, long nanoseconds) {
        before.put(stage, nanoseconds);
        add(stage, nanoseconds);
    }

    private void add(Stage stage, long nanoseconds) {
        spent.merge(stage, nanoseconds, Long::sum);
        observer.took(stage, nanoseconds);
    }

    final class Running implements AutoCloseable {
        private final Stage stage;
        private final @Nullable Running outer;
        private final long begun = nanoTime.getAsLong();
        private final StageRecording recording;
        private long inner;

        private Running(Stage stage, @Nullable Running outer) {
            this.stage = stage;
            this.outer = outer;
            this.recording = StageRecording.begin(stage.word());
        }

        @Override
        public void close() {
            long took = nanoTime.getAsLong() - begun;
            add(stage, took - inner);
            if (outer != null) {
                outer.inner += took;
            }
            innermost = outer;
            message.recorded(recording);
            then.run();
        }
    }

    /**
     * Begins a part of a stage, or a part after the last stage. It appears in a recording but has no figure of its own.
     * Closing the result ends the part.
     */
    Part part(String name) {
        return new Part(StageRecording.begin(name));
    }

    final class Part implements AutoCloseable {
        private final StageRecording recording;

        private Part(StageRecording recording) {
            this.recording = recording;
        }

        @Override
        public void close() {
            message.recorded(recording);
        }
    }
}
