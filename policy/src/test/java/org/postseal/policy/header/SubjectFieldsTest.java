package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectFieldsTest {
    @ParameterizedTest
    @CsvSource({
        "Subject, true",
        "THREAD-TOPIC, true",
        "Original-Subject, true",
        "X-Original-Subject, true",
        "X-Spam-Prev-Subject, true",
        "X-Subject-Copy, true",
        "Resent-Subject, true",
        "Topic, true",
        "X-Subjective, false",
        "Topical, false",
        "To, false"
    })
    void knowsWhatIsNamedAfterIt(String name, boolean isNamed) {
        assertThat(SubjectFields.isNamed(name)).isEqualTo(isNamed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Secret merger | Secret merger | true",
                "Re: AW: Fwd[2]: Secret merger | about the secret MERGER, again | true",
                "回复：秘密計画 | 秘密計画 | true",
                "=?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?= | =?iso-8859-1?q?Gr=FC=DFe_an_alle?= | true",
                "Grüße an alle | =?utf-8?B?R3LDvMOfZSBhbiBhbGxl==?= | true",
                "Secret merger | https://archive.example/2026/secret-merger.html | true",
                "Secret merger | https://archive.example/?q=secret%20merger | true",
                "Secret merger | v=1; a=rsa-sha256; z=Subject:=20Secret=20merger; b=AAAA | true",
                "Secret  merger | Secret merger | true",
                "Secret merger | a secret | false",
                "Hi | =?utf-8?q?Hi?= | true",
                "Hi | High | false",
                "Re: | Re: | true",
                "Re: | More: | false",
                "... | ... | false",
                "'' | anything | false"
            })
    void findsItInOtherFields(String subject, String body, boolean isIn) {
        assertThat(SubjectFields.of(List.of(subject)).isIn(body)).isEqualTo(isIn);
    }

    @ParameterizedTest
    @CsvSource({
        "Secret merger, about something else, false",
        "Secret merger, =?utf-7?q?+AHM-omething?= else, false",
        "Secret merger, LONG, true",
        "LONG, about something else, true"
    })
    void takesForItWhatCannotBeTold(String subject, String body, boolean isIn) {
        String words = "=?utf-7?q?+AHM-omething?= ".repeat(200);

        assertThat(SubjectFields.of(List.of(subject.replace("LONG", words))).isIn(body.replace("LONG", words)))
                .isEqualTo(isIn);
    }

    @Test
    void theBeginningOfALongOneIsEnough() {
        String subject = "The merger of which nobody shall know " + "before the end of the year ".repeat(20);

        SubjectFields fields = SubjectFields.of(List.of(subject));

        assertThat(fields.isIn("about " + subject)).isTrue();
        assertThat(fields.isIn("about " + subject.substring(0, 100))).isTrue();
        assertThat(fields.isIn("about " + subject.substring(0, 30))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[...]", "...", "…"})
    void whatStandsInItsPlaceTellsNothing(String text) {
        assertThat(SubjectFields.isTelling(text)).isFalse();
        assertThat(SubjectFields.isTelling(text + "a")).isTrue();
    }
}
