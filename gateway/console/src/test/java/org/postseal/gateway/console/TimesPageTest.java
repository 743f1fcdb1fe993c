package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.console.SampleLog.Sample;
import org.postseal.gateway.console.http.Page;

/** Tests that all times are those of the zone that the visitor has chosen. */
final class TimesPageTest {
    private static final Instant NOW = Instant.parse("2026-11-26T20:34:56Z");

    @TempDir
    private Path folder;

    private SampleConsole console() throws IOException {
        return SampleConsole.of(
                folder,
                List.of(Sample.delivered(NOW, "Q1", "alice@example.com", "bob@partner.example")),
                256L << 20,
                NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-11-26 20:34:56 UTC, 2026-11-26 20:00, 2026-11-26",
        "Europe/Berlin, 2026-11-26 21:34:56 +01:00, 2026-11-26 21:00, 2026-11-26",
        "Asia/Tokyo, 2026-11-27 05:34:56 +09:00, 2026-11-27 05:00, 2026-11-27",
        // The log is counted by hours of UTC, which begin at half past there.
        "Asia/Kolkata, 2026-11-27 02:04:56 +05:30, 2026-11-27 01:30, 2026-11-27"
    })
    void aRecordIsShownAtItsTimeThere(String zone, String time, String hour, String day) throws IOException {
        SampleConsole console = console();
        assertThat(Html.rows(html(console, "/search?address=partner.example", zone)))
                .singleElement()
                .satisfies(row -> assertThat(row.getFirst()).isEqualTo(time));
        assertThat(html(console, "/message?id=Q1", zone))
                .contains("</code>, <span class=\"whole\">" + time + "</span>");
        assertThat(html(console, "/", zone)).contains("Made " + time + " for ", "Times are those of " + zone);
        assertThat(Html.rows(html(console, "/", zone))).contains(List.of(hour, "1", "0", "0", "0", "0"));
        assertThat(Html.rows(html(console, "/?period=30d", zone))).contains(List.of(day, "1", "0", "0", "0", "0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=2026-11-26+21:34&until=2026-11-26+21:35",
                "since=2026-11-26T21:34:56&until=2026-11-26T21:34:57",
                "since=2026-11-26+21:34:56+%2B01:00&until=2026-11-26+20:34:57+UTC",
                "since=2026-11-26T20:34:56Z&until=2026-11-27"
            })
    void aTimeIsTypedAsItIsShown(String query) throws IOException {
        assertThat(Html.rows(html(console(), "/search?" + query, "Europe/Berlin")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%2B1000000000-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z", "99999-01-01", "0000-00-00"})
    void aTimeThatIsNoneIsNamed(String time) throws IOException {
        for (String field : List.of("since", "until")) {
            Page wrong = console().ask("/search?" + field + "=" + time);
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(new String(wrong.body(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("write a time as 2026-11-26, 2026-11-26 10:00");
        }
    }

    @Test
    void aTimeInTheZoneIsNotThatOfUtc() throws IOException {
        SampleConsole console = console();
        assertThat(Html.rows(html(console, "/search?since=2026-11-26+21:35", "Europe/Berlin")))
                .isEmpty();
        assertThat(Html.rows(html(console, "/search?since=2026-11-26+20:35", "Europe/Berlin")))
                .hasSize(1);
    }

    @Test
    void theBrowserRemembersTheZone() throws IOException {
        Page chosen = console().ask("/times?zone=Europe%2FBerlin");
        assertThat(chosen.status()).isEqualTo(303);
        assertThat(chosen.fields())
                .containsEntry("location", "times")
                .containsEntry("set-cookie", "zone=Europe/Berlin; Max-Age=31536000; SameSite=Lax; HttpOnly");
        assertThat(html(console(), "/times", "Europe/Berlin")).contains("where it is 2026-11-26 21:34:56 +01:00.");
    }

    @Test
    void aZoneThatIsNoneIsRefusedAndSetsNothing() throws IOException {
        Page wrong = console().ask("/times?zone=Mars%2FOlympus%0D%0Ax:y");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.fields()).doesNotContainKey("set-cookie");
        assertThat(console().ask("/", "Mars/Olympus").status()).isEqualTo(200);
    }

    private static String html(SampleConsole console, String target, String zone) {
        return new String(console.ask(target, zone).body(), UTF_8);
    }
}
