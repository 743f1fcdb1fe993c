package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks for which author a signature may vouch: {@code a@b.example}, or nobody. */
class PlainFromTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.example",
                "<a@b.example>",
                "Alice <a@b.example>",
                "Alice<a@b.example>",
                "Alice  Miller\t<a@b.example>",
                "Alice\r\n <a@b.example>",
                "\r\n Alice <a@b.example>",
                "J. R. <a@b.example>",
                "O'Neill-M\u00fcller Ltd. <a@b.example>",
                "Gr\u00fcn <a@b.example>",
                "\u5c71\u7530 <a@b.example>",
                "\"Miller, Alice\" <a@b.example>",
                "\"Alice\"<a@b.example>",
                "\"Alice \\\"Al\\\" Miller\" <a@b.example>",
                "\"a@b.example\" <a@b.example>",
                "\"Alice (sales) <>:;@[]\" <a@b.example>",
                "Alice (sales) <a@b.example>",
                "a@b.example (Alice Miller)",
                "Alice <a@b.example> (sales)",
                "a@b.example <a@b.example>",
                "A@B.example<a@b.example>",
                "=?utf-8?Q?Gr=C3=BCn_GmbH?= <a@b.example>",
                "=?utf-8?q?Amazon.de?= <a@b.example>",
                "=?utf-8?B?R3LDvG4=?=\r\n =?utf-8*de?b?R3LDvG4=?= Ltd <a@b.example>",
                "Alice <a@b.example>\r\n",
            })
    void isTheAuthorWhomEachProgramShows(String value) throws IOException {
        assertThat(from(value, StandardCharsets.UTF_8).author()).hasToString("Optional[a@b.example]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Some programs find another address in these, or no end of the name
                "[<c@d.example>] <a@b.example>",
                "[,c@d.example,] x <a@b.example>",
                "[x] <a@b.example>(,c@d.example,)",
                "[External] Alice <a@b.example>",
                "\"c@d.example\" []<a@b.example>",
                "\"c@d.example\"=?utf-8?b?(?=)<a@b.example>",
                "\"c@d.example\" =?utf-8?q?(?=) <a@b.example>",
                "=?utf-8?q?c@d.example,(?= <a@b.example>",
                "=?utf-8?q?x?=<a@b.example>",
                "=?utf-8?q?c=40d=2Eexample=2C?= <a@b.example>",
                "=?utf-8?b?PGNAZC5leGFtcGxlPiw=?= <a@b.example>",
                "=?utf-8?q?=3Cx=3E?= <a@b.example>",
                "=?cp037?q?c=40d=2Eexample=2C?= <a@b.example>",
                "=?utf-8?b?Y?= =?utf-8?b?0Bk?= <a@b.example>",
                "=?utf-16le?q?c=40?= <a@b.example>",
                "x=?utf-8?q?x?= <a@b.example>",
                "\"=?utf-8?q?x?=\" <a@b.example>",
                "\"c@d.example\r\n \" <a@b.example>",
                "(x\r\n ) <a@b.example>",
                "\"\\\\\"(<c@d.example>) <a@b.example>",
                "\"\\x\" <a@b.example>",
                "(()c@d.example) a@b.example",
                "(c@d.example) a@b.example",
                "a@b.example (c@d.example)",
                "a@b.example (x, y)",
                "a@b.example (x \\) y)",
                "(c) a@b.example",
                "Alice <(c@d.example)a@b.example>",
                "Alice < a@b.example>",
                "a @ b.example",
                ".x <a@b.example>",
                "x\u2028y <a@b.example>",
                "x\uff1cc@d.example\uff1e <a@b.example>",
                "\"x\"\"y\" <a@b.example>",
                "\"x\"y <a@b.example>",
                "\"a b\"@b.example",
                "a@[192.0.2.1]",
                "<@c.example:a@b.example>",
                "group: a@b.example;",
                "a@b.example,",
                "a@b.example.",
                "a@b.example <a@b.example> (c) (d)",
                "\r\n \r\n Alice <a@b.example>",
            })
    void isNobodyWhereProgramsMayDiffer(String value) throws IOException {
        assertThat(from(value, StandardCharsets.UTF_8).author()).isEmpty();
    }

    /** Older programs write names in this character set. */
    @Test
    void aNameMayBeInIso8859() throws IOException {
        assertThat(from("\"Gr\u00fcn\" <a@b.example>", StandardCharsets.ISO_8859_1)
                        .author())
                .hasToString("Optional[a@b.example]");
        assertThat(from("\"Gr\u0085n\" <a@b.example>", StandardCharsets.ISO_8859_1)
                        .author())
                .isEmpty();
    }

    @Test
    void aLongNameIsReadWithoutGoingBack() throws IOException {
        assertThat(from("a ".repeat(900) + "<a@b.example", StandardCharsets.UTF_8)
                        .author())
                .isEmpty();
    }

    private static FromAddress from(String value, Charset charset) throws IOException {
        byte[] header = ("From: " + value + "\r\nSubject: x\r\n\r\n").getBytes(charset);
        return HeaderBlock.read(RawMessage.of(header), Budget.standard())
                        instanceof Parsed.Success<HeaderBlock>(var read)
                ? FromAddress.of(read, Budget.standard())
                : new FromAddress.None(FromAddress.Problem.MALFORMED);
    }
}
