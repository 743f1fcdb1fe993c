package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;

@Tag("thorough")
class AuditExportCommandTest {
    @TempDir
    private Path folder;

    private ExportBench bench;

    @BeforeEach
    void files() throws IOException {
        bench = new ExportBench(folder);
    }

    @Test
    void aThirdPartyProvesTheRecordsWithOpenSslAlone() throws Exception {
        assertThat(bench.export("4711@ours.example")).as(bench.complaint()).isZero();
        assertThat(bench.output())
                .containsExactly(
                        "wrote 4 records, 1 of 2 certificates, 0 of 0 lists and responses and 0 of 1 policies to "
                                + bench.evidence(),
                        bench.readme() + " has the commands that check them");
        String bob = ExportBench.BOB.certificate().id().hex();
        String key = keyFile();
        assertThat(bench.names())
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
        List<String> log = Files.readAllLines(bench.log());
        for (int number : List.of(3, 4, 6, 9)) {
            assertThat(bench.evidence().resolve("record-" + number + ".json")).hasContent(log.get(number - 1));
        }
        assertThat(Files.readString(bench.readme())).contains("\n- " + ExportBench.GONE + "\n");
        for (String name : bench.names()) {
            assertThat(new String(Files.readAllBytes(bench.evidence().resolve(name)), UTF_8))
                    .as(name)
                    .doesNotContain("secret@", "carol@");
        }

        List<String> commands = bench.commands();
        assertThat(commands).hasSize(4);
        assertThat(commands.stream().map(bench::shell))
                .containsExactly(
                        new ExportBench.Ran(0, "key.der: OK\n"),
                        new ExportBench.Ran(0, "Signature Verified Successfully\ncheckpoint-7.json: OK\n"),
                        new ExportBench.Ran(0, "Signature Verified Successfully\ncheckpoint-10.json: OK\n"),
                        new ExportBench.Ran(0, "certificate.der: OK\n"));
        assertThat(bench.names()).doesNotContain("pwned");
    }

    @Test
    void thePolicyThatDecidedIsThereAndIsShownToBeIt() throws Exception {
        PolicyText policy = PolicyText.of("rules:\n  - id: rest # `touch pwned`\n".getBytes(UTF_8));
        try (AuditLog log = bench.open()) {
            log.append(List.of(Records.read(ExportBench.NOW, "policy-loaded", policy)));
            log.append(List.of(Records.by(
                    policy.sha256(),
                    Records.done(
                            ExportBench.NOW, "Q6", "<6@ours.example>", "ann@ours.example", "bob@x.example", "rest"))));
        }
        String name = "policy-" + policy.sha256() + ".yaml";
        List<String> export = List.of(
                "audit", "export", "--queue-id", "Q6", "--out", bench.evidence().toString());
        assertThat(bench.run(export.toArray(String[]::new)))
                .as(bench.complaint())
                .isZero();
        assertThat(bench.output().getFirst()).contains(" and 1 of 1 policies to ");
        assertThat(bench.evidence().resolve(name)).hasContent("rules:\n  - id: rest # `touch pwned`\n");
        String command = bench.commands().getLast();
        assertThat(bench.shell(command)).isEqualTo(new ExportBench.Ran(0, name + ": OK\n"));
        Files.writeString(bench.evidence().resolve(name), "rules:\n  - id: rest\n");
        assertThat(bench.shell(command).code()).isNotZero();
        assertThat(bench.names()).doesNotContain("pwned");

        // A kept policy that somebody has changed is not handed out as the one that decided
        Files.writeString(folder.resolve("audit-evidence").resolve(policy.sha256() + ".yaml"), "rules: []\n");
        again(export, "0 of 1 policies");
        assertThat(Files.readString(bench.readme()))
                .contains("somebody has CHANGED what is kept: its SHA-256 is another one. It is not here:\n\n- "
                        + policy.sha256() + "\n")
                .doesNotContain("its text is not kept");
        assertThat(bench.complaint())
                .contains("hint: the kept text of policy " + policy.sha256()
                        + " is no longer the one that decided: somebody has changed it\n");
        Files.delete(folder.resolve("audit-evidence").resolve(policy.sha256() + ".yaml"));
        again(export, "0 of 1 policies");
        assertThat(Files.readString(bench.readme()))
                .contains("its text is not kept:\n\n- " + policy.sha256() + "\n")
                .doesNotContain("CHANGED");
        again(Stream.concat(export.stream(), Stream.of("--without-policy")).toList(), "0 of 0 policies");
        assertThat(bench.names()).doesNotContain(name);
    }

    private void again(List<String> export, String said) throws IOException {
        for (String name : bench.names()) {
            Files.delete(bench.evidence().resolve(name));
        }
        assertThat(bench.run(export.toArray(String[]::new)))
                .as(bench.complaint())
                .isZero();
        assertThat(bench.output().getFirst()).contains(said);
    }

    @Test
    void whatWasChangedIsNotProven() throws Exception {
        assertThat(bench.export("--queue-id Q2")).isZero();
        List<String> commands = bench.commands();
        assertThat(commands).hasSize(3);
        change("record-3.json", "bob@", "eve@", commands.get(1));
        change("record-6.json", "\"postseal.chain.number\":6", "\"postseal.chain.number\":5", commands.get(1));
        String other =
                Files.readString(bench.evidence().resolve("others-5-5.txt")).strip();
        change("others-5-5.txt", other, "0".repeat(64), commands.get(1));
        change("others-5-5.txt", other + "\n", "", commands.get(1));
        // The key is replaced by another one, and every other file fits
        assertThat(bench.shell("openssl genpkey -algorithm ed25519 -outform PEM -out ../other.pem"
                                + " && openssl pkey -in ../other.pem -pubout -out " + keyFile())
                        .code())
                .isZero();
        assertThat(bench.shell(commands.get(0)).output()).startsWith("key.der: FAILED\n");
        assertThat(bench.shell(commands.get(0)).code()).isNotZero();
        ExportBench.Ran foreign = bench.shell(commands.get(1));
        assertThat(foreign.code()).isNotZero();
        assertThat(foreign.output()).endsWith("Signature Verification Failure\n");
        change(
                "certificate-" + ExportBench.BOB.certificate().id().hex() + ".pem",
                ExportBench.AUTHORITY.root().toPem(),
                commands.get(2));
    }

    @Test
    void anExportIsRecorded() {
        assertThat(bench.export("--queue-id Q5")).isZero();
        assertThat(bench.complaint()).isEmpty();
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            assertThat(database.read(contents -> contents.changeLog().waiting(100)).stream()
                            .map(change -> change.act().who() + " " + change.action() + " " + change.object() + " "
                                    + change.details())
                            .filter(text -> text.contains("audit-export")))
                    .containsExactly(
                            "auditor audit-export message:queue id Q5 [records 1, folder " + bench.evidence() + "]");
        }
    }

    @Test
    void withoutADatabaseThatIsSaid() throws IOException {
        Files.writeString(
                folder.resolve("postseal.yaml"),
                Files.readString(folder.resolve("postseal.yaml")).replaceAll("directory:.*\n", ""));
        assertThat(bench.export("--queue-id Q5")).isZero();
        assertThat(bench.complaint())
                .isEqualTo("hint: the export is not recorded: there is no directory.database that auditor may write"
                        + " to\n");
    }

    @Test
    void aFolderThatHasSomethingIsRefusedAndAnEmptyOneIsTaken() throws IOException {
        Files.createDirectory(bench.evidence());
        Files.writeString(bench.evidence().resolve("mine"), "mine");
        assertThat(bench.export("--queue-id Q5")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.complaint())
                .isEqualTo("error: " + bench.evidence()
                        + " exists already\nhint: --out DIR that is empty or does not exist\n");
        assertThat(bench.names()).containsExactly("mine");
        assertNothingHalfWritten();
        Files.delete(bench.evidence().resolve("mine"));
        assertThat(bench.export("--queue-id Q5")).isZero();
        assertThat(bench.names()).contains("README.md");
        assertNothingHalfWritten();
    }

    @Test
    void whatTheLogCannotProveIsNotExported() throws IOException {
        String log = Files.readString(bench.log());
        // A record of other mail is changed, between the exported records and the checkpoint
        Files.writeString(bench.log(), log.replace("\"Q3\"", "\"Q9\""));
        refused(ExitCode.REFUSED, "error: record 5 was changed, or one before it\n");
        List<String> lines = log.lines().toList();
        Files.writeString(bench.log(), String.join("\n", lines.subList(0, 5)) + "\n");
        refused(ExitCode.TRY_AGAIN, "error: record 3 is not signed yet\n");
        Files.writeString(
                bench.log(),
                log.replaceAll("\"postseal.chain.signature\":\"....", "\"postseal.chain.signature\":\"AAAA"));
        refused(ExitCode.REFUSED, "error: record 7 was changed, or one before it\n");
        Files.writeString(bench.log(), log);
        Files.delete(folder.resolve("audit-key.pem"));
        Files.delete(folder.resolve("audit-key.pem.pub"));
        try (AuditLog other = AuditLogs.open(AuditConfig.of(folder.resolve("other.jsonl")), () -> ExportBench.NOW)) {
            other.requireWritable();
        }
        refused(ExitCode.REFUSED, "error: record 7 is a checkpoint by another key, ");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThat(bench.export("nobody@nowhere")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.complaint()).startsWith("error: the audit log has nothing about Message-ID nobody@nowhere\n");
        // Without an option the name is a Message-ID, and a queue id is none
        assertThat(bench.export("Q2")).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.run("audit", "export", "--out", bench.evidence().toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bench.export("Q2 --queue-id Q2")).isEqualTo(ExitCode.USAGE);
        assertThat(bench.evidence()).doesNotExist();
    }

    private void refused(int code, String error) throws IOException {
        assertThat(bench.export("--queue-id Q2")).isEqualTo(code);
        assertThat(bench.complaint()).startsWith(error);
        assertThat(bench.evidence()).doesNotExist();
        assertNothingHalfWritten();
    }

    private void assertNothingHalfWritten() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")))
                    .isEmpty();
        }
    }

    private void change(String name, String from, String to, String command) throws IOException {
        String before = Files.readString(bench.evidence().resolve(name));
        assertThat(before).contains(from);
        change(name, before.replace(from, to), command);
    }

    private void change(String name, String changed, String command) throws IOException {
        Path file = bench.evidence().resolve(name);
        String before = Files.readString(file);
        Files.writeString(file, changed);
        ExportBench.Ran ran = bench.shell(command);
        assertThat(ran.code()).as(name).isNotZero();
        assertThat(ran.output()).containsPattern("(?m)^(Signature Verification Failure|certificate.der: FAILED)\n");
        Files.writeString(file, before);
    }

    private String keyFile() throws IOException {
        return bench.names().stream()
                .filter(name -> name.startsWith("key-"))
                .findFirst()
                .orElseThrow();
    }
}
