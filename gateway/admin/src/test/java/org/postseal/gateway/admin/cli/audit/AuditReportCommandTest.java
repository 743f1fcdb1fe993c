package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.write.AuditLogs;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@Tag("thorough")
class AuditReportCommandTest {
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(Duration.ofDays(500)), NOW.plus(Duration.ofDays(500)));
    private static final IssuedCertificate BOB = AUTHORITY
            .request(MailAddress.of("bob@partner.example"))
            .validity(NOW.minus(Duration.ofDays(400)), NOW.plus(Duration.ofDays(10)))
            .issue();
    private static final String HOSTILE = "=1+\"<script>alert('x')&\u202e";

    @TempDir
    private Path folder;

    private GatewayFolder gateway;

    @BeforeEach
    void files() throws IOException {
        gateway = new GatewayFolder(
                folder,
                new Surroundings(
                        "tester", OptionalInt.empty(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofMillis(200)));
        Files.writeString(folder.resolve("bob.pem"), BOB.certificate().toPem());
        gateway.configure("""
            directory: { database: directory.db, masterKey: master.key }
            """);
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            for (String day : List.of("2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01")) {
                Instant at = Instant.parse(day + "T00:00:00Z");
                log.append(List.of(
                        Records.done(at, "Q1", "<1@ours.example>", "ann@ours.example", "bob@" + HOSTILE, "rest"),
                        Records.done(at, "Q2", "<2@ours.example>", "ann@ours.example", "b@other.example", "refuse")));
            }
        }
        assertThat(run("cert", "import", folder.resolve("bob.pem").toString()))
                .as(gateway.err())
                .isZero();
    }

    @Test
    void aMonthIsReportedAsText() {
        assertThat(run("audit", "report", "--month", "2026-11")).isZero();
        assertThat(gateway.lines())
                .containsSequence(
                        "Mail protection report of gw.ours.example",
                        "2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z",
                        "",
                        "Recipients by direction and outcome",
                        "-----------------------------------",
                        "Each recipient of each attempt counts; refused is 5xx to the peer, deferred 4xx.",
                        "Direction  delivered  redirected  answered  refused  deferred",
                        "outbound           2           0         0        2         0")
                .containsSequence(
                        "Reason          Outcome  Direction  Recipients",
                        "POLICY_REFUSED  refused  outbound            2")
                .containsSequence(
                        "Signatures that came",
                        "--------------------",
                        "Each signer of each message, for each recipient.",
                        "none")
                .containsSequence(
                        "Until       Addresses            Subject                 Source    SHA-256",
                        "2026-12-11  bob@partner.example  CN=bob@partner.example  imported  "
                                + BOB.certificate().id().hex());
        assertThat(gateway.lines())
                .containsSequence(
                        "Certificates that break rules of the lint",
                        "-----------------------------------------",
                        "These are the errors and warnings of the same certificates by rule;"
                                + " postseal cert lint --all names each certificate.",
                        "Severity  Rule           Section             Certificates",
                        "warning   no-revocation  RFC 5280 §4.2.1.13             1");
        assertThat(gateway.lines()).anyMatch(line -> line.startsWith("=1+\"<script>alert('x')&\\u202e  "));
        assertThat(gateway.lines().getLast()).isEqualTo("made 2026-12-01T12:00:00Z");
    }

    @Test
    void aPageShowsWhatIsInTheLogAsText() throws Exception {
        Path page = folder.resolve("report.html");
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "html", "-o", page.toString()))
                .isZero();
        String html = Files.readString(page);
        // Only the head has tags that no end tag closes, so the body can be parsed as XML
        String body = html.substring(html.indexOf("<body>"), html.indexOf("</html>"));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(body.getBytes(UTF_8)));
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        NodeList sections = document.getElementsByTagName("section");
        assertThat(sections.getLength()).isEqualTo(10);
        assertThat(cells((Element) sections.item(3)))
                .containsExactly(
                        "Domain",
                        "Unsigned",
                        "Unencrypted",
                        "Neither",
                        "Of all",
                        "=1+\"<script>alert('x')&\\u202e",
                        "2",
                        "2",
                        "2",
                        "2");
        for (int i = 0; i < sections.getLength(); i++) {
            Element section = (Element) sections.item(i);
            assertThat(section.getElementsByTagName("h2").item(0).getTextContent())
                    .isNotBlank();
            assertThat(section.getAttribute("aria-labelledby"))
                    .isEqualTo(((Element) section.getElementsByTagName("h2").item(0)).getAttribute("id"));
        }
        // The page makes the browser fetch nothing
        assertThat(html).doesNotContain("src=", "href=", "url(", "@import");
        assertThat(html.substring(0, html.indexOf("<body>")))
                .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"");
    }

    @Test
    void aSpreadsheetRunsNothing() {
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "csv"))
                .isZero();
        assertThat(gateway.lines())
                .contains(
                        "\"Mail protection report of gw.ours.example\","
                                + "\"2026-11-01T00:00:00Z\",\"2026-12-01T00:00:00Z\"",
                        "\"Recipients by direction and outcome\",\"outbound\",\"2\",\"0\",\"0\",\"2\",\"0\"",
                        "\"Left unsigned or unencrypted, by domain of the recipient\","
                                + "\"'=1+\"\"<script>alert('x')&\\u202e\",\"2\",\"2\",\"2\",\"2\"");
    }

    @Test
    void withoutAMonthItIsTheLastThirtyDays() {
        assertThat(run("audit", "report")).isZero();
        assertThat(gateway.lines().get(1)).isEqualTo("2026-11-01T12:00:00Z to 2026-12-01T12:00:00Z");
        assertThat(gateway.lines()).contains("outbound           2           0         0        2         0");
        assertThat(run("audit", "report", "--since", "2026-12-02")).isEqualTo(ExitCode.USAGE);
        assertThat(run("audit", "report", "--month", "november")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void certificatesOfTheFolderAreThereToo() throws IOException {
        Files.writeString(folder.resolve("store/bob.pem"), BOB.certificate().toPem());
        Files.writeString(folder.resolve("store/trust/ca.pem"), AUTHORITY.root().toPem());
        int code = run("audit", "report", "--expiring", "20");
        assertThat(code).as(gateway.err()).isZero();
        assertThat(gateway.lines()).anyMatch(line -> line.contains("CN=bob@partner.example  files, imported  "));
        assertThat(run("audit", "report", "--expiring", "5")).isZero();
        assertThat(gateway.lines())
                .containsSequence(
                        "Certificates that expire within 5 days",
                        "--------------------------------------",
                        "These are the certificates in the database and folder of the configuration, and those"
                                + " that mail of this period used (audit log). The first to expire comes first.",
                        "none");
    }

    /** This user may read the log and nothing else: for them the store folder might as well not exist. */
    @Test
    void withoutTheFolderTheLogTellsAndTheReportSaysSo() throws IOException {
        Files.move(folder.resolve("store"), folder.resolve("elsewhere"));
        Files.delete(folder.resolve("directory.db"));
        Path log = folder.resolve("given.jsonl");
        String signer = "ab".repeat(32);
        String record =
                "{'@timestamp':'2026-11-05T12:00:00Z','event.action':'recipient-done','event.outcome':'success',"
                        + "'email.to.address':'bob@partner.example','postseal.direction':'outbound',"
                        + "'postseal.decision':'deliver','postseal.reply':'250 2.0.0 Ok',"
                        + "'postseal.certificates':['recipient:BOB'],'postseal.x509.sha256':'SIGNER',"
                        + "'x509.subject.distinguished_name':'CN=ann','x509.not_after':'2026-12-05T00:00:00Z'}\n";
        Files.writeString(
                log,
                record.replace('\'', '"')
                        .replace("SIGNER", signer)
                        .replace("BOB", BOB.certificate().id().hex()));
        Path evidence = Files.createDirectory(folder.resolve("audit-evidence"));
        Files.write(
                evidence.resolve(BOB.certificate().id().hex() + ".cer"),
                Base64.getMimeDecoder().decode(BOB.certificate().toPem().replaceAll("-----[A-Z ]+-----", "")));

        assertThat(run("audit", "report", "--month", "2026-11", log.toString())).isZero();
        String why = "the folder of certificates: " + folder.resolve("store") + ": directory cannot be read";
        assertThat(gateway.err()).isEqualTo("hint: not in the tables of certificates: " + why + "\n");
        assertThat(gateway.lines())
                .containsSequence("NOT in the tables of certificates, since it could not be read", "  " + why, "")
                .containsSequence(
                        "These are not all certificates, see above: only those that mail of this period used"
                                + " (audit log), and what else could be read. The first to expire comes first.",
                        "Until       Addresses            Subject                 Source     SHA-256",
                        "2026-12-05                       CN=ann                  audit log  " + signer,
                        "2026-12-11  bob@partner.example  CN=bob@partner.example  audit log  "
                                + BOB.certificate().id().hex());
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "csv", log.toString()))
                .isZero();
        assertThat(gateway.lines().get(1))
                .isEqualTo("\"Not in the tables of certificates, since it could not be read\",\"" + why + "\"");
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "html", log.toString()))
                .isZero();
        assertThat(gateway.lines()).contains("<li>" + why + "</li>");
    }

    /** With addresses, the report would tell who owns the certificates that records name by SHA-256. */
    @Test
    void whereTheLogHasHashesSoHaveTheCertificates() throws IOException {
        Path key = Files.writeString(folder.resolve("address.key"), "0123456789".repeat(5));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                folder.resolve("postseal.yaml"),
                "audit: { addresses: hashed, addressKey: address.key }\n",
                StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("store/trust/ca.pem"), AUTHORITY.root().toPem());
        String hashed = new AddressHash(Secret.read(key)).of("bob@partner.example");
        for (String format : List.of("text", "html", "csv")) {
            assertThat(run("audit", "report", "--month", "2026-11", "--expiring", "900", "--format", format))
                    .as(gateway.err())
                    .isZero();
            assertThat(gateway.out())
                    .contains(hashed, BOB.certificate().id().hex(), "CN=Test")
                    .doesNotContain("bob@partner.example");
        }
    }

    /** The report is about the log. It changes nothing in the database. */
    @Test
    void aDatabaseThatIsDamagedCountsAsNotGiven() throws IOException {
        assertThat(run("audit", "report", "--month", "2026-11")).isZero();
        assertThat(gateway.err()).isEmpty();
        String damaged = "x".repeat(9000);
        Files.writeString(folder.resolve("directory.db"), damaged);
        assertThat(run("audit", "report", "--month", "2026-11")).isZero();
        assertThat(gateway.err())
                .startsWith("hint: not in the tables of certificates: the database of certificates: "
                        + folder.resolve("directory.db"));
        assertThat(gateway.lines())
                .contains("NOT in the tables of certificates, since it could not be read")
                .noneMatch(line -> line.contains("CN=bob@partner.example"));
        assertThat(folder.resolve("directory.db")).hasContent(damaged);
    }

    @Test
    void whatCouldNotBeReadStandsInTheReport() throws IOException {
        Files.writeString(folder.resolve("audit-000000000000.jsonl.gz"), "no gzip");
        String remark = "audit-000000000000.jsonl.gz cannot be read: Not in GZIP format";
        assertThat(run("audit", "report", "--month", "2026-11")).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.lines())
                .containsSequence(
                        "2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z",
                        "",
                        "INCOMPLETE: not all of the log could be read",
                        "  " + remark,
                        "",
                        "Recipients by direction and outcome");
        assertThat(gateway.err()).contains("error: the report is incomplete");
        Path page = folder.resolve("report.html");
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "html", "-o", page.toString()))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(Files.readString(page))
                .contains("<p><strong>Incomplete: not all of the log could be read.</strong></p>\n<ul>\n<li>" + remark
                        + "</li>\n</ul>\n");
        assertThat(run("audit", "report", "--month", "2026-11", "--format", "csv"))
                .isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.lines().get(1))
                .isEqualTo("\"Incomplete: not all of the log could be read\",\"" + remark + "\"");
    }

    @Test
    void aReportIsWrittenToNoOtherFile() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "of somebody else");
        Files.createSymbolicLink(folder.resolve("report.txt.new"), victim);
        Path report = folder.resolve("report.txt");
        assertThat(run("audit", "report", "-o", report.toString())).isZero();
        assertThat(victim).hasContent("of somebody else");
        assertThat(report).content().startsWith("Mail protection report");
        assertThat(Files.getPosixFilePermissions(report)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aReportThatCannotBeWrittenLeavesNothing() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("reports/taken"));
        Files.writeString(taken.resolve("file"), "");
        assertThat(run("audit", "report", "-o", taken.toString())).isEqualTo(ExitCode.INPUT_OUTPUT);
        assertThat(gateway.err()).startsWith("error: " + taken + " cannot be written: ");
        try (Stream<Path> files = Files.list(folder.resolve("reports"))) {
            assertThat(files).containsExactly(taken);
        }
    }

    private static List<String> cells(Element section) {
        List<String> cells = new ArrayList<>();
        NodeList rows = section.getElementsByTagName("tr");
        for (int i = 0; i < rows.getLength(); i++) {
            NodeList children = rows.item(i).getChildNodes();
            IntStream.range(0, children.getLength())
                    .forEach(j -> cells.add(children.item(j).getTextContent()));
        }
        return cells;
    }

    private int run(String... words) {
        return gateway.run(words);
    }
}
