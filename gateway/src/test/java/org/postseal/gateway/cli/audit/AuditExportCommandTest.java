package org.postseal.gateway.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.certstore.PathEvidence.Part;
import org.postseal.certstore.PathEvidence.Revocation.Answered;
import org.postseal.certstore.PathEvidence.Revocation.Unanswered;
import org.postseal.certstore.ca.CertificateAuthority;
import org.postseal.certstore.ca.IssuedCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.gateway.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.AuditLogs;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.cli.CommandLineInterface;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.directory.Surroundings;

class AuditExportCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(Duration.ofDays(500)), NOW.plus(Duration.ofDays(500)));
    private static final IssuedCertificate BOB = AUTHORITY
            .request(MailAddress.of("bob@partner.example"))
            .validity(NOW.minus(Duration.ofDays(400)), NOW.plus(Duration.ofDays(10)))
            .issue();
    private static final String GONE = "cd".repeat(32);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("bob.pem"), BOB.certificate().toPem());
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                directory: { database: directory.db, masterKey: master.key }
                """);
        // records 2 to 6, checkpoint 7
        try (AuditLog log = open()) {
            log.append(List.of(done("Q1", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(
                    done("Q2", "<4711@ours.example>", "bob@partner.example"),
                    done("Q2", "<4711@ours.example>", "=`touch pwned`$(touch pwned)@other.example")));
            log.append(List.of(done("Q3", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(new AuditEvent.NoticeSent(NOW, "Q2", "ann@ours.example", "250 ok")));
        }
        // records 8 and 9, checkpoint 10
        try (AuditLog log = open()) {
            log.append(List.of(done("Q4", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(done("Q5", "<4711@ours.example>", "bob@partner.example")));
        }
        assertThat(run("cert", "import", folder.resolve("bob.pem").toString()))
                .as(err.toString(UTF_8))
                .isZero();
    }

    @Test
    void aThirdPartyProvesTheRecordsWithOpenSslAlone() throws Exception {
        assertThat(run(
                        "audit",
                        "export",
                        "4711@ours.example",
                        "--out",
                        evidence().toString()))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(output())
                .containsExactly(
                        "wrote 4 records, 1 of 2 certificates and 0 of 0 lists and responses to " + evidence());
        String bob = BOB.certificate().id().hex();
        String key = keyFile();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "README.md",
                        "record-3.json",
                        "record-4.json",
                        "others-5-5.txt",
                        "record-6.json",
                        "checkpoint-7.json",
                        "checkpoint-7.signature",
                        "record-9.json",
                        "checkpoint-10.json",
                        "checkpoint-10.signature",
                        key,
                        "certificate-" + bob + ".pem");
        List<String> log = Files.readAllLines(log());
        for (int number : List.of(3, 4, 6, 9)) {
            assertThat(evidence().resolve("record-" + number + ".json")).hasContent(log.get(number - 1));
        }
        assertThat(Files.readString(readme())).contains("\n- " + GONE + "\n");
        for (String name : names()) {
            assertThat(new String(Files.readAllBytes(evidence().resolve(name)), UTF_8))
                    .as(name)
                    .doesNotContain("secret@", "carol@");
        }

        List<String> commands = commands();
        assertThat(commands).hasSize(4);
        assertThat(commands.stream().map(this::shell))
                .containsExactly(
                        new Ran(0, "key.der: OK\n"),
                        new Ran(0, "Signature Verified Successfully\n"),
                        new Ran(0, "Signature Verified Successfully\n"),
                        new Ran(0, "certificate.der: OK\n"));
        assertThat(names()).doesNotContain("pwned");
    }

    @Test
    void whatWasChangedIsNotProven() throws Exception {
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q2",
                        "--out",
                        evidence().toString()))
                .isZero();
        List<String> commands = commands();
        assertThat(commands).hasSize(3);
        change("record-3.json", "bob@", "eve@", commands.get(1));
        change("record-6.json", "\"postseal.chain.number\":6", "\"postseal.chain.number\":5", commands.get(1));
        String other = Files.readString(evidence().resolve("others-5-5.txt")).strip();
        change("others-5-5.txt", other, "0".repeat(64), commands.get(1));
        change("others-5-5.txt", other + "\n", "", commands.get(1));
        // a key that is not the one of the page, over what fits
        assertThat(shell("openssl genpkey -algorithm ed25519 -outform PEM -out ../other.pem"
                                + " && openssl pkey -in ../other.pem -pubout -out " + keyFile())
                        .code())
                .isZero();
        assertThat(shell(commands.get(0)).output()).startsWith("key.der: FAILED\n");
        assertThat(shell(commands.get(0)).code()).isNotZero();
        Ran foreign = shell(commands.get(1));
        assertThat(foreign.code()).isNotZero();
        assertThat(foreign.output()).endsWith("Signature Verification Failure\n");
        change(
                "certificate-" + BOB.certificate().id().hex() + ".pem",
                AUTHORITY.root().toPem(),
                commands.get(2));
    }

    @Test
    void anExportIsRecorded() {
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q5",
                        "--out",
                        evidence().toString()))
                .isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            assertThat(database.read(contents -> contents.changeLog().waiting(100)).stream()
                            .map(change -> change.act().who() + " " + change.action() + " " + change.object() + " "
                                    + change.details())
                            .filter(text -> text.contains("audit-export")))
                    .containsExactly("auditor audit-export message:queue id Q5 [records 1, folder " + evidence() + "]");
        }
    }

    @Test
    void withoutADatabaseThatIsSaid() throws IOException {
        Files.writeString(
                folder.resolve("postseal.yaml"),
                Files.readString(folder.resolve("postseal.yaml")).replaceAll("directory:.*\n", ""));
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q5",
                        "--out",
                        evidence().toString()))
                .isZero();
        assertThat(err.toString(UTF_8))
                .isEqualTo("hint: the export is not recorded: there is no directory.database that auditor may write"
                        + " to\n");
    }

    @Test
    void aFolderThatHasSomethingIsRefusedAndAnEmptyOneIsTaken() throws IOException {
        Files.createDirectory(evidence());
        Files.writeString(evidence().resolve("mine"), "mine");
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q5",
                        "--out",
                        evidence().toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "error: " + evidence() + " is there already\nhint: --out DIR that is empty or is not there\n");
        assertThat(names()).containsExactly("mine");
        assertNothingHalfWritten();
        Files.delete(evidence().resolve("mine"));
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q5",
                        "--out",
                        evidence().toString()))
                .isZero();
        assertThat(names()).contains("README.md");
        assertNothingHalfWritten();
    }

    @Test
    void whatTheLogCannotProveIsNotExported() throws IOException {
        String log = Files.readString(log());
        // of somebody else, on the way to the checkpoint
        Files.writeString(log(), log.replace("\"Q3\"", "\"Q9\""));
        refused(ExitCode.REFUSED, "error: record 5 was changed, or one before it\n");
        List<String> lines = log.lines().toList();
        Files.writeString(log(), String.join("\n", lines.subList(0, 5)) + "\n");
        refused(ExitCode.TRY_AGAIN, "error: record 3 is not signed yet\n");
        Files.writeString(
                log(), log.replaceAll("\"postseal.chain.signature\":\"....", "\"postseal.chain.signature\":\"AAAA"));
        refused(ExitCode.REFUSED, "error: record 7 was changed, or one before it\n");
        Files.writeString(log(), log);
        Files.delete(folder.resolve("audit-key.pem"));
        Files.delete(folder.resolve("audit-key.pem.pub"));
        try (AuditLog other = AuditLogs.open(AuditConfig.of(folder.resolve("other.jsonl")), () -> NOW)) {
            other.requireWritable();
        }
        refused(ExitCode.REFUSED, "error: record 7 is a checkpoint by another key, ");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThat(run("audit", "export", "nobody@nowhere", "--out", evidence().toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString(UTF_8))
                .startsWith("error: the audit log has nothing about Message-ID nobody@nowhere\n");
        // a queue id is no Message-ID
        assertThat(run("audit", "export", "Q2", "--out", evidence().toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(run("audit", "export", "--out", evidence().toString())).isEqualTo(ExitCode.USAGE);
        assertThat(run(
                        "audit",
                        "export",
                        "Q2",
                        "--queue-id",
                        "Q2",
                        "--out",
                        evidence().toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(evidence()).doesNotExist();
    }

    @Test
    void aThirdPartyWorksOutWhatVerdictsRestOn() throws Exception {
        OpensslAuthority pki = new OpensslAuthority(folder.resolve("pki"));
        PathEvidence byLists = path(pki, new Answered(Kind.CRL, pki.sha256("int.crl"), NOW, Optional.empty()));
        PathEvidence byResponse = new PathEvidence(List.of(
                new Part(
                        pki.certificate("other"),
                        List.of(new Answered(Kind.OCSP, pki.sha256("other.ocsp"), NOW, Optional.of(NOW)))),
                byLists.parts().get(1),
                byLists.parts().get(2)));
        PathEvidence revoked = path(pki, new Answered(Kind.CRL, pki.sha256("revoking.crl"), NOW, Optional.empty()));
        try (AuditLog log = open()) {
            log.answers().keep(Kind.CRL, pki.sha256("int.crl"), pki.octets("int.crl"));
            log.answers().keep(Kind.CRL, pki.sha256("revoking.crl"), pki.octets("revoking.crl"));
            log.answers().keep(Kind.CRL, pki.sha256("root.crl"), pki.octets("root.crl"));
            log.answers().keep(Kind.OCSP, pki.sha256("other.ocsp"), pki.octets("other.ocsp"));
            log.append(List.of(done(Instant.now(), "Q8", List.of(byLists, byResponse, revoked))));
        }
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q8",
                        "--out",
                        evidence().toString()))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(output())
                .containsExactly("wrote 1 record, 5 of 6 certificates and 4 of 4 lists and responses to " + evidence());
        assertThat(Files.readString(readme()))
                .contains("- " + pki.certificate("root").id().hex() + ": trust anchor\n");
        List<String> checks = commands().stream()
                .filter(command -> command.startsWith("grep "))
                .toList();
        assertThat(checks).hasSize(4);
        assertThat(shell(checks.get(0)))
                .isEqualTo(new Ran(
                        0, "crl-" + pki.sha256("int.crl") + ".crl: OK\n" + certificateFile(pki, "leaf") + ": OK\n"));
        assertThat(shell(checks.get(1)))
                .isEqualTo(new Ran(
                        0, "crl-" + pki.sha256("root.crl") + ".crl: OK\n" + certificateFile(pki, "int") + ": OK\n"));
        assertThat(shell(checks.get(2)).output())
                .contains(
                        "ocsp-" + pki.sha256("other.ocsp") + ".der: OK\n",
                        "Response verify OK\n",
                        certificateFile(pki, "other") + ": good\n");
        Ran bad = shell(checks.get(3));
        assertThat(bad.code()).isNotZero();
        assertThat(bad.output()).contains("certificate revoked");

        // another list by the same authority, which is as good for OpenSSL: it is not the one of the record
        Path list = evidence().resolve("crl-" + pki.sha256("int.crl") + ".crl");
        Files.write(list, pki.octets("another.crl"));
        Ran other = shell(checks.get(0));
        assertThat(other.code()).isNotZero();
        assertThat(other.output()).startsWith(list.getFileName() + ": FAILED\n").doesNotContain(".pem: OK");
        // nor does one help that the record does not name
        Path record = evidence().resolve("record-11.json");
        Files.writeString(record, Files.readString(record).replace(pki.sha256("root.crl"), pki.sha256("another.crl")));
        assertThat(shell(checks.get(1))).isEqualTo(new Ran(1, ""));
    }

    @Test
    void whatIsNotKeptIsNamed() throws Exception {
        OpensslAuthority pki = new OpensslAuthority(folder.resolve("pki"));
        PathEvidence byLists = path(pki, new Answered(Kind.CRL, pki.sha256("int.crl"), NOW, Optional.empty()));
        try (AuditLog log = open()) {
            log.append(List.of(done(Instant.now(), "Q8", List.of(byLists))));
        }
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q8",
                        "--out",
                        evidence().toString()))
                .isZero();
        assertThat(output())
                .containsExactly("wrote 1 record, 4 of 5 certificates and 0 of 2 lists and responses to " + evidence());
        assertThat(Files.readString(readme()))
                .contains("Cannot be worked out again from this folder: crl-" + pki.sha256("int.crl")
                        + ".crl is not here.\n");
        assertThat(commands()).noneMatch(command -> command.startsWith("grep "));
    }

    private static PathEvidence path(OpensslAuthority pki, Answered ofLeaf) throws Exception {
        return new PathEvidence(List.of(
                new Part(pki.certificate("leaf"), List.of(ofLeaf)),
                new Part(
                        pki.certificate("int"),
                        List.of(new Answered(Kind.CRL, pki.sha256("root.crl"), NOW, Optional.empty()))),
                new Part(pki.certificate("root"), List.of(new Unanswered("trust anchor")))));
    }

    private static String certificateFile(OpensslAuthority pki, String name) throws Exception {
        return "certificate-" + pki.certificate(name).id().hex() + ".pem";
    }

    private void refused(int code, String error) throws IOException {
        assertThat(run(
                        "audit",
                        "export",
                        "--queue-id",
                        "Q2",
                        "--out",
                        evidence().toString()))
                .isEqualTo(code);
        assertThat(err.toString(UTF_8)).startsWith(error);
        assertThat(evidence()).doesNotExist();
        assertNothingHalfWritten();
    }

    private void assertNothingHalfWritten() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")))
                    .isEmpty();
        }
    }

    private record Ran(int code, String output) {}

    /** Runs what a page says, with nothing of the machine's settings. */
    private Ran shell(String command) {
        try {
            ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                    .directory(evidence().toFile())
                    .redirectErrorStream(true);
            builder.environment().keySet().retainAll(List.of("PATH"));
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Ran(process.waitFor(), output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void change(String name, String from, String to, String command) throws IOException {
        String before = Files.readString(evidence().resolve(name));
        assertThat(before).contains(from);
        change(name, before.replace(from, to), command);
    }

    private void change(String name, String changed, String command) throws IOException {
        Path file = evidence().resolve(name);
        String before = Files.readString(file);
        Files.writeString(file, changed);
        Ran ran = shell(command);
        assertThat(ran.code()).as(name).isNotZero();
        assertThat(ran.output()).containsPattern("(?m)^(Signature Verification Failure|certificate.der: FAILED)\n");
        Files.writeString(file, before);
    }

    private List<String> commands() throws IOException {
        return Pattern.compile("(?ms)^```sh\n(.*?)^```$")
                .matcher(Files.readString(readme()))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private String keyFile() throws IOException {
        return names().stream()
                .filter(name -> name.startsWith("key-"))
                .findFirst()
                .orElseThrow();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(evidence())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Path evidence() {
        return folder.resolve("evidence");
    }

    private Path readme() {
        return evidence().resolve("README.md");
    }

    private Path log() {
        return folder.resolve("audit.jsonl");
    }

    private AuditLog open() throws IOException {
        return AuditLogs.open(AuditConfig.of(log()), () -> NOW);
    }

    private List<String> output() {
        return out.toString(UTF_8).lines().toList();
    }

    private static AuditEvent done(String queueId, String messageId, String recipient) {
        return done(NOW, queueId, messageId, recipient, List.of());
    }

    private static AuditEvent done(Instant at, String queueId, List<PathEvidence> validations) {
        return done(at, queueId, "<9@ours.example>", "bob@partner.example", validations);
    }

    private static AuditEvent done(
            Instant at, String queueId, String messageId, String recipient, List<PathEvidence> validations) {
        AuditEvent.RecipientDone done = Records.done(at, queueId, messageId, "ann@ours.example", recipient, "rest");
        AuditEvent.Protection protection = done.protection();
        return new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                done.decision(),
                new AuditEvent.Protection(
                        protection.added(),
                        protection.incoming(),
                        protection.signature(),
                        protection.signers(),
                        List.of("encrypt:" + BOB.certificate().id().hex(), "signer:" + GONE),
                        protection.readers(),
                        protection.headerProtection(),
                        protection.signer(),
                        validations),
                done.delivery(),
                done.times());
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 2];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        Console console = new Console(
                InputStream.nullInputStream(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        Surroundings surroundings = new Surroundings(
                "auditor", OptionalInt.empty(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(5));
        return new CommandLineInterface(new GatewayAssembly(), console, surroundings).execute(all);
    }
}
