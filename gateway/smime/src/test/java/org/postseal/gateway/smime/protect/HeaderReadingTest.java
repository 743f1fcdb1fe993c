package org.postseal.gateway.smime.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.protect.HeaderReading.From;

class HeaderReadingTest {
    private static final String OUTSIDE = """
            Authentication-Results: mx.example.com; dkim=pass
            X-Spam-Flag: YES
            From: alice@example.com
            Subject: [...]
            MIME-Version: 1.0
            Content-Type: text/plain
            """;

    @Test
    void aHiddenSubjectIsPutBackAndNothingThatMachinesBelieveIn() throws IOException {
        HeaderReading reading = reading("""
                Content-Type: text/plain; hp="cipher"
                From: "Alice B" <alice@EXAMPLE.com>
                Subject: A plan
                Authentication-Results: mx.example.com; dmarc=pass
                X-Spam-Flag: NO
                X-Postseal-Quarantine: no
                HP-Outer: From: alice@example.com
                HP-Outer: Subject: [...]
                """);

        assertThat(reading.from()).isEqualTo(From.SAME);
        assertThat(reading.hidden()).contains("subject");
        assertThat(restored(reading)).isEqualTo(OUTSIDE.replace("[...]", "A plan") + "\nHello\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: mallory@evil.example",
                "From: alice@example.com, mallory@evil.example",
                "From: alice@example.com\nFrom: alice@example.com",
                "From: group: alice@example.com;"
            })
    void anotherFromInsideIsDifferentAndStaysInside(String from) throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=clear\n" + from + "\n");

        assertThat(reading.from()).isEqualTo(From.DIFFERENT);
        assertThat(reading.text()).contains("another From inside");
        assertThat(restored(reading)).contains("\nFrom: alice@example.com\n").doesNotContain("mallory");
    }

    @Test
    void ofAFieldThatStandsTwiceInsideNobodyPicksOne() throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=cipher\nSubject: one\nSubject: two\n");

        assertThat(restored(reading)).contains("\nSubject: [...]\n").doesNotContain("one", "two");
    }

    @Test
    void whatThePayloadSaysOfTheOutsideCountsUnderEncryptionOnly() {
        HeaderBlock inside = Entity.header("""
                Content-Type: text/plain; hp=cipher
                Subject: [...]
                HP-Outer: Subject: forged
                HP-Outer: nothing
                """);
        HeaderBlock outside = Entity.header(OUTSIDE + "HP-Outer: Subject: outside\n");

        HeaderReading signed = HeaderReading.of(inside, outside, false).orElseThrow();
        HeaderReading opened = HeaderReading.of(inside, outside, true).orElseThrow();

        assertThat(signed.hidden()).isEmpty();
        assertThat(signed.altered()).isEmpty();
        assertThat(opened.hidden()).containsExactly("subject");
        assertThat(opened.altered()).containsExactly("subject");
        assertThat(opened.text()).isEqualTo("cipher, hidden: subject, changed outside: subject");
    }

    @Test
    void aFieldChangedOnTheWayIsNamed() {
        HeaderReading reading = HeaderReading.of(
                        Entity.header("Content-Type: text/plain; hp=clear\nSubject: A  plan\nDate: today\n"),
                        Entity.header("Subject: A plan\nDate: tomorrow\n"),
                        false)
                .orElseThrow();

        assertThat(reading.text()).isEqualTo("clear, changed outside: date");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "Content-Type: text/plain; hp=other",
                "Content-Type: text/plain; hp=clear; hp=cipher",
                "Content-Type: text/plain; hp=clear\nContent-Type: text/plain; hp=clear",
                "Content-Type: text/plain; x=\"; hp=clear",
                "Content-Type: text/plain; hp=clear\nno field",
                "X-Type: text/plain; hp=clear"
            })
    void whatDoesNotSaySoClearlyIsNotProtected(String header) {
        assertThat(HeaderReading.of(Entity.header(header + "\nSubject: inside\n"), Entity.header(OUTSIDE), true))
                .isEmpty();
    }

    @Test
    void aFieldThatOnlyStandsInsideComesToTheTop() throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=cipher\nKeywords: secret\nX-Other: no\n");

        assertThat(restored(reading))
                .startsWith("Keywords: secret\nAuthentication-Results:")
                .doesNotContain("X-Other");
    }

    private static HeaderReading reading(String inside) {
        Optional<HeaderReading> reading = HeaderReading.of(Entity.header(inside), Entity.header(OUTSIDE), true);
        return reading.orElseThrow();
    }

    private static String restored(HeaderReading reading) throws IOException {
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return Entity.text(OpenedHeader.restore(Entity.of(OUTSIDE + "\nHello\n"), reading, false, scope));
        }
    }
}
