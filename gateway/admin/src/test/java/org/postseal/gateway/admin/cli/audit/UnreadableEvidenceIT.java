package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.PathEvidence;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.PolicyText;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Requirements;

/**
 * Files beside the log that belong to another user, as after a restore by root. A reader who may not read them is told
 * which files they are and whose, and gets everything else.
 */
final class UnreadableEvidenceIT {
    /** Root without the capabilities to read the files of others. */
    private static final List<String> ANYBODY = List.of(
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search,-fowner",
            "--inh-caps=-dac_override,-dac_read_search,-fowner");

    private static final String DENIED = ": permission denied: it belongs to 4711:4711, mode rw-------";

    @TempDir
    private Path folder;

    @Test
    void eachFileIsNamedAndKeepsNothingElseBack() throws Exception {
        Requirements.programs("setpriv");
        Requirements.root("a file of another user");
        ExportBench bench = new ExportBench(folder);
        PolicyText policy = PolicyText.of("rules:\n  - id: rest\n".getBytes(UTF_8));
        byte[] list = "stands for a list".getBytes(UTF_8);
        String ofList = CertificateId.of(list).hex();
        PathEvidence path = new PathEvidence(List.of(
                new PathEvidence.Part(
                        ExportBench.BOB.certificate(),
                        List.of(new PathEvidence.Revocation.Answered(
                                PathEvidence.Kind.CRL, ofList, ExportBench.NOW, Optional.of(ExportBench.NOW)))),
                new PathEvidence.Part(
                        ExportBench.AUTHORITY.issuer(), List.of(new PathEvidence.Revocation.Unanswered("not asked")))));
        try (AuditLog log = bench.open()) {
            log.append(List.of(Records.read(ExportBench.NOW, "policy-loaded", policy)));
            log.answers().keep(PathEvidence.Kind.CRL, ofList, list);
            log.append(List.of(Records.by(policy.sha256(), (AuditEvent.RecipientDone)
                    ExportBench.done(ExportBench.NOW, "Q9", List.of(path)))));
        }
        Path evidence = folder.resolve("audit-evidence");
        Path text = evidence.resolve(policy.sha256() + ".yaml");
        Path revoked = evidence.resolve(ofList + ".crl");
        Path issuer = evidence.resolve(ExportBench.AUTHORITY.issuer().id().hex() + ".cer");
        for (Path file : List.of(text, revoked, issuer)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Command.of("chown", "4711:4711", file).output();
        }

        String said = run();
        assertThat(part(said, "verify", 0))
                .contains("unreadable  3 of the files that records may name; you cannot check them:\n")
                .contains("            " + text + DENIED + "\n")
                .contains("            " + revoked + DENIED + "\n")
                .contains("            " + issuer + DENIED + "\n")
                .contains("was changed, removed, added or moved");
        assertThat(part(said, "show", 0)).contains("kept in " + evidence + " and cannot be read" + DENIED);
        assertThat(part(said, "export", 0))
                .contains("wrote 1 record, 1 of 3 certificates, 0 of 1 lists and responses and 0 of 1 policies to ")
                .contains("hint: the kept text of policy " + policy.sha256() + " cannot be read" + DENIED + "\n")
                .contains("hint: the folder lacks " + revoked + DENIED + "\n")
                .contains("hint: no certificate was looked for in " + issuer + DENIED + "\n");
        assertThat(Files.readString(bench.readme()))
                .contains("""
                        Named by a record, and kept beside the log, but whoever made this folder \
                        could not read it there:

                        - %s
                        """.formatted(policy.sha256()))
                .contains(
                        "Kept beside the log, but whoever made this folder could not read there 1 of what is not here.")
                .as("whose it is is nobody else's business")
                .doesNotContain("4711");

        // A reader who may not even look into the folder is told so
        Files.setPosixFilePermissions(evidence, PosixFilePermissions.fromString("rwx------"));
        Command.of("chown", "4711:4711", evidence).output();
        said = run();
        String closed = evidence + ": permission denied: it belongs to 4711:4711, mode rwx------";
        assertThat(part(said, "verify", 0)).contains("            " + closed + "\n");
        assertThat(part(said, "show", 0)).contains("cannot be read in " + closed);
        assertThat(part(said, "export", 74)).contains("error: the folder with ").contains(" cannot be read: " + closed);
    }

    /** Returns the output of the command that ended with this code. */
    private static String part(String said, String command, int code) {
        int start = said.indexOf("<" + command + ">\n");
        int end = said.indexOf("</" + command + " " + code + ">\n");
        assertThat(start >= 0 && end > start).as(said).isTrue();
        return said.substring(start, end);
    }

    private String run() throws Exception {
        Command.of("rm", "-rf", folder.resolve("evidence")).output();
        List<Object> command = new ArrayList<>(ANYBODY);
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Commands.class.getName(),
                folder.resolve("postseal.yaml"),
                folder.resolve("evidence")));
        Command.Result result = Command.of(command).run();
        assertThat(result.isSuccess()).as(result.toString()).isTrue();
        return new String(result.output(), UTF_8);
    }

    /** Runs the three commands in turn, in a process that may not read everything. */
    static final class Commands {
        private Commands() {}

        /** @param arguments the configuration, and the folder for the evidence */
        public static void main(String[] arguments) {
            for (List<String> words : List.of(
                    List.of("verify"),
                    List.of("show", "9@ours.example"),
                    List.of("export", "--queue-id", "Q9", "--out", arguments[1]))) {
                PrintStream out = new PrintStream(System.out, true, UTF_8);
                out.println("<" + words.getFirst() + ">");
                List<String> all = new ArrayList<>(List.of("-c", arguments[0], "audit"));
                all.addAll(words);
                int code = new CommandLineInterface(
                                new GatewayAssembly(), new Console(InputStream.nullInputStream(), out, out))
                        .execute(all.toArray(String[]::new));
                out.println("</" + words.getFirst() + " " + code + ">");
            }
        }
    }
}
