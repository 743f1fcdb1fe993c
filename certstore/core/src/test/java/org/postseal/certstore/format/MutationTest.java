package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PemFile;
import org.postseal.certstore.key.Pkcs12Writer;

/** Gives damaged input of every format to the readers. They must always answer, and in time. */
@Tag("thorough")
class MutationTest {
    private static final MailCertificate ALICE = Samples.ALICE.certificate();
    private static final MailCertificate BOB = Samples.BOB.certificate();
    private static final ReadOptions OPTIONS =
            ReadOptions.strict().withLenientSst().withPassword("x".toCharArray());
    private static final int ROUNDS = 250;

    static Stream<Arguments> files() throws Exception {
        byte[] smime = UserSmimeWriter.write(
                Samples.BOB.keyHandle(),
                BOB,
                List.of(Samples.CA.issuer()),
                Samples.CAPABILITIES,
                Instant.parse("2026-06-01T00:00:00Z"));
        byte[] sst = SstReaderTest.store(
                SstReaderTest.record(11, 1, "Alice\0".getBytes(StandardCharsets.UTF_16LE)),
                SstReaderTest.record(32, 1, Samples.der(ALICE)),
                SstReaderTest.record(32, 1, Samples.der(BOB)),
                SstReaderTest.record(33, 1, Samples.crlDer()));
        return Stream.of(
                Arguments.of("certificate", Samples.der(BOB)),
                Arguments.of("list", Samples.crlDer()),
                Arguments.of("sst", sst),
                Arguments.of("base64", Base64.getEncoder().encode(sst)),
                Arguments.of("pkcs7", CertificateExport.pkcs7(List.of(ALICE, BOB), List.of(Samples.CRL))),
                Arguments.of(
                        "pem",
                        CertificateFileTest.ascii(CertificateExport.pem(List.of(ALICE, BOB))
                                + Samples.ALICE.privateKeyPem()
                                + CertificateFileTest.pem(
                                        "PKCS7", CertificateExport.pkcs7(List.of(ALICE), List.of())))),
                Arguments.of(
                        "key",
                        Base64.getMimeDecoder()
                                .decode(Samples.ALICE.privateKeyPem().replaceAll("-----[A-Z ]+-----", ""))),
                Arguments.of(
                        "pkcs12",
                        Pkcs12Writer.write(
                                List.of(new Pkcs12Writer.Identity("x", Samples.ALICE.key(), ALICE, List.of())),
                                "x".toCharArray(),
                                1)),
                Arguments.of(
                        "ldif",
                        CertificateFileTest.ascii(CertificateExport.ldif(List.of(ALICE, BOB), "dc=x")
                                + "\ndn: cn=x\nmail: x@example.com\nuserSMIMECertificate:: "
                                + Base64.getEncoder().encodeToString(smime) + "\n")),
                Arguments.of("userSMIMECertificate", smime),
                Arguments.of(
                        "settings",
                        UserSmimeCertificateTest.settings(
                                UserSmimeCertificateTest.setting(2, Samples.CAPABILITIES.der()),
                                UserSmimeCertificateTest.setting(3, Samples.der(ALICE)),
                                UserSmimeCertificateTest.setting(0x51, new byte[] {65, 0, 0, 0}),
                                UserSmimeCertificateTest.setting(4, Samples.der(Samples.CA.issuer())))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void noReaderThrows(String name, byte[] original) {
        Random random = new Random(name.hashCode());
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damaged(original, random);
            assertThatCode(() -> {
                        touch(CertificateFiles.read("file", damaged, OPTIONS));
                        assertThat(UserSmimeReader.read(damaged)).isNotNull();
                        for (SstReader.Mode mode : SstReader.Mode.values()) {
                            assertThat(SstReader.readFile(SstReaderTest.store(damaged), mode))
                                    .isNotNull();
                        }
                    })
                    .as("round %d", round)
                    .doesNotThrowAnyException();
            try {
                PemFile.read(damaged);
            } catch (org.postseal.certstore.key.KeyFileException declared) {
                assertThat(declared.getMessage()).isNotBlank();
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    // The parts that an importer looks at later must not throw either.
    private static void touch(CertificateFile file) {
        switch (file) {
            case CertificateFile.Contents contents -> {
                assertThat(contents.problems())
                        .allSatisfy(each -> assertThat(each.toString()).startsWith("file"));
                contents.certificates()
                        .forEach(
                                each -> contents.keys().forEach(key -> key.key().matches(each.certificate())));
                contents.keys()
                        .forEach(each -> assertThat(each.key().toString()).isEqualTo("[redacted]"));
                contents.keys().stream().map(each -> each.key()).forEach(KeyMaterial::publicKey);
                assertThat(contents.crls())
                        .allSatisfy(each ->
                                assertThat(each.crl().getIssuer().toString()).isNotNull());
            }
            case CertificateFile.Refused refused ->
                assertThat(refused.problem().message()).isNotBlank();
        }
    }

    private static byte[] damaged(byte[] original, Random random) {
        byte[] octets = original.clone();
        switch (random.nextInt(6)) {
            case 0 -> octets = Arrays.copyOf(octets, random.nextInt(octets.length));
            case 1 -> octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            case 3 -> {
                // This length announces more octets than the file has.
                int at = random.nextInt(octets.length);
                byte[] bomb = BOMBS[random.nextInt(BOMBS.length)];
                System.arraycopy(bomb, 0, octets, at, Math.min(bomb.length, octets.length - at));
            }
            case 4 -> {
                int from = random.nextInt(octets.length);
                int to = random.nextInt(octets.length);
                int length = Math.min(random.nextInt(64), octets.length - Math.max(from, to));
                System.arraycopy(octets, from, octets, to, length);
            }
            default -> {
                for (int i = 0; i < 8; i++) {
                    octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return octets;
    }

    private static final byte[][] BOMBS = {
        {(byte) 0x84, 0x7f, -1, -1, -1},
        {(byte) 0x84, -1, -1, -1, -1},
        {(byte) 0x88, 1, 1, 1, 1, 1, 1, 1, 1},
        {0x30, (byte) 0x80, 0x30, (byte) 0x80},
        {-1, -1, -1, -1},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
    };
}
