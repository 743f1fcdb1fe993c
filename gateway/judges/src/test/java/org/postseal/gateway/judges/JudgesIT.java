package org.postseal.gateway.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;

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

    @Test
    void eachCmsProgramTellsAGoodSignatureFromABadOne() {
        try (TestPki pki = new TestPki().user(Gateway.BOB, KeyAlgorithm.P256);
                CmsJudges judges = new CmsJudges(pki)) {
            String entity = SmimeMail.entity("Hello\r\n");
            byte[] detached = new Forge(pki).sign(entity, Gateway.BOB, false);
            byte[] opaque = new Forge(pki).sign(entity, Gateway.BOB, true);
            List<String> signed =
                    List.of(SmimeMail.clearSigned(entity, detached), SmimeMail.pkcs7Mime("signed-data", opaque));
            opaque[opaque.length - 1] ^= 1;
            List<String> broken = List.of(
                    SmimeMail.clearSigned(entity + "more", detached), SmimeMail.pkcs7Mime("signed-data", opaque));

            assertThat(signed)
                    .allSatisfy(mail -> assertThat(verdicts(judges, mail))
                            .hasSize(3)
                            .allSatisfy((_, verdict) -> assertThat(
                                            SmimePeer.expectGood(verdict).content())
                                    .isEqualTo(Forge.octets(entity))));
            assertThat(broken)
                    .allSatisfy(mail -> assertThat(verdicts(judges, mail))
                            .hasSize(3)
                            .allSatisfy((_, verdict) ->
                                    assertThat(verdict).isInstanceOf(SmimePeer.Verification.Bad.class)));
        }
    }

    private static Map<String, SmimePeer.Verification> verdicts(CmsJudges judges, String entity) {
        return judges.verify(
                SmimeMail.message("1", Gateway.BOB, Gateway.ALICE, entity).octets());
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
