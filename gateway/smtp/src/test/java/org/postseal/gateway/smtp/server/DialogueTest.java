package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.smtp.EnhancedStatus;
import org.postseal.gateway.smtp.Reply;

class DialogueTest {
    static Stream<Dialogue> dialogues() {
        return Dialogue.all(Path.of("src/test/dialogues"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void holds(Dialogue dialogue) throws Exception {
        TestSettings settings = new TestSettings();
        List<Reply> replies = List.of();
        boolean isThrowing = false;
        for (String[] directive : dialogue.directives()) {
            switch (directive[0]) {
                case "replies" -> replies = replies(directive);
                case "throws" -> isThrowing = true;
                default ->
                    assertThat(settings.apply(directive)).as(directive[0]).isTrue();
            }
        }
        RecordingReceiver receiver = new RecordingReceiver(replies, isThrowing);
        try (SubEthaMailServer server = new SubEthaMailServer(settings.settings(), receiver)) {
            server.start();
            try (TestClient client = new TestClient(server.address())) {
                for (Dialogue.Step step : dialogue.steps()) {
                    client.run(step);
                }
            }
            // This waits for the session to end, so that all messages are counted.
            server.drain(Duration.ofSeconds(10));
        }
        assertThat(receiver.messages()).isEqualTo(dialogue.messages());
    }

    // Reads a directive such as "! replies 250 2.0.0 taken / 550 5.1.1 unknown".
    private static List<Reply> replies(String[] directive) {
        String text = String.join(" ", Arrays.asList(directive).subList(1, directive.length));
        return Stream.of(text.split(" / "))
                .map(reply -> reply.split(" ", 3))
                .map(part -> new Reply(
                        Integer.parseInt(part[0]), EnhancedStatus.parse(part[1]), List.of(part[2].split("~"))))
                .toList();
    }
}
