package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.testkit.HowtoPage;

/** What tests of {@code audit export} share: a log, the command, and the page in the folder that it makes. */
final class ExportBench {
    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(Duration.ofDays(500)), NOW.plus(Duration.ofDays(500)));
    static final IssuedCertificate BOB = AUTHORITY
            .request(MailAddress.of("bob@partner.example"))
            .validity(NOW.minus(Duration.ofDays(400)), NOW.plus(Duration.ofDays(10)))
            .issue();
    static final String GONE = "cd".repeat(32);

    private final Path folder;
    private final GatewayFolder gateway;

    /** Makes a configuration, and a log of ten records that name two certificates. */
    ExportBench(Path folder) throws IOException {
        this.folder = folder;
        gateway = new GatewayFolder(
                folder,
                new Surroundings(
                        "auditor", OptionalInt.empty(), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(5)));
        Files.writeString(folder.resolve("bob.pem"), BOB.certificate().toPem());
        gateway.configure("""
            directory: { database: directory.db, masterKey: master.key }
            """);
        // The log holds records 2 to 6 and checkpoint 7
        try (AuditLog log = open()) {
            log.append(List.of(done("Q1", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(
                    done("Q2", "<4711@ours.example>", "bob@partner.example"),
                    done("Q2", "<4711@ours.example>", "=`touch pwned`$(touch pwned)@other.example")));
            log.append(List.of(done("Q3", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(new AuditEvent.NoticeSent(NOW, "Q2", "ann@ours.example", "250 ok")));
        }
        // The log then also holds records 8 and 9 and checkpoint 10
        try (AuditLog log = open()) {
            log.append(List.of(done("Q4", "<secret@ours.example>", "carol@other.example")));
            log.append(List.of(done("Q5", "<4711@ours.example>", "bob@partner.example")));
        }
        assertThat(run("cert", "import", folder.resolve("bob.pem").toString()))
                .as(gateway.err())
                .isZero();
    }

    /** The exit code of a command and its output. */
    record Ran(int code, String output) {}

    /** Runs a command of the page, without the settings of this machine. */
    Ran shell(String command) {
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

    List<String> commands() throws IOException {
        return HowtoPage.blocks(Files.readString(readme()), "sh");
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(evidence())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    Path evidence() {
        return folder.resolve("evidence");
    }

    Path readme() {
        return evidence().resolve("README.md");
    }

    Path log() {
        return folder.resolve("audit.jsonl");
    }

    AuditLog open() throws IOException {
        return AuditLogs.open(AuditConfig.of(log()), () -> NOW);
    }

    /** Returns the output of the last command, line by line. */
    List<String> output() {
        return gateway.lines();
    }

    static AuditEvent done(String queueId, String messageId, String recipient) {
        return done(NOW, queueId, messageId, recipient, List.of());
    }

    static AuditEvent done(Instant at, String queueId, List<PathEvidence> validations) {
        return done(at, queueId, "<9@ours.example>", "bob@partner.example", validations);
    }

    static AuditEvent done(
            Instant at, String queueId, String messageId, String recipient, List<PathEvidence> validations) {
        AuditEvent.RecipientDone done = Records.done(at, queueId, messageId, "ann@ours.example", recipient, "rest");
        AuditEvent.Protection protection = done.protection();
        return new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                done.decision(),
                new AuditEvent.Protection(
                        protection.added(),
                        protection.handled(),
                        protection.signature(),
                        protection.signers(),
                        protection.signedParts(),
                        List.of("encrypt:" + BOB.certificate().id().hex(), "signer:" + GONE),
                        List.of(),
                        protection.readers(),
                        protection.headerProtection(),
                        protection.signer(),
                        validations),
                done.delivery(),
                done.times());
    }

    int run(String... words) {
        return gateway.run(words);
    }

    /** Exports the records that these words name into {@link #evidence}. */
    int export(String words) {
        return run(("audit export " + words + " --out " + evidence()).split(" ", -1));
    }

    /** Returns what the last command printed on standard error. */
    String complaint() {
        return gateway.err();
    }
}
