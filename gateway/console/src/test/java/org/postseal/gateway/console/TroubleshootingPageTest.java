package org.postseal.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.gateway.console.SampleLog.Sample;
import org.postseal.gateway.console.TroubleshootingPage.Line;
import org.postseal.policy.outcome.Reason;

/** Tests the page that says what to do about a reason, and the links to it. */
final class TroubleshootingPageTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

    @TempDir
    private Path folder;

    private SampleConsole console(Sample... samples) throws IOException {
        return SampleConsole.of(folder, List.of(samples), 256L << 20, NOW);
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonHasAdvice(Reason reason) throws IOException {
        String html = console().html("/" + InWords.help(reason.name()));
        assertThat(html)
                .contains("<h2>" + InWords.title(reason.name()) + "</h2>")
                .contains("<code>" + reason.name() + "</code>: ")
                .doesNotContain("href=\"" + InWords.help(reason.name()) + "\"");
        assertThat(Html.found(html, "<li class=\"at[0-2]\">(.)"))
                .as("what the peer is told, and what to do")
                .hasSizeGreaterThan(1);
    }

    @Test
    void aRefusalLeadsThereFromEveryPage() throws IOException {
        Sample one = Sample.delivered(NOW, "Q1", "a@example.com", "b@x.example");
        SampleConsole console = console(SampleLog.refused(one, "reject", Reason.NO_RECIPIENT_CERTIFICATE));
        String link = "href=\"troubleshooting?about=no_recipient_certificate\"";
        for (String page : List.of("/", "/search?address=x.example", "/message?id=Q1")) {
            assertThat(console.html(page)).as(page).contains(link, "No recipient certificate");
        }
        assertThat(console.html("/message?id=Q1"))
                .contains("The reason: " + Reason.NO_RECIPIENT_CERTIFICATE.auditText() + ".");
    }

    @Test
    void aSectionIsReadWithItsListsCommandsAndLinks() {
        assertThat(TroubleshootingPage.sections("""
                # Page

                Nobody reads this.

                ## First part

                A paragraph
                of two lines.

                ```sh
                # no heading
                ls
                ```

                ### `NO_KEY`

                - See `a` and [howto.md](howto.md#x),
                  [the way](way.md).
                  - Below, [here](#here).
                """))
                .satisfiesExactly(
                        first -> {
                            assertThat(first.title()).isEqualTo("First part");
                            assertThat(first.lines())
                                    .containsExactly(
                                            new Line(0, "A paragraph of two lines."),
                                            new Line(0, "`# no heading`"),
                                            new Line(0, "`ls`"));
                        },
                        second -> {
                            assertThat(second.title()).isEqualTo("No key");
                            assertThat(second.link()).isEqualTo("troubleshooting?about=no_key");
                            assertThat(second.lines())
                                    .containsExactly(
                                            new Line(1, "See `a` and docs/howto.md, the way (docs/way.md)."),
                                            new Line(2, "Below, here."));
                            assertThat(second.lines().getFirst().parts())
                                    .containsExactly("See ", "a", " and docs/howto.md, the way (docs/way.md).");
                        });
    }

    @Test
    void whatThePageDoesNotHaveIsSaid() throws IOException {
        assertThat(console().ask("/troubleshooting?about=nothing").status()).isEqualTo(404);
        assertThat(console().html("/troubleshooting")).contains("Mail that is delivered as it came");
    }
}
