package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each program is there and reads: one that always failed would never disagree with anybody. */
class JudgesIT {
    private static final String MESSAGE = """
            From: Bob <bob@partner.example>
            To: alice@example.com
            Subject: One
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="bb"

            --bb
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: base64

            SGVsbG8=
            --bb
            Content-Type: application/octet-stream; name="a.bin"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="a.bin"
            Content-Description: Five octets

            AAECAwQ=
            --bb--
            """.replace("\n", "\r\n");

    @Test
    void eachShowsTheTextThePartAndTheAuthor() {
        try (Judges judges = new Judges()) {
            Map<String, List<Shown>> shown = judges.read(List.of(Forge.octets(MESSAGE), Forge.octets(MESSAGE)));

            assertThat(shown).hasSize(11);
            shown.forEach((name, answers) -> assertThat(answers).as(name).allSatisfy(answer -> {
                assertThat(answer.failure()).isEmpty();
                assertThat(answer.content().getFirst()).isEqualTo(new Shown.Part("text/plain", "Hello"));
                assertThat(answer.parts()).hasSize(2);
                assertThat(answer.parts().getLast().type()).isEqualTo("application/octet-stream");
                assertThat(answer.parts().getLast().label()).contains("a.bin").contains("Five octets");
                assertThat(name.equals("mime4j") ? List.of("bob@partner.example") : OutsideFields.authors(answer))
                        .containsExactly("bob@partner.example");
            }));
            assertThat(judges.silences()).isEmpty();
        }
    }

    /** The only way to see that a program is started again is to end it. */
    @Test
    void oneThatDiesIsStartedAgain() {
        try (ProgramJudge judge = (ProgramJudge) ProgramJudge.all().getFirst()) {
            assertThat(judge.read(Forge.octets(MESSAGE)).failure()).isEmpty();
            judge.end();

            assertThat(judge.read(Forge.octets(MESSAGE)).parts()).hasSize(2);
        }
    }
}
