package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.brief;
import static org.postseal.gateway.admin.cli.CommandBench.issue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.Format;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;

@Tag("thorough")
final class CertOutputTest {
    private static final IssuedCertificate ALICE = issue("alice@partner.example", 300);
    private static final IssuedCertificate BOB = issue("bob@partner.example", 10);
    private static final IssuedCertificate OLD_BOB = issue("bob@partner.example", -10);

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void importTellsWhatIsNewAndWhatWasKnown() {
        bench.pem("one.pem", ALICE.certificate());
        bench.pem("two.pem", ALICE.certificate(), BOB.certificate());

        assertThat(bench.run("cert", "import", folder.resolve("one.pem"), "--note", "by phone"))
                .isZero();
        assertThat(bench.out())
                .containsExactly(
                        "added " + brief(ALICE) + " alice@partner.example, until 2027-03-28",
                        "1 added, 0 known already");
        assertThat(bench.lastChange().details())
                .containsExactly(
                        "as imported",
                        "subject " + CertificateView.subject(ALICE.certificate()),
                        "addresses alice@partner.example");
        assertThat(bench.lastChange().act().who()).isEqualTo("tester");
        assertThat(bench.lastChange().act().note()).isEqualTo("by phone");
        assertThat(bench.run("cert", "import", folder.resolve("two.pem"))).isZero();
        assertThat(bench.out())
                .containsExactly(
                        "known " + brief(ALICE) + " alice@partner.example, until 2027-03-28",
                        "added " + brief(BOB) + " bob@partner.example, until 2026-06-11",
                        "1 added, 1 known already");
        assertThat(bench.changes())
                .containsExactly(
                        "cert-import certificate:" + ALICE.certificate().id(),
                        "cert-import certificate:" + BOB.certificate().id());
    }

    @Test
    void aDirectoryAndStandardInputAreRead() {
        Path many = bench.directory("many");
        bench.pem("many/a.pem", ALICE.certificate());
        bench.write("many/.hidden", "nothing");
        bench.write("many/a.pem.password", "nothing");
        bench.directory("many/below");

        assertThat(bench.runWith(
                        BOB.certificatePem().getBytes(StandardCharsets.US_ASCII), "cert", "import", many, "-", "--own"))
                .isZero();
        assertThat(bench.count("own")).isEqualTo(2);
    }

    @Test
    void oneBadElementNamesItselfAndNothingChanges() {
        bench.pem("good.pem", ALICE.certificate());
        bench.write(
                "bad.pem", BOB.certificatePem() + "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n");
        bench.write("garbage", new byte[] {1, 2, 3});
        bench.write("empty", "");

        assertThat(bench.run(
                        "cert",
                        "import",
                        folder.resolve("good.pem"),
                        folder.resolve("bad.pem"),
                        folder.resolve("garbage"),
                        folder.resolve("empty")))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).hasSize(4);
        assertThat(bench.err().get(0)).startsWith("bad.pem: element 2");
        assertThat(bench.err().get(1)).startsWith("garbage: ");
        assertThat(bench.err().get(2)).startsWith("empty: ");
        assertThat(bench.err().get(3)).isEqualTo("error: nothing imported: 3 problems, see above");
        assertThat(bench.out()).isEmpty();
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void aFileThatIsNotThereIsAnInputOutputError() {
        assertThat(bench.run("cert", "import", folder.resolve("none.pem"))).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(bench.err())
                .containsExactly("none.pem: no such file", "error: nothing imported: 1 problem, see above");
    }

    @Test
    void linksInADirectoryAreRefused() throws IOException {
        Path many = bench.directory("many");
        Files.createSymbolicLink(many.resolve("a.pem"), bench.pem("a.pem", ALICE.certificate()));

        assertThat(bench.run("cert", "import", many)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err())
                .containsExactly("many/a.pem: no regular file", "error: nothing imported: 1 problem, see above");
    }

    @Test
    void privateKeysAreNotPassedOverInSilence() {
        Path file = bench.write("both.pem", ALICE.privateKeyPem() + ALICE.certificatePem());

        assertThat(bench.run("cert", "import", file)).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().getFirst())
                .startsWith("both.pem: element 1")
                .endsWith(": is a private key; import it with its certificate by 'key import',"
                        + " or skip it with --without-keys");
        assertThat(bench.run("cert", "import", "--without-keys", file)).isZero();
        assertThat(bench.out().getLast()).isEqualTo("1 added, 0 known already");
    }

    @Test
    void aDryRunChangesNothing() {
        bench.pem("one.pem", ALICE.certificate());

        assertThat(bench.run("cert", "import", "--dry-run", folder.resolve("one.pem")))
                .isZero();
        assertThat(bench.out().getLast()).isEqualTo("1 added, 0 known already (dry run, nothing changed)");
        assertThat(folder.resolve("directory.db")).doesNotExist();
        bench.pem("two.pem", BOB.certificate());
        bench.run("cert", "import", folder.resolve("two.pem"));
        assertThat(bench.run("cert", "import", "--dry-run", folder.resolve("one.pem"), "--json"))
                .isZero();
        assertThat(bench.out())
                .containsExactly(
                        "{",
                        "  \"dryRun\": true,",
                        "  \"added\": [",
                        "    \"" + ALICE.certificate().id() + "\"",
                        "  ],",
                        "  \"known\": []",
                        "}");
        assertThat(bench.count("imported")).isEqualTo(1);
        assertThat(bench.changes()).hasSize(1);
    }

    @Test
    void theListBeginsWithWhatExpiresFirst() {
        imported();

        assertThat(bench.run("cert", "list")).isZero();
        assertThat(bench.out().getFirst())
                .isEqualTo(
                        "UNTIL       STATE               SHA-256           SOURCES   ADDRESSES              SUBJECT");
        assertThat(bench.out().subList(1, 5))
                .containsExactly(
                        "2026-05-22  EXPIRED             " + brief(OLD_BOB) + "  imported  bob@partner.example    "
                                + CertificateView.subject(OLD_BOB.certificate()),
                        "2026-06-11  expires in 10 days  " + brief(BOB) + "  imported  bob@partner.example    "
                                + CertificateView.subject(BOB.certificate()),
                        "2027-03-28  valid               " + brief(ALICE) + "  imported  alice@partner.example  "
                                + CertificateView.subject(ALICE.certificate()),
                        "3 certificates");
    }

    @ParameterizedTest
    @CsvSource({
        "--expires-before 30d, 2",
        "--expires-before 2026-06-01, 1",
        "--address alice@partner.example, 1",
        "--source imported, 3",
        "--source own, 0",
        "--limit 2, 2"
    })
    void theListIsNarrowed(String options, int count) {
        imported();

        List<String> arguments = new ArrayList<>(List.of("cert", "list"));
        arguments.addAll(List.of(options.split(" ")));
        assertThat(bench.run(arguments.toArray())).isZero();
        assertThat(bench.out().getLast()).isEqualTo(Options.count(count, "certificate"));
    }

    @Test
    void theNextPageBeginsWhereTheLastEnded() {
        imported();

        bench.run("cert", "list", "--limit", 1, "--after", brief(OLD_BOB));
        assertThat(bench.out().get(1).substring(32, 48)).isEqualTo(brief(BOB));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "abc; 64; error: 'abc' names no certificate or key",
                "xyzw; 64; error: 'xyzw' names no certificate or key",
                "nobody@partner.example; 65; error: no certificate carries nobody@partner.example",
                "bob@partner.example; 65; error: bob@partner.example may be any of these:"
            })
    void aNameMustMeanOneCertificate(String name, int exitCode, String error) {
        imported();

        assertThat(bench.run("cert", "show", name)).isEqualTo(exitCode);
        assertThat(bench.err().getFirst()).isEqualTo(error);
        assertThat(bench.out()).isEmpty();
    }

    @Test
    void candidatesAreListed() {
        imported();

        bench.run("cert", "show", "bob@partner.example");
        assertThat(bench.err().subList(1, 3))
                .containsExactlyInAnyOrder(
                        "  " + BOB.certificate().id() + " bob@partner.example",
                        "  " + OLD_BOB.certificate().id() + " bob@partner.example");
        assertThat(bench.err().getLast()).isEqualTo("hint: give more digits");
    }

    @Test
    void showTellsEverything() {
        imported();
        bench.run("cert", "pin", "alice@ours.example", brief(ALICE), "--note", "merged");
        bench.run("cert", "block", "--address", "alice@partner.example");
        MailCertificate certificate = ALICE.certificate();

        // The command takes digits in the form in which openssl prints them
        assertThat(bench.run(
                        "cert",
                        "show",
                        certificate
                                .id()
                                .hex()
                                .toUpperCase(java.util.Locale.ROOT)
                                .replaceAll("..(?!$)", "$0:")))
                .isZero();
        assertThat(bench.out())
                .containsExactly(
                        "subject         " + CertificateView.subject(certificate),
                        "issuer          " + CertificateView.issuer(certificate),
                        "serial          " + certificate.serialNumber().toString(16),
                        "validity        2025-04-27T12:00:00Z to 2027-03-28T12:00:00Z, valid",
                        "addresses       alice@partner.example",
                        "key             EC P-256",
                        "signing         yes",
                        "encryption      yes",
                        "key usage       digitalSignature, keyAgreement",
                        "extended usage  emailProtection",
                        "subject key id  "
                                + certificate
                                        .subjectKeyIdentifier()
                                        .orElseThrow()
                                        .hex(),
                        "issuer key id   "
                                + certificate
                                        .authorityKeyIdentifier()
                                        .orElseThrow()
                                        .hex(),
                        "SHA-256         " + certificate.id(),
                        "SHA-1           " + CertificateView.sha1(certificate),
                        "known from      imported (imported), by tester on 2026-06-01",
                        "pinned          for alice@ours.example to encrypt, by tester on 2026-06-01: merged",
                        "BLOCKED         all of alice@partner.example, by tester on 2026-06-01",
                        "private key     none");
        assertThat(bench.run("cert", "show", "--pem", brief(ALICE))).isZero();
        assertThat(bench.octets()).isEqualTo(ALICE.certificatePem().getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"pem, PEM", "der, DER_CERTIFICATE", "p7b, PKCS7", "sst, SST", "ldif, LDIF"})
    void whatIsExportedIsReadAgain(String format, Format expected) throws IOException {
        imported();
        Path result = folder.resolve("result");

        assertThat(bench.run("cert", "export", brief(ALICE), "--format", format, "-o", result))
                .isZero();
        CertificateFile read = CertificateFiles.read("result", Files.readAllBytes(result), ReadOptions.strict());
        assertThat(read).isInstanceOf(CertificateFile.Contents.class);
        assertThat(((CertificateFile.Contents) read).format()).isEqualTo(expected);
        assertThat(((CertificateFile.Contents) read).certificates())
                .extracting(CertificateElement::certificate)
                .containsExactly(ALICE.certificate());
    }

    @Test
    void exportReplacesNothingUnasked() throws IOException {
        imported();
        Path result = bench.write("result", "mine");

        assertThat(bench.run("cert", "export", brief(ALICE), "-o", result)).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err())
                .containsExactly("error: result exists already", "hint: give another name, or --force to replace it");
        assertThat(Files.readString(result)).isEqualTo("mine");
        assertThat(bench.run("cert", "export", brief(ALICE), "-o", result, "--force"))
                .isZero();
        assertThat(Files.readString(result)).isEqualTo(ALICE.certificatePem());
        assertThat(bench.run("cert", "export", "--source", "imported", "--format", "der", "-o", folder.resolve("no")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(names()).doesNotContain("no").noneMatch(name -> name.startsWith("."));
    }

    @Test
    void pinsAreSetAndTakenBack() {
        imported();

        assertThat(bench.run("cert", "pin", "x@ours.example", brief(ALICE))).isZero();
        assertThat(bench.out()).containsExactly("pinned " + brief(ALICE) + " for x@ours.example to encrypt");
        assertThat(bench.err())
                .containsExactly(
                        "warning: the certificate does not carry x@ours.example, and is used for it from now on");
        assertThat(bench.run("cert", "remove", brief(ALICE))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err().get(1)).isEqualTo("  pin of x@ours.example for encrypt");
        assertThat(bench.run("cert", "unpin", "x@ours.example", "--for", "sign"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(bench.run("cert", "unpin", "x@ours.example")).isZero();
        assertThat(bench.out()).containsExactly("unpinned " + brief(ALICE) + " for x@ours.example to encrypt");
        assertThat(bench.run("cert", "remove", brief(ALICE))).isZero();
        assertThat(bench.changes().subList(3, 6))
                .containsExactly(
                        "cert-pin certificate:" + ALICE.certificate().id(),
                        "cert-unpin certificate:" + ALICE.certificate().id(),
                        "cert-remove certificate:" + ALICE.certificate().id());
        assertThat(bench.changes()).hasSize(6);
    }

    @Test
    void blocksAreSetAndTakenBack() {
        imported();
        String unknown = "ab".repeat(32);

        assertThat(bench.run("cert", "block", unknown)).isZero();
        assertThat(bench.run("cert", "block", brief(BOB))).isZero();
        bench.run("cert", "list");
        assertThat(bench.out().get(2).substring(12, 39)).isEqualTo("expires in 10 days, BLOCKED");
        assertThat(bench.run("cert", "unblock", brief(BOB))).isZero();
        assertThat(bench.out())
                .containsExactly("unblocked certificate:" + BOB.certificate().id());
        assertThat(bench.run("cert", "unblock", brief(BOB))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.changes().subList(3, 6))
                .containsExactly(
                        "cert-block certificate:" + unknown,
                        "cert-block certificate:" + BOB.certificate().id(),
                        "cert-unblock certificate:" + BOB.certificate().id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cert", "cert export", "cert block", "cert list --limit 0", "cert pin nobody 1234", "cert import"
            })
    void wrongUsageChangesNothing(String line) {
        assertThat(bench.run((Object[]) line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(bench.err()).hasSize(2);
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    @Test
    void sixteenMebioctetsOfGarbageAreRefused() {
        byte[] garbage = new byte[16 << 20];
        new Random(1).nextBytes(garbage);
        bench.write("garbage", garbage);

        assertThat(bench.run("cert", "import", folder.resolve("garbage"))).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.err()).hasSize(2);
    }

    private void imported() {
        Path file = bench.pem("all.pem", ALICE.certificate(), BOB.certificate(), OLD_BOB.certificate());
        assertThat(bench.run("cert", "import", file)).isZero();
        assertThat(bench.err())
                .containsExactly("warning: all.pem: element 3 (line " + line() + "): expired on 2026-05-22");
    }

    private static long line() {
        return (ALICE.certificatePem() + BOB.certificatePem()).lines().count() + 1;
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
