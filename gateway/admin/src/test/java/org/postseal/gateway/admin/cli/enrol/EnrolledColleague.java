package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.MirrorEntry;
import org.postseal.certstore.database.Mirrors;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Project;

/** An organization in a folder, in whose directory Erin is new, and her mail, which OpenSSL judges. */
final class EnrolledColleague {
    final Administration admin;

    private final Path folder;
    private final Path anchor;
    // OpenSSL has a clock of its own, and its certificates must be valid already.
    private Instant now = Instant.now().plus(Duration.ofMinutes(10));

    /** @param anchor the file of the authority that is trusted */
    EnrolledColleague(Path folder, Path anchor) throws IOException {
        this.folder = folder;
        this.anchor = anchor;
        admin = Administration.in(folder);
        admin.at(now);
    }

    /** Returns the first group of an expression that matches in the howto. */
    static String documented(String expression) throws IOException {
        Matcher found = Pattern.compile(expression, Pattern.DOTALL)
                .matcher(Files.readString(Project.file("docs/howto-enrolment.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    void configure(String enrolment) throws IOException {
        admin.configure("directory: { database: postseal.db, masterKey: master.key }\n" + enrolment);
        Path anchors = Files.createDirectory(folder.resolve("store").resolve("trust"));
        Files.copy(anchor, anchors.resolve("ca.pem"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                trustedAuthservIds: mx.ours.example
                rules:
                  - { id: sign, when: { direction: outbound }, then: { sign: required, encrypt: never } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        admin.run("key init");
    }

    Instant now() {
        return now;
    }

    void laterBy(Duration time) {
        now = now.plus(time);
        admin.at(now);
    }

    /** Adds Erin to the directory. */
    void joins() {
        admin.database(database -> database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(new MirrorEntry("1", "f", false, List.of(ERIN), List.of(), List.of())),
                        List.of(),
                        new Mirrors.SyncState("test", "corp", new byte[0], now)));
    }

    /** Runs the command, which leaves an order that waits, and returns what it prints. */
    List<String> waiting() {
        Administration.Done done = admin.run("enrol run");
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isEqualTo(ExitCode.TRY_AGAIN);
        return done.out();
    }

    /** Runs the command, which takes a certificate. */
    void isCertified() {
        assertThat(admin.run("enrol run").out())
                .last()
                .isEqualTo("1 certificate taken, 0 waiting, 0 refused, for 1 user");
    }

    /** Lets Erin's mail leave, and OpenSSL verify it. */
    void signs(String name) throws IOException {
        byte[] signed = filtered("submission", "erin@ours.example", "bob@theirs.example", MAIL, name);
        assertThat(Command.of("openssl", "cms", "-verify", "-CAfile", anchor, "-purpose", "smimesign")
                        .input(signed)
                        .run()
                        .messages())
                .contains("Verification successful");
    }

    MailCertificate newest() {
        return admin.database(database -> database.certificates().withAddress(ERIN)).stream()
                .max(Comparator.comparing(MailCertificate::notAfter))
                .orElseThrow();
    }

    /** Returns mail that OpenSSL has encrypted for this certificate. */
    byte[] secret(MailCertificate certificate) throws IOException {
        Path pem = Files.writeString(folder.resolve("erin.pem"), certificate.toPem());
        byte[] sealed = Command.of(
                        "openssl",
                        "cms",
                        "-encrypt",
                        "-aes-256-cbc",
                        "-from",
                        "bob@theirs.example",
                        "-to",
                        "erin@ours.example",
                        "-subject",
                        "Secret",
                        pem)
                .input("Content-Type: text/plain\r\n\r\nA secret of last year.\r\n".getBytes(US_ASCII))
                .output();
        return new String(sealed, US_ASCII).replaceAll("\r?\n", "\r\n").getBytes(US_ASCII);
    }

    void reads(byte[] secret) throws IOException {
        assertThat(new String(
                        filtered("inbound", "bob@theirs.example", "erin@ours.example", secret, "opened"), US_ASCII))
                .contains("A secret of last year.");
    }

    private byte[] filtered(String role, String from, String to, byte[] message, String name) throws IOException {
        CapturedConsole console = new CapturedConsole();
        Surroundings surroundings = new Surroundings(
                "tester", OptionalInt.empty(), Clock.fixed(now, ZoneOffset.UTC), Duration.ofSeconds(5));
        Path out = folder.resolve(name);
        int exitCode = new CommandLineInterface(
                        new GatewayAssembly(), console.reading(new ByteArrayInputStream(message)), surroundings)
                .execute(
                        "filter",
                        "--role",
                        role,
                        "--from",
                        from,
                        "--to",
                        to,
                        "--out",
                        out.toString(),
                        "-c",
                        admin.config().toString());
        assertThat(exitCode).as(console.err() + console.out()).isZero();
        try (Stream<Path> units = Files.list(out)) {
            return Files.readAllBytes(units.filter(each -> each.toString().endsWith(".eml"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static final MailAddress ERIN = MailAddress.of("erin@ours.example");

    private static final byte[] MAIL = """
            From: erin@ours.example
            To: bob@theirs.example
            Subject: Hello
            Date: Thu, 3 Dec 2026 10:00:00 +0000
            Message-ID: <1@ours.example>

            My first mail.
            """.replace("\n", "\r\n").getBytes(US_ASCII);
}
