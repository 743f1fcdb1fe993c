package org.postseal.gateway.admin.cli.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTest {
    private static final String HOSTILE = "a\u001b[2J\r\nb\u009b31m\u202Ec\u2028d\uD800e\0\u200B\uE000";

    @Test
    void whatMovesTheCursorIsShownAsItsNumber() {
        assertThat(Printable.line(HOSTILE))
                .isEqualTo("a\\u{1B}[2J\\u{D}\\u{A}b\\u{9B}31m\\u{202E}c\\u{2028}d\\u{D800}e\\u{0}\\u{200B}\\u{E000}");
        assertThat(Printable.line("Jürgen 山田 😀")).isEqualTo("Jürgen 山田 😀");
    }

    @Test
    void jsonOfHostileTextStaysOneStringOfHarmlessCharacters() {
        assertThat(JsonText.of(Map.of("k", HOSTILE)))
                .isEqualTo("{\n  \"k\": \"a\\u001b[2J\\u000d\\u000ab\\u009b31m"
                        + "\\u202ec\\u2028d\\ud800e\\u0000\\u200b\\ue000\"\n}");
        assertThat(JsonText.of(List.of(Optional.empty(), Optional.of(1)))).isEqualTo("[\n  null,\n  1\n]");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 24, 4096})
    void linesAreCutToTheTerminal(int width) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextTable table = new TextTable(
                new PrintStream(out, true, StandardCharsets.UTF_8), OptionalInt.of(width), "UNTIL", "SUBJECT");
        table.row("2026-01-01", "CN=😀" + "x".repeat(5000) + HOSTILE);
        table.flush();

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1).codePointCount(0, lines.get(1).length())).isEqualTo(width);
        assertThat(lines.get(1)).endsWith("…");
    }

    @Test
    void columnsStayAlignedFromPieceToPiece() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextTable table =
                new TextTable(new PrintStream(out, true, StandardCharsets.UTF_8), OptionalInt.empty(), "A", "B");
        table.row("long", "1");
        table.flush();
        table.row("x", "2");
        table.flush();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("A     B\nlong  1\nx     2\n");
    }
}
