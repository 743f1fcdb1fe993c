package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferEncodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "|SEVEN_BIT", "Content-Transfer-Encoding: BASE64!|BASE64",
                        "Content-Transfer-Encoding: (x) 8bit (y)!|EIGHT_BIT",
                "content-transfer-encoding:binary!|BINARY",
                        "Content-Transfer-Encoding: quoted-printable!|QUOTED_PRINTABLE",
                        "Content-Transfer-Encoding: 7 bit!|UNKNOWN",
                "Content-Transfer-Encoding:!|UNKNOWN", "Content-Transfer-Encoding: base64;!|UNKNOWN",
                        "Content-Transfer-Encoding: 7bit!Content-Transfer-Encoding: 7bit!|UNKNOWN",
            })
    void isReadFromTheHeader(String header, TransferEncoding expected) throws IOException {
        String text = (header == null ? "" : header.replace("!", "\r\n")) + "\r\n";
        HeaderBlock block = HeaderBlock.read(RawMessage.of(text.getBytes(US_ASCII)), Budget.standard())
                .orElseThrow();

        assertThat(TransferEncoding.of(block)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 56, 57, 58, 747, 748, 749, 6734, 6735, 6736, 8207, 8208, 8209, 16_384, 100_001})
    void base64RoundTrip(int size) throws IOException {
        byte[] octets = random(size);
        for (int lineLength : new int[] {76, 64}) {
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            Base64OutputStream out = new Base64OutputStream(encoded, lineLength);
            write(out, octets);
            out.finish();

            String lineEnd = size == 0 ? "" : "\r\n";
            String expected =
                    Base64.getMimeEncoder(lineLength, "\r\n".getBytes(US_ASCII)).encodeToString(octets) + lineEnd;
            assertThat(encoded.toString(US_ASCII)).isEqualTo(expected);
            assertThat(decode(TransferEncoding.BASE64, expected)).isEqualTo(octets);
            assertThat(decode(TransferEncoding.BASE64, expected.replace("\r\n", "")))
                    .isEqualTo(octets);
            assertThat(decode(TransferEncoding.BASE64, expected.replace("\r\n", " \t\r\n\r\n")))
                    .isEqualTo(octets);
            assertThat(decode(TransferEncoding.BASE64, expected.replace("\r\n", "\n")))
                    .isEqualTo(octets);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AAA|base64 ends within a group of four",
                "AAAAA|base64 ends within a group of four",
                "AA==AAAA|an octet that is not base64",
                "AAA!|an octet that is not base64",
                "AAAA=|base64 ends within a group of four",
                "AA=A|an octet that is not base64",
                "====|an octet that is not base64",
                "AA-_|an octet that is not base64",
            })
    void refusesWhatDecodesInMoreThanOneWay(String text, String message) {
        assertThatThrownBy(() -> decode(TransferEncoding.BASE64, text))
                .isInstanceOf(TransferEncodingException.class)
                .hasMessage(message);
    }

    /** The pieces that are read have 1, 8 and then 16 KB. */
    @ParameterizedTest
    @ValueSource(ints = {1024, 9 * 1024, 25 * 1024, 41 * 1024})
    void refusesOctetsBehindThePaddingInAnotherPiece(int border) {
        String text = "AAAA".repeat(border / 4 - 1) + "AA==" + "AAAA";

        assertThatThrownBy(() -> decode(TransferEncoding.BASE64, text))
                .isInstanceOf(TransferEncodingException.class)
                .hasMessage("octets after the padding of base64");
    }

    @Test
    void decodesOneLineOfAnyLength() throws IOException {
        byte[] octets = random(3_000_000);

        assertThat(decode(TransferEncoding.BASE64, Base64.getEncoder().encodeToString(octets)))
                .isEqualTo(octets);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=20b|a b",
                "a=!b|ab",
                "a= !b|ab",
                "a  !b|a!b",
                "a =20!b|a  !b",
                "=E4=e4|\u00e4\u00e4",
                "a=|a",
                "a  |a",
                "a\u00e4|a\u00e4",
                "a b  c|a b  c",
                "=3D20|=20",
                "=!=!x|x"
            })
    void decodesQuotedPrintable(String encoded, String text) throws IOException {
        assertThat(new String(decode(TransferEncoding.QUOTED_PRINTABLE, encoded.replace("!", "\r\n")), ISO_8859_1))
                .isEqualTo(text.replace("!", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b", "=G0", "=4", "=\rx", "= 41", "=4\r\n1"})
    void refusesLoneEqualSigns(String text) {
        assertThatThrownBy(() -> decode(TransferEncoding.QUOTED_PRINTABLE, text))
                .isInstanceOf(TransferEncodingException.class);
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain!|plain!",
                "a=b|a=3Db",
                "gr\u00fcn|gr=FCn",
                "From me!From me|=46rom me!=46rom me",
                "Fro!F|Fro!F",
                "a From |a From=20",
                "end !x\t!|end=20!x=09!",
                ".!..x|=2E!=2E.x",
                "-- !x|--=20!x",
                "a b|a b"
            })
    void encodesQuotedPrintable(String text, String encoded) throws IOException {
        assertThat(encode(text.replace("!", "\r\n").getBytes(ISO_8859_1))).isEqualTo(encoded.replace("!", "\r\n"));
    }

    @Test
    void encodesBareLineEndsAsOctets() throws IOException {
        assertThat(encode("a\rb\nc\0\r".getBytes(US_ASCII))).isEqualTo("a=0Db=0Ac=00=0D");
    }

    @Test
    void foldsLinesAndMakesNoBoundaryBySoftBreaks() throws IOException {
        assertThat(encode("x".repeat(76).getBytes(US_ASCII))).isEqualTo("x".repeat(75) + "=\r\nx");
        assertThat(encode(("x".repeat(76) + "\r\n").getBytes(US_ASCII))).isEqualTo("x".repeat(76) + "\r\n");
        assertThat(encode(("x".repeat(75) + "--bound--").getBytes(US_ASCII)))
                .isEqualTo("x".repeat(75) + "=\r\n=2D-bound--");
        assertThat(encode(("x".repeat(75) + "From me").getBytes(US_ASCII)))
                .isEqualTo("x".repeat(75) + "=\r\n=46rom me");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void quotedPrintableRoundTrip(long seed) throws IOException {
        Random random = new Random(seed);
        String alphabet = seed % 2 == 0 ? "aF. -=\t\r\n" : "From \r\n\u00e4\0.";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            int size = random.nextInt(i == 0 ? 40_000 : 400);
            while (text.length() < size) {
                text.append(random.nextInt(9) == 0 ? "\r\n" : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] octets = text.toString().getBytes(ISO_8859_1);
            String encoded = encode(octets);

            assertThat(decode(TransferEncoding.QUOTED_PRINTABLE, encoded)).isEqualTo(octets);
            TransportCheck check = TransportCheck.of(RawMessage.of(encoded.getBytes(ISO_8859_1)));
            assertThat(check).isEqualTo(new TransportCheck(true, false));
            assertThat(Arrays.stream(encoded.split("\r\n", -1))
                            .mapToInt(String::length)
                            .max()
                            .orElse(0))
                    .isLessThanOrEqualTo(76);
        }
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain!|true|false",
                "|true|false",
                "gr\u00fcn!|false|false",
                "a^b|false|false",
                "a~b|false|false",
                "a~|false|false",
                "a@b|false|false",
                "From x!|true|true",
                "!From x|true|true",
                "xFrom x!|true|false",
                "Fro!m |true|true",
                "a !b|true|true",
                "a b|true|false",
                " !|true|true",
                "FFrom x|true|false"
            })
    void seesWhatMailSystemsMayChange(String text, boolean sevenBit, boolean fragile) throws IOException {
        String octets = text == null
                ? ""
                : text.replace("!", "\r\n")
                        .replace("^", "\n")
                        .replace("~", "\r")
                        .replace("@", "\0");

        assertThat(TransportCheck.of(RawMessage.of(octets.getBytes(ISO_8859_1))))
                .isEqualTo(new TransportCheck(sevenBit, fragile));
    }

    @ParameterizedTest
    @CsvSource({"998,true", "999,false"})
    void linesHave998Octets(int length, boolean sevenBit) throws IOException {
        byte[] octets = ("a\r\n" + "x".repeat(length) + "\r\nb\r\n").getBytes(US_ASCII);

        assertThat(TransportCheck.of(RawMessage.of(octets)).isSevenBit()).isEqualTo(sevenBit);
    }

    private static String encode(byte[] octets) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        QuotedPrintableOutputStream out = new QuotedPrintableOutputStream(encoded);
        write(out, octets);
        out.finish();
        return encoded.toString(US_ASCII);
    }

    private static byte[] decode(TransferEncoding encoding, String text) throws IOException {
        try (InputStream in = encoding.decode(new ByteArrayInputStream(text.getBytes(ISO_8859_1)))) {
            return in.readAllBytes();
        }
    }

    private static void write(java.io.OutputStream out, byte[] octets) throws IOException {
        Random pieces = new Random(octets.length);
        for (int done = 0; done < octets.length; ) {
            int count = Math.min(octets.length - done, 1 + pieces.nextInt(9_000));
            out.write(octets, done, count);
            done += count;
        }
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }
}
