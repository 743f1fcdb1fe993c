package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.UserSmimeCertificate.Damaged;
import org.postseal.certstore.format.UserSmimeCertificate.OtherFormat;
import org.postseal.certstore.format.UserSmimeCertificate.Signature;
import org.postseal.certstore.format.UserSmimeCertificate.Value;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;

/** Reads values of userSMIMECertificate in all three forms. */
class UserSmimeCertificateTest {
    private static final Instant TIME = Instant.parse("2026-06-01T00:00:00Z");
    private static final MailCertificate ALICE = Samples.ALICE.certificate();
    private static final MailCertificate BOB = Samples.BOB.certificate();
    private static final MailCertificate ISSUER = Samples.CA.issuer();

    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"RSA2048", "P256", "P384", "P521", "ED25519"})
    void readsWhatIsWritten(KeyAlgorithm algorithm, @TempDir Path directory) throws Exception {
        IssuedCertificate signer = Samples.issue("alice@example.com", algorithm);
        byte[] value = UserSmimeWriter.write(signer.keyHandle(), BOB, List.of(ISSUER), Samples.CAPABILITIES, TIME);

        Value read = value(value);
        assertThat(read.certificates()).containsExactlyInAnyOrder(signer.certificate(), BOB);
        assertThat(read.helpers()).containsExactly(ISSUER);
        assertThat(read.flagged()).contains(BOB);
        assertThat(read.capabilities()).contains(Samples.CAPABILITIES);
        assertThat(read.signature()).isEqualTo(Signature.VERIFIED);
        assertThat(read.problems()).isEmpty();

        Peer.demand("openssl");
        Files.write(directory.resolve("value"), value);
        Files.writeString(directory.resolve("root.pem"), Samples.CA.root().toPem());
        Files.createFile(directory.resolve("nothing"));
        Peer.run(
                directory,
                "openssl",
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                "value",
                "-content",
                "nothing",
                "-CAfile",
                "root.pem",
                "-purpose",
                "any",
                "-out",
                "out");
        assertThat(directory.resolve("out")).isEmptyFile();
        String printed =
                Peer.run(directory, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "value", "-noout");
        assertThat(printed.lines().map(String::strip).filter(line -> line.startsWith("eContent")))
                .containsExactly("eContentType: pkcs7-data (1.2.840.113549.1.7.1)", "eContent: <ABSENT>");
    }

    @Test
    void aKeyThatCannotSignWritesNothing() {
        IssuedCertificate signer = Samples.issue("alice@example.com", KeyAlgorithm.X25519);
        assertThatThrownBy(() -> UserSmimeWriter.write(signer.keyHandle(), BOB, List.of(), Samples.CAPABILITIES, TIME))
                .isInstanceOf(SignatureException.class);
    }

    @Test
    void withoutAGoodSignatureOnlyTheCertificatesCount() throws Exception {
        byte[] value =
                UserSmimeWriter.write(Samples.BOB.keyHandle(), ALICE, List.of(ISSUER), Samples.CAPABILITIES, TIME);
        // The signature's octets are the last of the value.
        value[value.length - 1] ^= 1;
        Value read = value(value);
        assertThat(read.signature()).isEqualTo(Signature.NOT_VERIFIED);
        assertThat(read.flagged()).isEmpty();
        assertThat(read.capabilities()).isEmpty();
        assertThat(read.certificates()).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void changedCapabilitiesDoNotCount() throws Exception {
        byte[] value = UserSmimeWriter.write(Samples.BOB.keyHandle(), BOB, List.of(ISSUER), Samples.CAPABILITIES, TIME);
        String octets = new String(value, StandardCharsets.ISO_8859_1);
        String aes = new String(
                new byte[] {0x60, (byte) 0x86, 0x48, 0x01, 0x65, 3, 4, 1, 0x2e}, StandardCharsets.ISO_8859_1);
        int at = octets.indexOf(aes);
        assertThat(at).isPositive();
        // AES-256-GCM becomes AES-256-CBC.
        value[at + 8] = 0x2a;
        assertThat(value(value).signature()).isEqualTo(Signature.NOT_VERIFIED);
        assertThat(value(value).capabilities()).isEmpty();
    }

    @Test
    void readsABareCertificate() {
        Value read = value(Samples.der(ALICE));
        assertThat(read)
                .isEqualTo(new Value(
                        List.of(ALICE), List.of(), Optional.empty(), Optional.empty(), Signature.ABSENT, List.of()));
    }

    @Test
    void readsACertsOnlyValue() {
        Value read = value(CertificateExport.pkcs7(List.of(ALICE, ISSUER), List.of()));
        assertThat(read.certificates()).containsExactly(ALICE);
        assertThat(read.helpers()).containsExactly(ISSUER);
        assertThat(read.signature()).isEqualTo(Signature.NOT_VERIFIED);
    }

    @Test
    void readsSettings() {
        Value read = value(settings(
                setting(0x0001, number(1)),
                setting(0x0006, number(1)),
                setting(0x0020, number(7)),
                setting(0x000b, "Alice A\0".getBytes(StandardCharsets.ISO_8859_1)),
                setting(0x0051, "Älice\0".getBytes(StandardCharsets.UTF_16LE)),
                setting(0x0002, Samples.CAPABILITIES.der()),
                setting(0x0003, Samples.der(ALICE)),
                setting(0x0004, Samples.der(ISSUER)),
                setting(0x0004, Samples.der(Samples.CA.root())),
                setting(0x0008, Samples.der(BOB)),
                setting(0x7777, new byte[] {1, 2, 3})));
        assertThat(read)
                .isEqualTo(new Value(
                        List.of(ALICE, BOB),
                        List.of(ISSUER, Samples.CA.root()),
                        Optional.of(ALICE),
                        Optional.of(Samples.CAPABILITIES),
                        Signature.ABSENT,
                        List.of()));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "2, true", "3, true", "4, false", "5, true"})
    void onlyTheFlagsForDefaultMakeADefault(int flags, boolean isFlagged) {
        Value read = value(settings(setting(0x0003, Samples.der(ALICE)), setting(0x0020, number(flags))));
        assertThat(read.flagged()).isEqualTo(isFlagged ? Optional.of(ALICE) : Optional.empty());
    }

    @Test
    void theDigestSelectsAmongEncryptionCertificates() throws Exception {
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(Samples.der(BOB));
        Value read = value(settings(
                setting(0x0020, number(1)),
                setting(0x0022, sha1),
                setting(0x0003, Samples.der(ALICE)),
                setting(0x0003, Samples.der(BOB))));
        assertThat(read.certificates()).containsExactly(BOB, ALICE);
        assertThat(read.flagged()).contains(BOB);
    }

    @Test
    void settingsForAnotherFormatAreSkipped() {
        assertThat(UserSmimeReader.read(settings(setting(0x0006, number(2)), setting(0x0003, Samples.der(ALICE)))))
                .isEqualTo(new OtherFormat(2));
    }

    @Test
    void aBadCertificateDoesNotSpoilTheOthers() {
        Value read = value(settings(setting(0x0004, new byte[] {1}), setting(0x0003, Samples.der(ALICE))));
        assertThat(read.certificates()).containsExactly(ALICE);
        assertThat(read.problems())
                .containsExactly(
                        "certificate refused: malformed certificate (EOF found when length expected) at offset 0");
    }

    @Test
    void namesWhatIsWrong() {
        assertThat(damage()).isEqualTo("empty value");
        assertThat(damage(1, 0, 8)).isEqualTo("truncated setting at offset 0");
        assertThat(damage(1, 0, 3, 0)).isEqualTo("setting with a length below 4 at offset 0");
        assertThat(damage(1, 0, 0, 0)).isEqualTo("setting with a length below 4 at offset 0");
        assertThat(damage(1, 0, 5, 0)).isEqualTo("setting that reaches beyond the end at offset 0");
        assertThat(damage(1, 0, 4, 0, 3, 0, 255, 255)).isEqualTo("setting that reaches beyond the end at offset 4");
        assertThat(damage(1, 0, 4, 0)).isEqualTo("no certificate in it");
        assertThat(damage(3, 0, 5, 0, 7))
                .isEqualTo("certificate refused: malformed certificate (EOF found when length expected) at offset 0");
        assertThat(damage(0x30, 0x84, 0x7f, 255, 255, 255))
                .isEqualTo("length or identifier that fits nowhere at offset 0");
        assertThat(damage(0x30, 2, 6, 0)).isEqualTo("content type is not signed-data at offset 0");
        assertThat(damage(0x30, 0))
                .isEqualTo("certificate refused: malformed certificate (sequence wrong size for a certificate)");
        assertThat(damage(new byte[(1 << 18) + 1])).isEqualTo("value longer than 262144 octets");
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 101; i++) {
            many.writeBytes(setting(1, new byte[0]));
        }
        assertThat(damage(many.toByteArray())).isEqualTo("more than 100 settings");
    }

    private static String damage(int... octets) {
        byte[] value = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            value[i] = (byte) octets[i];
        }
        return damage(value);
    }

    private static String damage(byte[] value) {
        UserSmimeCertificate read = UserSmimeReader.read(value);
        assertThat(read).isInstanceOf(Damaged.class);
        return ((Damaged) read).problem();
    }

    private static Value value(byte[] octets) {
        UserSmimeCertificate read = UserSmimeReader.read(octets);
        assertThat(read).isInstanceOf(Value.class);
        return (Value) read;
    }

    static byte[] settings(byte[]... settings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] each : settings) {
            out.writeBytes(each);
        }
        return out.toByteArray();
    }

    static byte[] setting(int tag, byte[] data) {
        return ByteBuffer.allocate(4 + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag)
                .putShort((short) (4 + data.length))
                .put(data)
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
