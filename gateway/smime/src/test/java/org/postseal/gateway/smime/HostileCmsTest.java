package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;

/**
 * Reads objects that were made to cost much, or to make a parser throw something unexpected. Each gets an answer, and
 * soon.
 */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
@Tag("thorough")
class HostileCmsTest {
    private static final IssuedCertificate BOB = Pki.issued(Pki.BOB, KeyAlgorithm.P256);
    private static final byte[] SIGNED_DATA = HexFormat.of().parseHex("06092a864886f70d010702");
    private static final byte[] ENVELOPED_DATA = HexFormat.of().parseHex("06092a864886f70d010703");
    private static final byte[] AUTH_ENVELOPED_DATA = HexFormat.of().parseHex("060b2a864886f70d0109100117");

    record Bomb(String name, byte[] octets) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bomb> bombs() {
        return Stream.of(
                new Bomb("nothing", new byte[0]),
                new Bomb("10^4 sequences, indefinite", repeat("3080", 10_000)),
                new Bomb("10^5 sequences, definite", repeat("308400ffffff", 100_000)),
                new Bomb("nested in signed-data", join(start(SIGNED_DATA), repeat("3080", 10_000))),
                new Bomb("nested in enveloped-data", join(start(ENVELOPED_DATA), repeat("3080", 10_000))),
                new Bomb(
                        "nested recipients",
                        join(start(ENVELOPED_DATA), hex("30800201003180"), repeat("3080", 10_000))),
                new Bomb("nested explicit tags", join(start(AUTH_ENVELOPED_DATA), repeat("a080", 10_000))),
                new Bomb(
                        "nested octet strings as content",
                        join(
                                start(SIGNED_DATA),
                                hex("3080020101310030800609" + "2a864886f70d010701" + "a080"),
                                repeat("2480", 10_000))),
                new Bomb("length of 2 GB", join(start(SIGNED_DATA), hex("30847fffffff0201"))),
                new Bomb("length of 4 GB", join(start(SIGNED_DATA), hex("3084ffffffff0201"))),
                new Bomb("length in 100 octets", join(start(ENVELOPED_DATA), hex("30e4"), new byte[100])),
                new Bomb(
                        "integer of 1 MB as version",
                        join(start(ENVELOPED_DATA), hex("30800283100000"), new byte[1 << 20])),
                new Bomb("type name of 1 MB", join(hex("30800683100000"), filled(1 << 20, 0x81))),
                new Bomb("tag number of 1 MB", join(hex("3080bf"), filled(1 << 20, 0x81))),
                new Bomb(
                        "10^6 empty recipients",
                        join(start(ENVELOPED_DATA), hex("30800201003180"), repeat("3000", 1_000_000))),
                new Bomb(
                        "10^6 digest algorithms",
                        join(start(SIGNED_DATA), hex("30800201013180"), repeat("3000", 1_000_000))),
                new Bomb(
                        "4 MB of recipients",
                        join(start(ENVELOPED_DATA), hex("30800201003180"), repeat("a203020101", 1_000_000))),
                new Bomb(
                        "10^6 fragments of content",
                        join(
                                start(SIGNED_DATA),
                                hex("3080020101310030800609" + "2a864886f70d010701" + "a0802480"),
                                repeat("040161", 1_000_000))),
                new Bomb("zeros", new byte[100_000]),
                new Bomb("wrong types all over", join(start(SIGNED_DATA), hex("040101"), start(ENVELOPED_DATA))));
    }

    @ParameterizedTest
    @MethodSource("bombs")
    @Timeout(value = 5, unit = TimeUnit.SECONDS)
    void bombsAreAnsweredAtOnce(Bomb bomb) throws Exception {
        RawMessage mail = mail(bomb.octets());

        assertThat(Mail.open(mail, BOB.keyHandle())).isNotInstanceOf(OpenResult.Opened.class);
        assertThat(Mail.verify(mail)).isNotInstanceOf(SignatureVerdict.Valid.class);
    }

    @Test
    void changedOctetsOfWhatWeMakeNeverThrow() throws Exception {
        byte[] signed = object(Mail.sign(Mail.message("text\r\n"), Pki.key(Pki.ALICE, KeyAlgorithm.P256), Mail.OPAQUE));
        byte[] sealed = object(Mail.encrypt(Mail.message("text\r\n"), Mail.GCM, BOB.certificate()));
        Random random = new Random(20261124);
        for (int i = 0; i < 1500; i++) {
            byte[] altered = (i % 2 == 0 ? signed : sealed).clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                altered[random.nextInt(altered.length)] = (byte) random.nextInt(256);
            }
            RawMessage mail =
                    mail(Arrays.copyOf(altered, altered.length - (i % 5 == 0 ? random.nextInt(altered.length) : 0)));
            if (Mail.open(mail, BOB.keyHandle()) instanceof OpenResult.Opened opened) {
                assertThat(opened.message().message().toByteArray())
                        .isEqualTo(Mail.message("text\r\n").toByteArray());
            }
            assertThat(Mail.verify(mail)).isNotNull();
        }
    }

    @Test
    void truncatedAnywhereIsNeverOpenedNorValid() throws Exception {
        byte[] signed = object(Mail.sign(Mail.message("text\r\n"), Pki.key(Pki.ALICE, KeyAlgorithm.P256), Mail.OPAQUE));
        byte[] sealed = object(Mail.encrypt(Mail.message("text\r\n"), Mail.GCM, BOB.certificate()));
        for (int length = 0; length < signed.length; length += 3) {
            assertThat(Mail.verify(mail(Arrays.copyOf(signed, length)))).isNotInstanceOf(SignatureVerdict.Valid.class);
        }
        for (int length = 0; length < sealed.length; length += 3) {
            assertThat(Mail.open(mail(Arrays.copyOf(sealed, length)), BOB.keyHandle()))
                    .isNotInstanceOf(OpenResult.Opened.class);
        }
    }

    @Test
    void whatIsNoBase64IsNeitherOpenedNorValid() throws Exception {
        RawMessage mail = Mail.of(Mail.OUTER
                + "Content-Type: application/pkcs7-mime\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n%%%not base64%%%\r\n");

        assertThat(Mail.open(mail, BOB.keyHandle())).isEqualTo(new OpenResult.NotEncrypted());
        assertThat(Mail.verify(mail))
                .isEqualTo(new SignatureVerdict.Invalid(SignatureVerdict.Cause.MALFORMED, java.util.Optional.empty()));
    }

    private static byte[] object(RawMessage mail) throws Exception {
        return CmsRoot.content(Mail.scan(mail)).readAllBytes();
    }

    private static RawMessage mail(byte[] object) {
        return RawMessage.of(
                (Mail.OUTER + "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                + Base64.getMimeEncoder().encodeToString(object) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] start(byte[] type) {
        return join(hex("3080"), type, hex("a080"));
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] repeat(String hex, int times) {
        byte[] one = hex(hex);
        byte[] all = new byte[one.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    private static byte[] filled(int length, int octet) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) octet);
        return octets;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
