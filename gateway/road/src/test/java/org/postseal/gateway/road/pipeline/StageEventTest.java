package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.recording.StageRecording;

class StageEventTest {
    @TempDir
    private Path folder;

    @Test
    void aRecordingThatAsksHasTheStagesOfAMessage() throws Exception {
        byte[] message = TestRoad.octets(TestRoad.toAll("bob@partner.example, carl@partner.example"));
        List<RecordedEvent> events = recorded("JFR1", true, sending("JFR1", message));
        assertThat(events.stream().map(event -> event.getString("stage")).distinct())
                .containsExactlyInAnyOrder("inspect", "open", "facts", "decide", "split", "seal", "deliver", "audit");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getInt("recipients")).isEqualTo(2);
            assertThat(event.getLong("bytes")).isEqualTo(message.length);
            assertThat(event.getStackTrace()).isNull();
        });
        RecordedEvent decided = of(events, "decide");
        assertThat(events.stream().filter(event -> event.getString("stage").equals("facts")))
                .as("a question while the policy decides is inside its event")
                .anyMatch(asked -> !asked.getStartTime().isBefore(decided.getStartTime())
                        && !asked.getEndTime().isAfter(decided.getEndTime()));
    }

    @Test
    void othersHaveNothingOfIt() throws Exception {
        byte[] message = TestRoad.octets(TestRoad.toAll("bob@partner.example"));
        assertThat(recorded("JFR2", false, sending("JFR2", message))).isEmpty();
    }

    @Test
    void aWaitForATurnIsAPartOfItsOwn() throws Exception {
        CryptoGate gate = new CryptoGate(1);
        Envelope envelope = envelope("JFR3");
        List<RecordedEvent> events = recorded("JFR3", true, () -> {
            Thread second;
            try (CryptoGate.Place _ = line(gate, envelope).enter()) {
                second = Thread.startVirtualThread(() -> {
                    try (CryptoGate.Place _ = line(gate, envelope).enter()) {
                        assertThat(gate.busy()).isEqualTo(1);
                    }
                });
                while (gate.waiting() == 0) {
                    Thread.onSpinWait();
                }
            }
            second.join();
        });
        // The first one did not have to wait.
        assertThat(events.stream().map(event -> event.getString("stage"))).containsExactly("turn");
    }

    private static CryptoGate.Line line(CryptoGate gate, Envelope envelope) {
        return gate.line(envelope.peer(), StageClock.of(envelope, 10, StageObserver.none()));
    }

    private static RecordedEvent of(List<RecordedEvent> events, String stage) {
        return events.stream()
                .filter(event -> event.getString("stage").equals(stage))
                .findFirst()
                .orElseThrow();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Work sending(String queueId, byte[] message) {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: required } }");
        return () -> {
            var _ = road.send(envelope(queueId), RawMessage.of(message));
        };
    }

    private List<RecordedEvent> recorded(String queueId, boolean isAsked, Work work) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            if (isAsked) {
                recording.enable(StageRecording.NAME);
            }
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(StageRecording.NAME))
                .filter(event -> queueId.equals(event.getString("queueId")))
                .toList();
    }

    private static Envelope envelope(String queueId) {
        Envelope envelope =
                Letter.submitted(TestRoad.LMTP, Parties.BOB, Parties.CARL).envelope();
        return new Envelope(
                new QueueId(queueId),
                envelope.reversePath(),
                envelope.recipients(),
                envelope.parameters(),
                envelope.peer(),
                envelope.received(),
                Intake.now());
    }
}
