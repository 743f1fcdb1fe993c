package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;

/**
 * An attacker who knows 16 octets of a text in CBC can begin the message behind them, with 16 octets of their own
 * choice. What is left then opens only where the sender has written a field that begins with these very octets, so that
 * the opening does not tell what they do not know.
 */
class CutContentTest {
    /** These begin fields that may stand first, with as much of the text as fits. */
    private static final List<String> BEGINNINGS = List.of(
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: image/png;",
            "Content-Type: video/mp4;",
            "Content-Type: audio/mpeg;",
            "Content-Type: font/ttf;",
            "Content-Type: model/vrml;",
            "Content-Type: message/rfc822;",
            "Content-Type: multipart/mixed;",
            "Content-Type: application/pdf;",
            "Content-Type:text/plain; charset=utf-8",
            "Content-Type:image/png;",
            "Content-Type:\r\n text/plain",
            "Content-Type:   text/plain;",
            "MIME-Version:1.0\r\nContent-Type: text/plain",
            "MIME-Version: 1.0\r\nContent-Type: text/plain",
            "MIME-Version: 1.0 (x)\r\nContent-Type: text/plain",
            "Content-Language: en\r\nContent-Type: text/plain",
            "Content-Description: x\r\n",
            "Content-Disposition: inline\r\n",
            "Content-Transfer-Encoding: 7bit\r\n",
            "Content-ID: <a>\r\nContent-Type: text/plain",
            "X: 1\r\nContent-Typ");

    private static final String TEXT = """
            Content-Type: multipart/mixed; boundary="b"

            --b
            Content-Type: text/plain; charset=utf-8

            Reset it by https://shop.site.example/reset/7hQ2x-token

            https://site.example/text/token

            https://site.example/image/token

            https://site.example/video/token; /audio/token

            https://site.example/message/token

            https://site.example/multipart/token

            https://site.example/application/7hQ2x-token

            /font/token

            /model/token

            The decision: secret

            The description: attachment
            Content-Type: text/html
            It is 4711

            Content-Type: secret

            --b
            Content-Type: message/rfc822

            From: bob@partner.example
            MIME-Version: 1.0
            Subject: Our last offer is EUR 4710
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable
            Content-Language: en-US

            The language is: en
            Content-Type: text/html

            --b--
            """.replace("\n", "\r\n");

    @Test
    void nothingIsLearntFromTheRestOfAText() throws Exception {
        int opened = 0;
        for (int at = BLOCK; at < TEXT.length(); at++) {
            String before = TEXT.substring(at - BLOCK, at);
            for (String beginning : BEGINNINGS) {
                String chosen = beginning.substring(0, BLOCK);
                if (isOpened(chosen + TEXT.substring(at))) {
                    assertThat(before.toLowerCase(Locale.ROOT))
                            .as(TEXT.substring(at))
                            .isEqualTo(chosen.toLowerCase(Locale.ROOT));
                    opened++;
                }
            }
        }
        assertThat(opened).as("the fields that stand in the text").isGreaterThan(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain; charset=utf-8\r\n",
                "content-type: TEXT/HTML\r\n",
                "Content-Type: multipart/alternative;\r\n\tboundary=b\r\n",
                "Content-Type: application/vnd.ms-excel; name=a.xls\r\n",
                "Content-Transfer-Encoding: 7bit\r\nContent-Type: text/plain; charset=us-ascii\r\n",
                "Content-Type: text/calendar; method=REQUEST\r\nContent-Language: en-US\r\n"
            })
    void whatProgramsWriteFirstIsOpened(String header) throws Exception {
        assertThat(isOpened(header + "\r\nHello\r\n")).isTrue();
    }

    private static boolean isOpened(String plain) throws IOException {
        try (Spool.Scope scope = new Spool.Factory().open()) {
            LineCheck check = new LineCheck(OutputStream.nullOutputStream());
            byte[] octets = plain.getBytes(StandardCharsets.US_ASCII);
            check.write(octets);
            HeaderBlock outer = HeaderBlock.read(
                            RawMessage.of("A: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), Budget.standard())
                    .orElseThrow();
            return new InnerEntity(false, true, false, scope).assemble(outer, RawMessage.of(octets), check)
                            instanceof InnerEntity.Result.Made(OpenedMessage made)
                    && !made.mayBeCut();
        }
    }

    private static final int BLOCK = 16;
}
