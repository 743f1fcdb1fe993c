package org.postseal.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;

class StageEventTest {
    @TempDir
    private Path folder;

    @Test
    void aRecordingThatAsksHasTheStagesOfAMessage() throws IOException {
        byte[] message = TestRoad.octets(TestRoad.toAll("bob@partner.example, carl@partner.example"));
        List<RecordedEvent> events = recorded("JFR1", message, true);
        assertThat(events.stream().map(event -> event.getString("stage")).distinct())
                .containsExactlyInAnyOrder("inspect", "open", "facts", "decide", "split", "seal", "deliver");
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
    void othersHaveNothingOfIt() throws IOException {
        byte[] message = TestRoad.octets(TestRoad.toAll("bob@partner.example"));
        assertThat(recorded("JFR2", message, false)).isEmpty();
    }

    private static RecordedEvent of(List<RecordedEvent> events, String stage) {
        return events.stream()
                .filter(event -> event.getString("stage").equals(stage))
                .findFirst()
                .orElseThrow();
    }

    private List<RecordedEvent> recorded(String queueId, byte[] message, boolean isAsked) throws IOException {
        TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: required } }");
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            if (isAsked) {
                recording.enable(StageEvent.NAME);
            }
            recording.start();
            road.send(envelope(queueId), RawMessage.of(message));
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(StageEvent.NAME))
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
                envelope.received());
    }
}
