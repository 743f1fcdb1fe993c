package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldif.LDIFReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.Corpora;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile.Contents;
import org.postseal.certstore.format.CertificateFile.Refused;

/** Reads and writes LDIF. */
class LdifTest {
    private static final MailCertificate ALICE = Samples.ALICE.certificate();
    private static final MailCertificate BOB = Samples.BOB.certificate();

    @Test
    void readsTheCertificatesOfEveryEntry() throws Exception {
        byte[] smime = UserSmimeWriter.write(
                Samples.BOB.keyHandle(),
                BOB,
                List.of(Samples.CA.issuer()),
                Samples.CAPABILITIES,
                Instant.parse("2026-06-01T00:00:00Z"));
        Contents contents = contents("# made by hand\n with a folded comment\nversion: 1\n\n"
                + "dn: cn=Alice,dc=example\n"
                + folded("userCertificate;binary", Samples.der(ALICE))
                + "proxyAddresses: smtp:al@example.com\n"
                + "proxyAddresses: X400:c=us\n"
                + "proxyAddresses: SMTP:first@example.com\n"
                + "ProxyAddresses: SMTP:last@example.com\n"
                + "mail: alice@\n example.com\n"
                + "objectClass: person\n\n\n"
                + "dn:: " + Base64.getEncoder().encodeToString("cn=Bøb".getBytes(StandardCharsets.UTF_8)) + "\r\n"
                + "changetype: add\n"
                + "mail:: " + Base64.getEncoder().encodeToString("bob@example.com".getBytes(StandardCharsets.UTF_8))
                + "\n"
                + folded("usersmimecertificate", smime)
                + folded("userCertificate", Samples.der(ALICE))
                + "\ndn: cn=CA\n"
                + folded("cACertificate;binary", Samples.der(Samples.CA.root()))
                + folded("certificateRevocationList;binary", Samples.crlDer()));
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.warnings()).isEmpty();
        assertThat(contents.certificates())
                .map(CertificateElement::certificate)
                .containsExactly(ALICE, BOB, Samples.CA.issuer(), ALICE, Samples.CA.root());
        assertThat(contents.certificates().getFirst().position()).isEqualTo(Position.line("file", 1, 6));
        assertThat(contents.crls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "userCertificate;binary: MAAA|file (line 2): a binary value that is not in base64",
                "userCertificate:: M*AA|file (line 2): a value that is not base64",
                "userCertificate:: MAAA|file: element 1 (line 2): certificate refused:"
                        + " malformed certificate (Extra data detected in stream)",
                "userCertificate::|file: element 1 (line 2):"
                        + " certificate refused: malformed certificate (no content found)",
                "userCertificate:< file:///etc/passwd|file (line 2): a value that stands in another file is not read",
                "userSMIMECertificate:: MAAA|file (line 2): octets behind the end at offset 2",
                "certificateRevocationList:: MAAA|file: element 1 (line 2): malformed revocation list",
                "changetype: modify|file (line 2): a change of an entry is not an entry",
                "no attribute|file (line 2): a line that is no attribute"
            })
    void everyBadValueIsNamedWithItsLine(String line, String problem) {
        Contents contents =
                contents("dn: cn=x\n" + line + "\n\ndn: cn=y\n" + folded("userCertificate", Samples.der(ALICE)));
        assertThat(contents.problems()).map(Object::toString).containsExactly(problem);
        assertThat(contents.certificates()).map(CertificateElement::certificate).containsExactly(ALICE);
    }

    @Test
    void anEntryWithoutNameIsBad() {
        Contents contents =
                contents("version: 1\n\nmail: a@example.com\n" + folded("userCertificate", Samples.der(ALICE)));
        assertThat(contents.problems()).map(Object::toString).containsExactly("file (line 4): an entry without dn");
    }

    @Test
    void aRepetitionInOneAttributeIsAWarning() {
        String twice = folded("userCertificate", Samples.der(ALICE)).repeat(2);
        Contents contents = contents("dn: cn=x\n" + twice + "\ndn: cn=y\n" + twice);
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.certificates()).hasSize(2);
        assertThat(contents.warnings())
                .map(FormatProblem::message)
                .containsExactly("the same certificate as element 1", "the same certificate as element 3");
    }

    @Test
    void whatIsWrittenIsReadByUsAndByUnboundId() throws Exception {
        String ldif = CertificateExport.ldif(List.of(ALICE, BOB, Samples.CA.root(), ALICE), "ou=people,dc=example");
        Contents contents = contents(ldif);
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.certificates()).map(CertificateElement::certificate).containsExactly(ALICE, BOB);
        try (LDIFReader reader = new LDIFReader(new ByteArrayInputStream(ldif.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(reader.readEntry()).satisfies(entry -> {
                assertThat(entry.getDN()).isEqualTo("mail=alice@example.com,ou=people,dc=example");
                assertThat(entry.getAttributeValueBytes("userCertificate;binary"))
                        .isEqualTo(Samples.der(ALICE));
            });
            assertThat(reader.readEntry())
                    .satisfies(
                            entry -> assertThat(entry.getAttributeValue("mail")).isEqualTo("bob@example.com"));
            assertThat(reader.readEntry()).isNull();
        }
        assertThat(CertificateExport.ldif(List.of(ALICE), "")).contains("\ndn: mail=alice@example.com\n");
    }

    @Test
    void readsTheDirectoryOfPkits() throws Exception {
        byte[] ldif = java.nio.file.Files.readAllBytes(Corpora.folder("pkits").resolve("pkits.ldif"));
        CertificateFile file = CertificateFiles.read("pkits.ldif", ldif, ReadOptions.strict());
        assertThat(file).isInstanceOf(Contents.class);
        Contents contents = (Contents) file;
        assertThat(contents.format()).isEqualTo(Format.LDIF);
        assertThat(contents.certificates()).hasSize(401);
        assertThat(contents.crls()).hasSize(177);
        // All five problems are DSA keys.
        assertThat(contents.problems())
                .hasSize(5)
                .allSatisfy(each -> assertThat(each.message())
                        .isEqualTo("certificate refused: public key algorithm 1.2.840.10040.4.1 is not supported"));
        assertThat(contents.warnings()).isEmpty();
    }

    @Test
    void tooManyValuesOfOneEntryAreRefused() {
        String ldif = "dn: cn=x\n" + "userCertificate:: MAAA\n".repeat(10_001);
        assertThat(CertificateFiles.read("file", CertificateFileTest.ascii(ldif), ReadOptions.strict()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_MANY));
        assertThat(CertificateFiles.read(
                        "file", CertificateFileTest.ascii("dn: cn=x\n" + "y\n".repeat(10_001)), ReadOptions.strict()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_MANY));
    }

    private static String folded(String name, byte[] der) {
        String line = name + ":: " + Base64.getEncoder().encodeToString(der);
        return line.replaceAll("(.{76})", "$1\n ") + "\n";
    }

    private static Contents contents(String ldif) {
        CertificateFile file =
                CertificateFiles.read("file", ldif.getBytes(StandardCharsets.UTF_8), ReadOptions.strict());
        assertThat(file).isInstanceOf(Contents.class);
        return (Contents) file;
    }
}
