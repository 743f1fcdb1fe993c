package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.RuleSet;

/**
 * Tests that a rule on the Subject sees every Subject that Python shows in one of three ways, however it is spelled.
 */
class SubjectSpellingsIT {
    private static final int SPELLINGS = 300;

    @ParameterizedTest
    @ValueSource(strings = {"secret", "grüße", "top secret"})
    void aRuleSeesWhatPythonShows(String word) throws IOException, InterruptedException {
        RuleSet rules = Policies.rules("{ id: word, when: { subject: '" + word + "' }, then: { sign: ifPossible } }");
        RuleSet strict = Policies.rules("{ id: word, when: { subject: '" + word + "' }, then: { encrypt: required } }");
        RuleSet except = Policies.rules(
                "{ id: word, when: { direction: outbound }, unless: { subject: '" + word + "' }, then: reject }");
        SubjectSpellings spellings = new SubjectSpellings(word.hashCode());
        int shown = 0;
        int excepted = 0;
        List<String> missed = new ArrayList<>();
        Process python = new ProcessBuilder("python3", "src/test/vectors/show_subject.py").start();
        try (BufferedWriter in = python.outputWriter(StandardCharsets.US_ASCII);
                BufferedReader out = python.inputReader(StandardCharsets.US_ASCII)) {
            for (int i = 0; i < SPELLINGS; i++) {
                byte[] body = spellings.of(word);
                in.write(Base64.getEncoder().encodeToString(body));
                in.newLine();
                in.flush();
                List<Boolean> contain = contain(Objects.requireNonNull(out.readLine()), word);
                String subject = unfolded(body);
                boolean isShown = contain.contains(true);
                shown += isShown ? 1 : 0;
                boolean isKnown = new FieldReader().read(subject).isComplete();
                if (isShown && !matches(isKnown ? rules : strict, subject)) {
                    missed.add(subject);
                }
                boolean isExcepted = !matches(except, subject);
                excepted += isExcepted ? 1 : 0;
                // RFC 6532: programs of today read UTF-8 without any encoding, but Python does not.
                if (isExcepted && contain.contains(false) && !subject.equals(word)) {
                    missed.add("excepted: " + subject);
                }
            }
        } finally {
            python.destroy();
        }
        assertThat(missed).isEmpty();
        // The test is not vacuous: some texts match and some do not.
        assertThat(shown).isGreaterThan(SPELLINGS / 3);
        assertThat(excepted).isBetween(SPELLINGS / 20, shown);
        assertThat(matches(strict, "another matter")).isFalse();
    }

    private static boolean matches(RuleSet rules, String subject) {
        Mail mail = Mail.ours("alice@example.com", "bob@out.example").header("subject", subject);
        return rules.decide(mail.facts(), new FakeDirectory(YES, YES))
                .explanation()
                .rule()
                .equals("word");
    }

    private static List<Boolean> contain(String line, String word) {
        List<Boolean> contain = new ArrayList<>();
        for (String text : line.split(" ", -1)) {
            String shown = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
            contain.add(shown.toLowerCase(Locale.ROOT).contains(word));
        }
        return contain;
    }

    /** Returns the body as the gateway passes it on. */
    private static String unfolded(byte[] body) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            text = new String(body, StandardCharsets.ISO_8859_1);
        }
        return text.replace("\r\n", "").strip();
    }
}
