package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.EncryptionDoubt;

class CiphertextLookTest {
    private static final String LATIN = "Dear Bob, the plan is to sell everything on Monday, and to tell nobody. ";
    private static final String GREEK =
            "\u03a4\u03bf \u03c3\u03c7\u03ad\u03b4\u03b9\u03bf \u03b5\u03af\u03bd\u03b1\u03b9 \u03bd\u03b1 \u03c0\u03bf\u03c5\u03bb\u03ae\u03c3\u03bf\u03c5\u03bc\u03b5 \u03c4\u03b1 \u03c0\u03ac\u03bd\u03c4\u03b1 \u03c4\u03b7 \u0394\u03b5\u03c5\u03c4\u03ad\u03c1\u03b1. ";
    private static final String CHINESE =
            "\u8ba1\u5212\u662f\u5728\u661f\u671f\u4e00\u5356\u6389\u6240\u6709\u4e1c\u897f\uff0c\u5e76\u4e14\u4e0d\u544a\u8bc9\u4efb\u4f55\u4eba\u3002\u8bf7\u4fdd\u5bc6\u5e76\u5728\u9605\u8bfb\u540e\u5220\u9664\u672c\u90ae\u4ef6\u3002";

    @ParameterizedTest
    @ValueSource(ints = {16, 31, 32, 48, 64, 100, 128, 255, 256, 1000, 1023, 1024, 1025, 5000, 100_000})
    void octetsOfACiphertextPass(int size) {
        int rounds = Math.min(10_000, 5_000_000 / size);
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
        // so that nothing repeats
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

    private static byte[] random(int size) {
        byte[] random = new byte[size];
        new Random(7).nextBytes(random);
        return random;
    }

    private static byte[] text(String text, String charset, int size) {
        byte[] octets = text.repeat(1 + size / text.length()).getBytes(Charset.forName(charset));
        return java.util.Arrays.copyOf(octets, size);
    }

    /** In pieces, as it comes. */
    private static Optional<EncryptionDoubt> look(byte[] octets) {
        CiphertextLook look = new CiphertextLook();
        for (int at = 0; at < octets.length; at += 700) {
            look.add(octets, at, Math.min(700, octets.length - at));
        }
        return look.doubt();
    }
}
