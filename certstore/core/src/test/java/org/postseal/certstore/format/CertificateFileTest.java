package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile.Contents;
import org.postseal.certstore.format.CertificateFile.Refused;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;

/** Reads files of every format, which are recognised by their contents. */
@Tag("thorough")
class CertificateFileTest {
    private static final MailCertificate ALICE = Samples.ALICE.certificate();
    private static final MailCertificate BOB = Samples.BOB.certificate();
    private static final ReadOptions OPTIONS = ReadOptions.strict();

    static Stream<Arguments> formats() {
        byte[] sst = SstReaderTest.store(
                SstReaderTest.record(32, 1, Samples.der(ALICE)),
                SstReaderTest.record(32, 1, Samples.der(BOB)),
                SstReaderTest.record(33, 1, Samples.crlDer()));
        byte[] pkcs7 = CertificateExport.pkcs7(List.of(ALICE, BOB), List.of(Samples.CRL));
        String pem = CertificateExport.pem(List.of(ALICE, BOB)) + pem("X509 CRL", Samples.crlDer());
        String base64 = Base64.getMimeEncoder().encodeToString(sst);
        return Stream.of(
                Arguments.of(Format.SST, sst),
                Arguments.of(Format.SST, ascii(base64)),
                Arguments.of(Format.SST, text(base64, StandardCharsets.UTF_16LE)),
                Arguments.of(Format.SST, text(base64, StandardCharsets.UTF_16BE)),
                Arguments.of(Format.PKCS7, pkcs7),
                Arguments.of(Format.PKCS7, ascii(Base64.getEncoder().encodeToString(pkcs7))),
                Arguments.of(Format.PEM, ascii(pem)),
                Arguments.of(Format.PEM, ascii("Bag Attributes\n  friendlyName: x\n" + pem)),
                Arguments.of(Format.PEM, ascii(pem.replace("\n", "\r\n"))),
                Arguments.of(Format.PEM, text(pem, StandardCharsets.UTF_16LE)),
                Arguments.of(Format.PEM, text(pem, StandardCharsets.UTF_8)),
                Arguments.of(Format.PEM, ascii(pem("PKCS7", pkcs7))),
                Arguments.of(Format.PEM, ascii(pem("CMS", pkcs7))));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void findsTheSameInEveryFormat(Format format, byte[] octets) {
        Contents contents = contents(octets);
        assertThat(contents.format()).isEqualTo(format);
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.warnings()).isEmpty();
        assertThat(contents.certificates()).map(CertificateElement::certificate).containsExactlyInAnyOrder(ALICE, BOB);
        assertThat(contents.crls()).map(each -> each.crl()).containsExactly(Samples.CRL);
        assertThat(contents.keys()).isEmpty();
    }

    @Test
    void readsASingleDerStructure() {
        Contents certificate = contents(Samples.der(ALICE));
        assertThat(certificate.format()).isEqualTo(Format.DER_CERTIFICATE);
        assertThat(certificate.certificates())
                .map(CertificateElement::certificate)
                .containsExactly(ALICE);
        Contents crl = contents(Samples.crlDer());
        assertThat(crl.format()).isEqualTo(Format.DER_CRL);
        assertThat(crl.crls()).map(each -> each.crl()).containsExactly(Samples.CRL);
    }

    @Test
    void readsBerOfIndefiniteLength() throws Exception {
        byte[] pkcs7 = CertificateExport.pkcs7(List.of(ALICE), List.of());
        Ber info = Ber.of(pkcs7);
        byte[] content = Arrays.copyOfRange(pkcs7, info.content(), info.contentEnd());
        byte[] ber = new byte[content.length + 4];
        ber[0] = 0x30;
        ber[1] = (byte) 0x80;
        System.arraycopy(content, 0, ber, 2, content.length);
        assertThat(contents(ber).certificates())
                .map(CertificateElement::certificate)
                .containsExactly(ALICE);
    }

    @Test
    void readsKeysBesideCertificates() throws Exception {
        IssuedCertificate eve = Samples.issue("eve@example.com", KeyAlgorithm.P384);
        String pem = Samples.ALICE.privateKeyPem() + eve.privateKeyPem() + CertificateExport.pem(List.of(BOB, ALICE));
        Contents contents = contents(ascii(pem));
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.keys()).hasSize(2);
        assertThat(contents.keys().getFirst().key().matches(ALICE)).isTrue();
        assertThat(contents.certificates())
                .map(CertificateElement::hasSubjectKeyIdentifier)
                .containsExactly(true, true);

        byte[] der = Base64.getMimeDecoder().decode(Samples.BOB.privateKeyPem().replaceAll("-----[A-Z ]+-----", ""));
        Contents single = contents(der);
        assertThat(single.format()).isEqualTo(Format.DER_PRIVATE_KEY);
        assertThat(single.keys())
                .singleElement()
                .satisfies(each -> assertThat(each.key().matches(BOB)).isTrue());
    }

    @Test
    void everyBadElementIsNamedWithItsPlace() {
        String pem = pem("CERTIFICATE", new byte[] {0x30, 0})
                + ALICE.toPem()
                + "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
                + "-----BEGIN CERTIFICATE-----\nMAAA\n-----END X509 CRL-----\n"
                + "-----BEGIN CERTIFICATE-----\nMAAA\n"
                + pem("PKCS7", new byte[] {0x30, 0})
                + pem("PRIVATE KEY", new byte[] {0x30, 0})
                + pem("X509 CRL", new byte[] {0x30, 0})
                + pem("TRUSTED CERTIFICATE", new byte[] {0x30, 0})
                + "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAAA\n-----END RSA PRIVATE KEY-----\n"
                + pem("ENCRYPTED PRIVATE KEY", new byte[] {0x30, 0})
                + BOB.toPem()
                + "-----BEGIN CERTIFICATE-----\nMAAA\n";
        int alice = (int) ALICE.toPem().lines().count();
        int bob = (int) BOB.toPem().lines().count();
        int start = 3 + alice;
        Contents contents = contents(ascii(pem));
        assertThat(contents.problems())
                .map(Object::toString)
                .containsExactly(
                        "file: element 1 (line 1): certificate refused: malformed certificate"
                                + " (sequence wrong size for a certificate)",
                        "file: element 3 (line " + (start + 1) + "): PEM object whose content is not base64",
                        "file: element 4 (line " + (start + 4) + "): PEM object that ends as another",
                        "file: element 5 (line " + (start + 7) + "): PEM object without its end",
                        "file (line " + (start + 9) + "): damaged PKCS #7: no content type",
                        "file: element 6 (line " + (start + 12) + "): private key cannot be read",
                        "file: element 7 (line " + (start + 15) + "): malformed revocation list",
                        "file: element 8 (line " + (start + 18)
                                + "): certificate with OpenSSL's own trust settings is not supported",
                        "file: element 9 (line " + (start + 21)
                                + "): private key encrypted in the old way of OpenSSL is not supported",
                        "file: element 10 (line " + (start + 26)
                                + "): private key is encrypted, and there is no password for it",
                        "file: element 12 (line " + (start + 29 + bob) + "): PEM object without its end");
        assertThat(contents.certificates()).map(CertificateElement::certificate).containsExactly(ALICE, BOB);
        assertThat(contents.elements())
                .hasSize(13)
                .filteredOn(BadElement.class::isInstance)
                .hasSize(11);
    }

    @Test
    void aBadCertificateOfAStoreOrAPkcs7HasAnOffset() throws Exception {
        byte[] alice = Samples.der(ALICE);
        byte[] bad = alice.clone();
        bad[4] = 0x31;
        byte[] sst = SstReaderTest.store(
                SstReaderTest.record(32, 1, alice),
                SstReaderTest.record(32, 1, bad),
                SstReaderTest.record(33, 1, bad),
                SstReaderTest.record(32, 7, alice));
        int first = 8 + 12 + alice.length;
        assertThat(contents(sst).problems())
                .map(Object::toString)
                .containsExactly(
                        "file: element 2 (offset " + first + "): certificate refused: malformed certificate"
                                + " (unknown object in getInstance: org.bouncycastle.asn1.DLSet)",
                        "file: element 3 (offset " + (first + 12 + alice.length) + "): malformed revocation list",
                        "file: element 4 (offset " + (first + 2 * (12 + alice.length))
                                + "): element of another encoding than X.509");

        byte[] pkcs7 = CertificateExport.pkcs7(List.of(ALICE), List.of());
        Ber certificate = Pkcs7Reader.sets(pkcs7, 2).certificates().getFirst();
        pkcs7[certificate.content()] = 0x31;
        assertThat(contents(pkcs7).problems())
                .map(FormatProblem::position)
                .containsExactly(Position.offset("file", 1, certificate.start()));
    }

    @Test
    void theSameCertificateTwiceIsOne() {
        Contents contents = contents(ascii(ALICE.toPem() + BOB.toPem() + ALICE.toPem()));
        assertThat(contents.certificates()).map(CertificateElement::certificate).containsExactly(ALICE, BOB);
        assertThat(contents.warnings())
                .map(FormatProblem::message)
                .containsExactly("the same certificate as element 1");
    }

    @Test
    void storesSayWhatWindowsDistrusted() {
        byte[] tlsOnly = java.util.HexFormat.of().parseHex("300a06082b06010505070301");
        byte[] any = java.util.HexFormat.of().parseHex("300606" + "04551d2500");
        Contents contents = contents(SstReaderTest.store(
                SstReaderTest.record(11, 1, "Alice\0".getBytes(StandardCharsets.UTF_16LE)),
                SstReaderTest.record(9, 1, tlsOnly),
                SstReaderTest.record(32, 1, Samples.der(ALICE)),
                SstReaderTest.record(9, 1, any),
                SstReaderTest.record(32, 1, Samples.der(BOB)),
                SstReaderTest.record(32, 1, Samples.der(Samples.CA.root())),
                SstReaderTest.record(34, 1, new byte[] {0x30, 0})));
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.certificates())
                .map(CertificateElement::isDistrustedForMail)
                .containsExactly(true, false, false);
        assertThat(contents.warnings())
                .map(FormatProblem::message)
                .containsExactly(
                        "Windows did not trust this certificate for mail where it comes from",
                        "a certificate trust list is skipped");
    }

    @Test
    void anEmptyStoreIsNoProblem() {
        Contents contents = contents(SstWriter.write(List.of()));
        assertThat(contents.format()).isEqualTo(Format.SST);
        assertThat(contents.elements()).isEmpty();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(Refusal.UNKNOWN_FORMAT, "empty", new byte[0]),
                Arguments.of(
                        Refusal.UNKNOWN_FORMAT,
                        "neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF",
                        ascii("hello, world")),
                Arguments.of(
                        Refusal.UNKNOWN_FORMAT,
                        "neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF",
                        Arrays.copyOf(SstReader.HEADER, 7)),
                Arguments.of(Refusal.UNKNOWN_FORMAT, "an archive; it is to be unpacked first", new byte[] {
                    'P', 'K', 3, 4, 0, 0
                }),
                Arguments.of(
                        Refusal.UNKNOWN_FORMAT,
                        "no certificate, revocation list or key in it",
                        ascii(pem("CERTIFICATE REQUEST", new byte[2]))),
                Arguments.of(
                        Refusal.UNKNOWN_FORMAT,
                        "no certificate, revocation list or key in it",
                        CertificateExport.pkcs7(List.of(), List.of())),
                Arguments.of(
                        Refusal.UNKNOWN_FORMAT,
                        "DER, but no certificate, revocation list, key, PKCS #7 or PKCS #12",
                        new byte[] {0x30, 0}),
                Arguments.of(Refusal.MALFORMED, "damaged PKCS #7: content type is not signed-data", new byte[] {
                    0x30, 4, 6, 2, 42, 3
                }),
                Arguments.of(Refusal.MALFORMED, "damaged DER: length or identifier that fits nowhere", new byte[] {
                    0x30, (byte) 0x84, 0x7f, -1, -1, -1
                }),
                Arguments.of(
                        Refusal.MALFORMED,
                        "damaged DER: octets behind the end",
                        Arrays.copyOf(Samples.der(ALICE), Samples.der(ALICE).length + 1)),
                Arguments.of(
                        Refusal.PASSWORD_NEEDED,
                        "PKCS #12, or something like it, and there is no password for it",
                        Samples.BOB.pkcs12("x".toCharArray())),
                Arguments.of(
                        Refusal.TOO_LARGE, "longer than 16777216 octets", new byte[CertificateFile.MAX_OCTETS + 1]));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aFileRefusedHasAReason(Refusal refusal, String message, byte[] octets) {
        assertThat(CertificateFiles.read("file", octets, OPTIONS)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.refusal()).isEqualTo(refusal);
            assertThat(refused.problem().message()).isEqualTo(message);
            assertThat(refused.file()).isEqualTo("file");
        });
    }

    @Test
    void elementsInOneAnotherWithoutEndCostLittle() {
        byte[] deep = new byte[1 << 20];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        assertThat(CertificateFiles.read("file", deep, OPTIONS))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.problem().toString())
                                .isEqualTo("file (offset 128): damaged DER: more than 64 elements in one another"));
    }

    @Test
    void theTenThousandAndFirstElementIsRefused() {
        String many = pem("X509 CRL", Samples.crlDer()).repeat(10_000);
        assertThat(contents(ascii(many)).crls()).hasSize(10_000);
        assertThat(CertificateFiles.read("file", ascii(many + ALICE.toPem()), OPTIONS))
                .isEqualTo(new Refused(
                        Refusal.TOO_MANY,
                        new FormatProblem(Position.file("file"), "more than 10000 certificates and other elements")));
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            keys.add(pem("PRIVATE KEY", new byte[2]));
        }
        assertThat(CertificateFiles.read("file", ascii(String.join("", keys)), OPTIONS))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_MANY));
    }

    private static Contents contents(byte[] octets) {
        CertificateFile file = CertificateFiles.read("file", octets, OPTIONS);
        assertThat(file).isInstanceOf(Contents.class);
        return (Contents) file;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] text(String text, Charset charset) {
        return ("\uFEFF" + text).getBytes(charset);
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }
}
