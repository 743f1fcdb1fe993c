package org.postseal.gateway.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.policy.outcome.Reason;

/** No text, however long or odd, makes more of a reply than its lines. */
class ReplyTest {
    private static final Reply REFUSED = Reply.of(Reason.POLICY_REFUSED);

    private static List<String> lines(Reply reply) {
        return List.of(new String(reply.wire(), UTF_8).split("\r\n"));
    }

    @Test
    void saysItInItsLanguagesOnTheirLines() {
        Reply said = REFUSED.saying(List.of("No.", "Für Größe."), true);
        assertThat(lines(said)).containsExactly("550-5.7.1 No.", "550 5.7.1 Für Größe.");
        assertThat(said.toString()).isEqualTo("550 5.7.1 No. / Für Größe.");
        assertThat(lines(REFUSED.saying(List.of("Für"), false))).containsExactly("550 5.7.1 F?r");
    }

    @Test
    void breaksALongTextBetweenWords() {
        String text = "für ".repeat(300).strip();
        Reply said = REFUSED.saying(List.of(text), true);
        assertThat(new String(said.wire(), UTF_8).split("(?<=\r\n)"))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.getBytes(UTF_8).length).isLessThanOrEqualTo(512));
        assertThat(String.join(" ", said.lines())).isEqualTo(text);
    }

    /** Postfix as a proxy drops lines once it has 2,048 octets, and its client would wait for the last one. */
    @Test
    void leavesOutWhatAProxyWouldNotPassOn() {
        String longest = "word ".repeat(200).strip();
        Reply some = REFUSED.saying(List.of("First.", longest, longest, "Last."), false);
        assertThat(String.join(" ", some.lines())).isEqualTo("First. " + longest + " Last.");
        for (int words = 350; words < 450; words++) {
            Reply said = REFUSED.saying(List.of("word ".repeat(words), "Last."), false);
            assertThat(said.wire().length).isBetween(1_700, 2_048);
            assertThat(lines(said).getLast()).startsWith("550 5.7.1 ");
        }
    }

    @Test
    void cutsAWordThatIsLongerThanALineBetweenCharacters() {
        for (int blanks = 0; blanks < 4; blanks++) {
            Reply said = REFUSED.saying(List.of("x".repeat(blanks) + "€".repeat(300)), true);
            byte[] wire = said.wire();
            assertThat(wire.length).isBetween(508, 512);
            assertThat(new String(wire, UTF_8)).matches("550 5\\.7\\.1 x*€+\r\n");
        }
    }

    @Test
    void takesNoCharacterThatEndsALineOrTurnsIt() {
        String odd = "a\r\n250 Ok\0\u0085\u2028\u2029\u202E\u200B\uD800b\u007F";
        for (boolean isUtf8 : List.of(true, false)) {
            assertThat(lines(new Reply(550, Optional.empty(), List.of(odd), isUtf8)))
                    .containsExactly("550 a??250 Ok???????b?");
        }
    }
}
