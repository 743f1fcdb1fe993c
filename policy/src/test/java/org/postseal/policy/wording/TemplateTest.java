package org.postseal.policy.wording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Ask {contact}. | Ask help@example.com.",
                "{contact}{contact} | help@example.comhelp@example.com",
                "{{contact}} | {contact}",
                "{{{contact}}} | {help@example.com}",
                "100 % {reason} $1 \\n | 100 % {subject} $1 \\n",
                "no placeholder | no placeholder"
            })
    void fillsPlaceholdersOnce(String source, String filled) {
        assertThat(fill(source)).containsExactly(filled);
    }

    @Test
    void leavesOutLinesWithoutAValueAndEmptyLinesInARow() {
        assertThat(fill("First\n\nSubject: {subject}\nStill {contact} {subject}\n\n{contact}\n\n\nLast\n"))
                .containsExactly("First", "", "help@example.com", "", "Last");
        assertThat(fill("{subject}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{contct} | unknown placeholder '{contct}' (nearest: contact)",
                "{Contact} | unknown placeholder '{Contact}' (nearest: contact)",
                "{ contact } | unknown placeholder '{ contact }' (nearest: contact)",
                "{host} | unknown placeholder '{host}' (valid: advice, contact, reason, recipient, subject)",
                "{} | unknown placeholder '{}' (valid: advice, contact, reason, recipient, subject)",
                "a { b | has a single {; write {{ for the character itself",
                "a } b | has a single }; write }} for the character itself",
                "{contact | has a single {; write {{ for the character itself"
            })
    void namesEachFault(String source, String fault) {
        List<String> faults = new ArrayList<>();
        assertThat(Template.read(source, Placeholder.REPLY, faults::add)).isEmpty();
        assertThat(faults).containsExactly(fault);
    }

    @Test
    void tellsAllFaultsAndNoControlPasses() {
        List<String> faults = new ArrayList<>();
        assertThat(Template.read("{a}\r{b}\u202Ex\0\n}", List.of(), faults::add))
                .isEmpty();
        assertThat(faults)
                .containsExactly(
                        "has a control character",
                        "unknown placeholder '{a}'",
                        "unknown placeholder '{b}'",
                        "has a single }; write }} for the character itself");
    }

    @Test
    void readsALongTemplateInOnePass() {
        String long100k = "{contact} ".repeat(10_000);
        assertThat(String.join("", fill(long100k))).hasSize(10_000 * "help@example.com ".length() - 1);
    }

    private static List<String> fill(String source) {
        return Template.read(source, Placeholder.REPLY, fault -> {
                    throw new AssertionError(fault);
                })
                .orElseThrow()
                .filled(placeholder -> switch (placeholder) {
                    case CONTACT -> Optional.of("help@example.com");
                    // What stands in a value is no placeholder
                    case REASON -> Optional.of("{subject}");
                    case RECIPIENT, SUBJECT, ADVICE, HOST, MESSAGE_ID, RECIPIENTS -> Optional.empty();
                });
    }
}
