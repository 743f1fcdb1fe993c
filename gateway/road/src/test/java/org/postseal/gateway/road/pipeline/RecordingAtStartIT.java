package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.recording.StageRecording;

/** Makes the recording of docs/metrics.md in a JVM with the options of the launchers, to which no tool can attach. */
class RecordingAtStartIT {
    private static final Path ROOT = Path.of("../..");

    @TempDir
    private Path folder;

    @Test
    void theOptionOfTheDocumentationRecordsStages() throws Exception {
        Matcher option = Pattern.compile("POSTSEAL_JAVA_OPTS=(-XX:StartFlightRecording\\S+)\"")
                .matcher(Files.readString(ROOT.resolve("docs/metrics.md")));
        assertThat(option.find()).isTrue();
        Path recording = folder.resolve("mail.jfr");
        assertThat(option.group(1)).contains("/var/lib/postseal/mail.jfr");
        Process java = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "@" + ROOT.resolve("packaging/jvm/common.options"),
                        "@" + ROOT.resolve("packaging/jvm/serve.options"),
                        option.group(1).replace("/var/lib/postseal/mail.jfr", recording.toString()),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneMessage.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(java.waitFor()).as(Files.readString(folder.resolve("out"))).isZero();
        assertThat(stages(recording)).contains("inspect", "decide", "seal", "deliver");
    }

    private static List<String> stages(Path recording) throws IOException {
        return RecordingFile.readAllEvents(recording).stream()
                .filter(event -> event.getEventType().getName().equals(StageRecording.NAME))
                .map(event -> event.getString("stage"))
                .toList();
    }

    static final class OneMessage {
        private OneMessage() {}

        public static void main(String[] args) {
            TestRoad road = new TestRoad("{ id: all, when: always, then: { sign: required, encrypt: required } }");
            road.send(Letter.submitted(TestRoad.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        }
    }
}
