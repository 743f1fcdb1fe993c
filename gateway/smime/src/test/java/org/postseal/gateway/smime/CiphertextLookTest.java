package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.facts.EncryptionDoubt;

class CiphertextLookTest {
    private static final String LATIN = "Dear Bob, the plan is to sell everything on Monday, and to tell nobody. ";
    private static final String GREEK =
            "\u03a4\u03bf \u03c3\u03c7\u03ad\u03b4\u03b9\u03bf \u03b5\u03af\u03bd\u03b1\u03b9 \u03bd\u03b1"
                    + " \u03c0\u03bf\u03c5\u03bb\u03ae\u03c3\u03bf\u03c5\u03bc\u03b5 \u03c4\u03b1"
                    + " \u03c0\u03ac\u03bd\u03c4\u03b1 \u03c4\u03b7 \u0394\u03b5\u03c5\u03c4\u03ad\u03c1\u03b1. ";
    private static final String CHINESE =
            "\u8ba1\u5212\u662f\u5728\u661f\u671f\u4e00\u5356\u6389\u6240\u6709\u4e1c\u897f\uff0c"
                    + "\u5e76\u4e14\u4e0d\u544a\u8bc9\u4efb\u4f55\u4eba\u3002"
                    + "\u8bf7\u4fdd\u5bc6\u5e76\u5728\u9605\u8bfb\u540e\u5220\u9664\u672c\u90ae\u4ef6\u3002";

    private static final String RUSSIAN =
            "\u0414\u043e\u0440\u043e\u0433\u0430\u044f \u0420\u0438\u0442\u0430, \u043f\u0430\u0440\u043e\u043b\u044c"
                    + " \u0432\u043e\u0441\u0435\u043c\u044c \u043f\u044f\u0442\u044c"
                    + "\u0442\u0440\u0438, \u0432\u0441\u0442\u0440\u0435\u0442\u0438\u043c\u0441\u044f"
                    + " \u0437\u0430\u0432\u0442\u0440\u0430 \u0432 \u043f\u043e\u043b\u0434\u0435\u043d\u044c";
    private static final String HANZI =
            "\u4eb2\u7231\u7684\u4e3d\u5854\u5bc6\u7801\u662f\u516b\u4e94\u4e09\u4e8c\u4e00\u4e03\u6211\u4eec"
                    + "\u660e\u5929\u4e2d\u5348\u5728\u8001\u5730\u65b9\u89c1\u9762\u8bf7\u5e26\u4e0a\u5173\u4e8e\u5408"
                    + "\u5e76\u7684\u6587\u4ef6\u4e0d\u8981\u544a\u8bc9\u4efb\u4f55\u4eba\u5c24\u5176\u4e0d\u8981\u544a"
                    + "\u8bc9\u8d22\u52a1\u90e8\u7684\u540c\u4e8b\u8c22\u8c22\u4f60\u7684\u5e2e\u52a9";

    @ParameterizedTest
    @ValueSource(ints = {16, 31, 32, 48, 64, 100, 128, 255, 256, 1000, 1023, 1024, 1025, 5000, 100_000})
    void octetsOfACiphertextPass(int size) {
        int rounds = Math.min(1_000, 1_000_000 / size);
        Random random = new Random(size);
        byte[] octets = new byte[size];
        for (int i = 0; i < rounds; i++) {
            random.nextBytes(octets);
            assertThat(look(octets)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"US-ASCII, 16", "US-ASCII, 5000", "UTF-8, 40", "UTF-16LE, 40", "UTF-16BE, 3000", "IBM037, 128"})
    void latinIsSeen(String charset, int size) {
        assertThat(look(text(LATIN, charset, size))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, 40", "UTF-16LE, 40", "UTF-16BE, 2000", "ISO-8859-7, 100", "UTF-32BE, 64"})
    void greekIsSeen(String charset, int size) {
        assertThat(look(text(GREEK, charset, size))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, 60", "UTF-16LE, 96", "UTF-16BE, 2000", "GB18030, 100", "UTF-32LE, 64"})
    void chineseIsSeen(String charset, int size) {
        assertThat(look(text(CHINESE, charset, size))).isPresent();
    }

    static Stream<byte[]> files() throws Exception {
        byte[] plain = text(LATIN + GREEK + CHINESE, "UTF-8", 20_000);
        // The change differs from place to place, so that no passage repeats.
        for (int i = 0; i < plain.length; i++) {
            plain[i] ^= (byte) (i / 7 & 3);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("a"));
            out.write(plain);
        }
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(plain);
        }
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
            out.write(plain);
        }
        byte[] random = random(3000);
        return Stream.of(
                zip.toByteArray(),
                gzip.toByteArray(),
                zlib.toByteArray(),
                Base64.getMimeEncoder().encode(random),
                Der.value(0x30, Der.value(0x04, random)),
                Der.join(Der.value(0x30, Der.value(0x04, random)), new byte[] {4, 4, 4, 4}),
                Der.join(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0}, random),
                new byte[500]);
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesAreSeen(byte[] file) {
        assertThat(look(file)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "windows-1251, 32",
        "windows-1251, 48",
        "KOI8-R, 32",
        "KOI8-R, 64",
        "IBM866, 40",
        "GB18030, 30",
        "GB18030, 45",
        "EUC-JP, 45",
        "GB18030, 60"
    })
    void shortTextOfOtherScriptsIsSeen(String charset, int characters) {
        String text =
                (charset.startsWith("GB") || charset.startsWith("EUC") ? HANZI : RUSSIAN).substring(0, characters);
        assertThat(look(text.getBytes(Charset.forName(charset)))).isPresent();
    }

    static Stream<Arguments> deflated() {
        List<Arguments> deflated = new ArrayList<>();
        byte[] packet = HexFormat.of().parseHex("a301");
        byte[] zlibPacket = HexFormat.of().parseHex("a302");
        byte[] newPacket = HexFormat.of().parseHex("c8ff0000100001");
        for (int size : new int[] {70, 140, 600, 20_000}) {
            byte[] plain = lines(size);
            deflated.add(Arguments.of("bare", size, deflate(plain, true)));
            deflated.add(Arguments.of("zlib", size, deflate(plain, false)));
            deflated.add(Arguments.of("OpenPGP", size, Der.join(packet, deflate(plain, true))));
            deflated.add(Arguments.of("OpenPGP with zlib", size, Der.join(zlibPacket, deflate(plain, false))));
            deflated.add(Arguments.of("new OpenPGP", size, Der.join(newPacket, deflate(plain, true))));
            deflated.add(Arguments.of("and random", size, Der.join(deflate(plain, true), random(700))));
        }
        byte[] german = text(
                "Gr\u00fc\u00dfe an B\u00e4rbel und \u00d6zg\u00fcr, das Gerede h\u00f6rt "
                        + "auf, wenn wir am Montag alles verkaufen. ",
                "ISO-8859-1",
                3000);
        for (int i = 0; i < german.length; i += 5) {
            german[i] = (byte) ('a' + i * 31 % 26);
        }
        deflated.add(Arguments.of("Latin-1", german.length, deflate(german, true)));
        return deflated.stream();
    }

    @ParameterizedTest
    @MethodSource("deflated")
    void deflatedTextIsSeen(String how, int size, byte[] octets) {
        assertThat(look(octets))
                .as("%s %s in %s octets", how, size, octets.length)
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5d00008000ffffffffffffffff",
                "5d0000100000100000000000",
                "5d00000004d204000000000000",
                "6500003000ffffffffffffffff"
            })
    void lzmaIsSeen(String header) {
        assertThat(look(Der.join(
                        HexFormat.of().parseHex(header), new byte[header.length() == 24 ? 1 : 0], random(500))))
                .contains(EncryptionDoubt.CONTENT_READABLE);
    }

    @Test
    void anIslandOfTextIsSeen() {
        byte[] octets = random(1_000_000);
        System.arraycopy(text(LATIN, "US-ASCII", 70), 0, octets, 654_321, 70);
        assertThat(look(octets)).contains(EncryptionDoubt.CONTENT_READABLE);
    }

    @Test
    void aTableInTheMiddleIsSeen() {
        byte[] octets = random(100_000);
        for (int i = 50_000; i < 51_500; i++) {
            octets[i] = (byte) (i % 3 == 0 ? 0x90 : octets[i]);
        }
        assertThat(look(octets)).contains(EncryptionDoubt.CONTENT_NOT_SPREAD);
    }

    /** Makes text with some numbers, as in a list. */
    private static byte[] lines(int size) {
        Random random = new Random(size);
        StringBuilder lines = new StringBuilder();
        while (lines.length() < size) {
            lines.append("The amount is ").append(random.nextInt(1_000_000)).append(" euro for customer ");
            lines.append(Integer.toString(random.nextInt(1 << 30), 36)).append(" of the old place.\r\n");
        }
        return lines.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] deflate(byte[] plain, boolean isBare) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(9, isBare);
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, deflater)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        } finally {
            deflater.end();
        }
        return deflated.toByteArray();
    }

    private static byte[] random(int size) {
        byte[] random = new byte[size];
        new Random(7).nextBytes(random);
        return random;
    }

    private static byte[] text(String text, String charset, int size) {
        byte[] octets = text.repeat(1 + size / text.length()).getBytes(Charset.forName(charset));
        return java.util.Arrays.copyOf(octets, size);
    }

    /** Looks at the octets in pieces, as they arrive. */
    private static Optional<EncryptionDoubt> look(byte[] octets) {
        CiphertextLook look = new CiphertextLook();
        for (int at = 0; at < octets.length; at += 700) {
            look.add(octets, at, Math.min(700, octets.length - at));
        }
        return look.doubt();
    }
}
