package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.outcome.Reason;

/** Some programs show a Subject where the name of the field is written so that others find none. */
class DoubtedFieldTest {
    private static final String RULE =
            "{ id: secret, when: { direction: outbound, subject: confidential }, then: { encrypt: required } }";
    private static final String EXCEPT =
            "{ id: all, when: { direction: outbound }, unless: { subject: public }, then: { encrypt: required } }";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject\r\n : confidential",
                "Sub\r\n ject: confidential",
                "\u000bSubject: confidential",
                "\fSubject: confidential",
                "\u0001Subject: confidential",
                "\u00ef\u00bb\u00bfSubject: confidential",
                "Subject\u00a0: confidential",
                "(c)Subject: confidential",
                "Sub(a:b)ject: confidential",
                "X-A: b\r\n\u0001sUBJECT : =?utf-8?q?confidential?="
            })
    void aDemandFindsIt(String field) throws Exception {
        assertThat(reply(RULE, field)).isEqualTo(Reason.HEADER_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Subject\r\n : public", "\u0001Subject: public", "Subject: other\r\nSubject\r\n : public"})
    void anExceptionDoesNot(String field) throws Exception {
        assertThat(reply(EXCEPT, field)).isEqualTo(Reason.HEADER_MALFORMED);
    }

    private static Reason reply(String rule, String field) throws Exception {
        TestRoad road = new TestRoad(rule);
        String message = "From: alice@example.com\r\nTo: bob@partner.example\r\n" + field
                + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello\r\n";

        road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(message.getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(road.sent()).isEmpty();
        List<String> reasons = road.audited(done -> done.decision().reason().orElse(""));
        return Reason.valueOf(reasons.getFirst());
    }
}
