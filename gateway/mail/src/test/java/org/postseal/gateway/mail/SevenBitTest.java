package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.outcome.Reason;

class SevenBitTest {
    @AutoClose
    private final Spool.Scope scope = new Spool.Factory().open();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\nplain\r\n",
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding:"
                        + " quoted-printable\r\n\r\nFrom =\r\n=E4\r\n",
                "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n",
                "Content-Type: application/x\r\n\r\nFrom x \r\n",
                "Content-Type: x/y\r\nContent-Transfer-Encoding: unheard-of\r\n\r\nplain\r\n",
                "Content-Type: multipart/mixed; boundary=b\r\n\r\npre \r\n--b\r\n\r\nx\r\n--b--\r\nFrom epi\r\n",
                "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nFrom x \r\n--b\r\n\r\n--b--\r\n",
            })
    void leavesAloneWhatIsSafe(String text) throws IOException {
        assertThat(convert(text)).isEqualTo(new SevenBit.Already());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "!gr\u00fcn!|CTE: quoted-printable!!gr=FCn!",
                "A: b!CT: text/html!CTE: 8bit!C: d!!gr\u00fcn|A: b!CT: text/html!CTE: quoted-printable!C: d!!gr=FCn",
                "cte:8BIT!!plain!|CTE: 7bit!!plain!",
                "CTE: binary!!plain!|CTE: 7bit!!plain!",
                "!From me!|CTE: quoted-printable!!=46rom me!",
                "!From mother with love!|CTE: quoted-printable!!=46rom mother with love!",
                "!Hello and then!From mother with love!|CTE: quoted-printable!!Hello and then!=46rom mother with love!",
                "!a line with a blank at its end !|CTE: quoted-printable!!a line with a blank at its end=20!",
                "!blank !|CTE: quoted-printable!!blank=20!",
                "!a^b!|CTE: quoted-printable!!a=0Ab!",
                "CT: application/x!!\u00ff\u00fe|CT: application/x!CTE: base64!!//4=!",
                "CT: application/x!CTE: base64!!A\tA~A A|CT: application/x!CTE: base64!!AAAA!",
                "CTE: quoted-printable!!=E4\u00f6!|CTE: quoted-printable!!=E4=F6!",
                "CT: message/rfc822!CTE: 8bit!!A: b!!gr\u00fcn!|"
                        + "CT: message/rfc822!CTE: 7bit!!A: b!CTE: quoted-printable!!gr=FCn!",
            })
    void encodesALeaf(String text, String expected) throws IOException {
        assertThat(converted(expand(text))).isEqualTo(expand(expected));
    }

    @Test
    void changesNothingButThePartsThatNeedIt() throws IOException {
        String before = "X-A:  odd   spacing\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"b\"\r\n\r\npre\r\n--b"
                + "  \r\ncontent-TYPE: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: text/plain\r\n";
        String after = "\r\n--b\r\nContent-Type:"
                + " application/x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\nepi\r\n";

        assertThat(converted(before + "\r\nna\u00efve\r\n" + after))
                .isEqualTo(before + "Content-Transfer-Encoding: quoted-printable\r\n\r\nna=EFve\r\n" + after);
    }

    @Test
    void longLinesAreEncoded() throws IOException {
        String long999 = "x".repeat(999);
        String encoded = converted("Content-Type: text/plain\r\n\r\n" + long999 + "\r\n");

        assertThat(TransferEncoding.QUOTED_PRINTABLE
                        .decode(new ByteArrayInputStream(encoded.substring(encoded.indexOf("\r\n\r\n") + 4)
                                .getBytes(ISO_8859_1)))
                        .readAllBytes())
                .asString(ISO_8859_1)
                .isEqualTo(long999 + "\r\n");
        String oneLine = "A".repeat(4_000);
        assertThat(converted("Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + oneLine))
                .isEqualTo("Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + ("A".repeat(76) + "\r\n").repeat(52) + "A".repeat(48) + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SIGNED_PART|CT: multipart/signed; boundary=b!!--b!!gr\u00fcn!--b!!x!--b--!",
                "SIGNED_PART|CT: multipart/mixed; boundary=a!!--a!"
                        + "CT: multipart/signed; boundary=b!!--b!CTE: 8bit!!gr\u00fcn!--b!!x!--b--!--a--!",
                "ENCRYPTED_PART|CT: multipart/encrypted; boundary=b!!--b!!\u00fc!--b--!",
                "HEADER|Subject: gr\u00fcn!!x!",
                "HEADER|CT: message/rfc822!!Subject: gr\u00fcn!!x!",
                "HEADER|A: b^c!!x!",
                "MESSAGE_PART|CT: message/partial; id=x!!gr\u00fcn!",
                "MESSAGE_PART|CT: message/delivery-status!!gr\u00fcn!",
                "AROUND_PARTS|CT: multipart/mixed; boundary=b!!pr\u00e9!--b!!x!--b--!",
                "AROUND_PARTS|CT: multipart/mixed; boundary=b!!--b!!x!--b--!\u00e9pi!",
                "MULTIPART|CT: multipart/mixed!!gr\u00fcn!",
                "ENCODING|CT: a/b!CTE: base64!!AA\u00fc!",
                "ENCODING|CT: a/b!CTE: x-unknown!!\u00fc!",
                "ENCODING|CTE: quoted-printable!!=X\u00fc!",
            })
    void saysWhyItCannot(SevenBit.Obstacle obstacle, String text) throws IOException {
        assertThat(convert(expand(text))).isEqualTo(new SevenBit.Impossible(obstacle));
    }

    @Test
    void refusesByName() throws IOException {
        assertThat(convert("Content-Type: message/rfc822\r\n\r\n".repeat(40)))
                .isEqualTo(new SevenBit.Refused(
                        new Parsed.Refused<>(Reason.MIME_TOO_DEEP, "more than 32 levels of parts")));
    }

    @Test
    void whatCameOutStaysAsItIs() throws IOException {
        for (Path file : Corpora.files("mime")) {
            RawMessage message = RawMessage.of(Corpora.crlf(file));
            SevenBit.Result result = SevenBit.convert(message, scope);
            if (result instanceof SevenBit.Converted(RawMessage entity)) {
                assertThat(TransportCheck.of(entity).isSevenBit()).isTrue();
                assertThat(SevenBit.convert(entity, scope)).isEqualTo(new SevenBit.Already());
                assertThat(contents(entity)).isEqualTo(contents(message));
            } else if (result instanceof SevenBit.Already) {
                assertThat(TransportCheck.of(message).isSevenBit()).isTrue();
            }
        }
    }

    // The scanner looks at lines together with what it looks for itself, and must find what a look at the body finds.
    @Test
    void theScannerKnowsWhichBodiesArePlain() throws IOException {
        String[] pieces = {
            "A".repeat(76), "From ", "From", "F", " ", "x", "-", "--", "\r", "\n", "\0", "\u00fc", "\u0080"
        };
        Random random = new Random(5);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder body = new StringBuilder();
            for (int lines = random.nextInt(random.nextInt(50) == 0 ? 600 : 6); lines > 0; lines--) {
                int odd = random.nextInt(4);
                body.append("A".repeat(random.nextInt(random.nextInt(40) == 0 ? 1_005 : 80)))
                        .append(odd == 0 ? "" : pieces[random.nextInt(random.nextInt(3) == 0 ? pieces.length : 1)])
                        .append("y".repeat(random.nextInt(3)))
                        .append(random.nextInt(60) == 0 ? pieces[random.nextInt(pieces.length)] : "")
                        .append(random.nextInt(200) == 0 ? "\n" : "\r\n");
            }
            String text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + body + "\r\n--b--\r\n";
            RawMessage heap = RawMessage.of(text.getBytes(ISO_8859_1));
            RawMessage joined = RawMessage.join(List.of(heap.slice(0, 50), heap.from(50)));
            for (RawMessage message : List.of(heap, joined)) {
                MimeEntity part = scan(message).parts().getFirst();
                assertThat(part.hasPlainLines())
                        .as(text)
                        .isEqualTo(TransportCheck.of(part.body()).equals(TransportCheck.PLAIN));
                plain += part.hasPlainLines() ? 1 : 0;
            }
        }
        assertThat(plain).isBetween(10_000, 35_000);
        assertThat(scan(RawMessage.of("\r\nFrom x\r\n".getBytes(ISO_8859_1))).hasPlainLines())
                .as("nobody has read the body")
                .isFalse();
    }

    private static MimeEntity scan(RawMessage message) throws IOException {
        return MimeScanner.scan(message, Budget.standard()).orElseThrow();
    }

    /** Returns the decoded contents of all leaves. */
    private static List<String> contents(RawMessage message) throws IOException {
        MimeEntity root = MimeScanner.scan(message, Budget.standard()).orElseThrow();
        List<String> contents = new java.util.ArrayList<>();
        for (MimeEntity entity : root.all()) {
            if (entity.parts().isEmpty() && !entity.contentType().isMultipart()) {
                try (var in = entity.transferEncoding().decode(entity.body().open())) {
                    contents.add(new String(in.readAllBytes(), ISO_8859_1));
                } catch (TransferEncodingException e) {
                    contents.add("not decoded");
                }
            }
        }
        return contents;
    }

    private SevenBit.Result convert(String text) throws IOException {
        return SevenBit.convert(RawMessage.of(text.getBytes(ISO_8859_1)), scope);
    }

    private String converted(String text) throws IOException {
        SevenBit.Result result = convert(text);
        assertThat(result).isInstanceOf(SevenBit.Converted.class);
        return new String(((SevenBit.Converted) result).entity().toByteArray(), ISO_8859_1);
    }

    private static String expand(String text) {
        return text.replace("!", "\r\n")
                .replace("^", "\n")
                .replace("~", "\r")
                .replace("CTE:", "Content-Transfer-Encoding:")
                .replace("cte:", "content-transfer-encoding:")
                .replace("CT:", "Content-Type:");
    }
}
