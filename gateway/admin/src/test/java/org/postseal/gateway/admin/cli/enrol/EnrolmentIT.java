package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

/**
 * An authority that is OpenSSL, behind the program of the howto, the server of libest, or as a server of CMP: a colleague is added
 * to the directory, their first mail leaves signed and OpenSSL verifies it, the certificate is renewed, and old mail is
 * still opened.
 */
final class EnrolmentIT {
    @TempDir
    private Path folder;

    private Path pki;
    private Administration admin;
    // OpenSSL has a clock of its own, and its certificates must be valid already.
    private Instant now = Instant.now().plus(Duration.ofMinutes(10));

    @Test
    void aColleagueIsEnrolledByAProgramAndRenewed() throws Exception {
        Path days = Files.writeString(folder.resolve("days"), "365");
        Path program = Files.writeString(
                folder.resolve("enrol"),
                documented("```sh\n(#!/bin/sh\n.*?)```")
                        .replace("/etc/pki/", pki + "/")
                        .replace("-days 365", "-days $(cat " + days + ")"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        configure("""
                enrolment:
                  authorities: { bought: { exec: { command: [%s] } } }
                  users: [{ for: ours.example, authority: bought, key: rsa2048 }]
                """.formatted(program));
        assertThat(admin.run("enrol run").out())
                .containsExactly("0 certificates taken, 0 waiting, 0 refused, for 0 users");
        isEnrolledAndRenewed(() -> Files.writeString(days, "800"));
    }

    @Test
    void aColleagueIsEnrolledByEstAndRenewed() throws Exception {
        try (LibestServer server = new LibestServer(pki)) {
            configure(server.enrolment(documented(EST)));
            isEnrolledAndRenewed(() -> server.issueFor(800));
        }
    }

    @Test
    void anEstServerThatCannotBeAskedLeavesAnOrderThatGoesOn() throws Exception {
        try (LibestServer server = new LibestServer(pki)) {
            configure(server.enrolment(documented(EST)));
            server.password("wrong");
            colleague("erin@ours.example");
            assertThat(waiting())
                    .first()
                    .asString()
                    .startsWith("waiting: erin@ours.example: https://127.0.0.1:")
                    .endsWith("/.well-known/est does not accept the user or the password");
            server.password(LibestServer.PASSWORD);
            server.stop();
            laterBy(Duration.ofHours(1));
            assertThat(waiting()).first().asString().contains("/.well-known/est cannot be asked: ConnectException");
            server.start();
            laterBy(Duration.ofHours(3));
            assertThat(admin.run("enrol run").out()).last().isEqualTo(TAKEN);
            assertThat(verify(filtered("submission", "erin@ours.example", "bob@theirs.example", mail(), "first")))
                    .contains("Verification successful");
        }
    }

    @Test
    void aColleagueIsEnrolledByCmpAndRenewed() throws Exception {
        try (OpensslCmp server = new OpensslCmp(pki)) {
            configure(server.enrolment(documented(CMP)));
            isEnrolledAndRenewed(() -> {
                server.days = 800;
                server.options = List.of("-grant_implicitconf");
            });
            // The second certificate needs no confirmation.
            assertThat(server.types)
                    .containsExactly(
                            PKIBody.TYPE_INIT_REQ,
                            PKIBody.TYPE_INIT_REP,
                            PKIBody.TYPE_CERT_CONFIRM,
                            PKIBody.TYPE_CONFIRM,
                            PKIBody.TYPE_INIT_REQ,
                            PKIBody.TYPE_INIT_REP);
        }
    }

    @Test
    void aServerOfCmpThatRefusesOrLiesLeavesAnOrderThatGoesOn() throws Exception {
        try (OpensslCmp server = new OpensslCmp(pki)) {
            configure(server.enrolment(documented(CMP)));
            colleague("erin@ours.example");
            server.secret("wrong");
            assertThat(reason()).isEqualTo("answers with a message that the shared secret does not protect");
            server.secret(OpensslCmp.SECRET);
            assertThat(reason(server, "-pkistatus 2 -failure 24 -statusstring maintenance"))
                    .isEqualTo("rejects the order: systemUnavail: maintenance");
            assertThat(reason(server, "-send_error"))
                    .isEqualTo("answers with an error: badRequest: error processing message");
            assertThat(reason(server, "-send_unprotected")).isEqualTo("answers without protection");
            assertThat(reason(server, "-send_error -send_unprot_err"))
                    .isEqualTo("answers without protection: badRequest: error processing message");
            assertThat(reason(server, "-pkistatus 6")).isEqualTo("answers with status 6");

            server.extensions = OpensslCmp.RIGHT.replace("erin", "chief");
            assertThat(reason(server, "-grant_implicitconf"))
                    .isEqualTo("the certificate is not for the address, but for chief@ours.example");
            server.extensions = OpensslCmp.RIGHT;

            server.options = List.of("-pkistatus", "2", "-failure", "19", "-statusstring", "no such user");
            laterBy(Duration.ofDays(1));
            Administration.Done refused = admin.run("enrol run");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
            assertThat(refused.out()).first().asString().endsWith("rejects the order: badCertTemplate: no such user");
            admin.run("enrol retry erin@ours.example");

            assertThat(reason(server, "-poll_count 2 -check_after 3600")).isEqualTo("asks to come later");
            laterBy(Duration.ofMinutes(55));
            server.types.clear();
            assertThat(waiting().getFirst()).endsWith("asks to come later");
            assertThat(server.types).isEmpty();

            laterBy(Duration.ofMinutes(6));
            server.options = List.of("-poll_count", "2", "-check_after", "1");
            assertThat(admin.run("enrol run").out()).last().isEqualTo(TAKEN);
            // The confirmation is answered late, too.
            assertThat(server.types)
                    .containsExactly(
                            PKIBody.TYPE_INIT_REQ,
                            PKIBody.TYPE_INIT_REP,
                            PKIBody.TYPE_POLL_REQ,
                            PKIBody.TYPE_POLL_REP,
                            PKIBody.TYPE_POLL_REQ,
                            PKIBody.TYPE_INIT_REP,
                            PKIBody.TYPE_CERT_CONFIRM,
                            PKIBody.TYPE_ERROR,
                            PKIBody.TYPE_POLL_REQ,
                            PKIBody.TYPE_POLL_REP,
                            PKIBody.TYPE_POLL_REQ,
                            PKIBody.TYPE_CONFIRM);
        }
    }

    private String reason(OpensslCmp server, String options) {
        server.options = List.of(options.split(" ", -1));
        laterBy(Duration.ofDays(1));
        return reason();
    }

    /** Returns why the order of the one user waits after another run. */
    private String reason() {
        return waiting().getFirst().replaceFirst("waiting: erin@ours.example: (http://[^ ]+ )?", "");
    }

    /** Runs the command, which leaves an order that waits, and returns what it prints. */
    private List<String> waiting() {
        Administration.Done done = admin.run("enrol run");
        assertThat(done.exitCode()).isEqualTo(ExitCode.TRY_AGAIN);
        return done.out();
    }

    /** @param longer has the authority issue for more than two years */
    private void isEnrolledAndRenewed(Longer longer) throws Exception {
        colleague("erin@ours.example");
        assertThat(admin.run("enrol run").out()).last().isEqualTo(TAKEN);
        byte[] signed = filtered("submission", "erin@ours.example", "bob@theirs.example", mail(), "first");
        assertThat(verify(signed)).contains("Verification successful");
        MailCertificate first = newest();
        byte[] encrypted = encrypt(first);

        // Eleven months later
        longer.run();
        laterBy(Duration.ofDays(340));
        assertThat(admin.run("enrol run").out()).last().isEqualTo(TAKEN);
        MailCertificate second = newest();
        assertThat(second).isNotEqualTo(first);
        assertThat(second.holder().getSubjectPublicKeyInfo())
                .isNotEqualTo(first.holder().getSubjectPublicKeyInfo());
        byte[] signedLater = filtered("submission", "erin@ours.example", "bob@theirs.example", mail(), "second");
        assertThat(verify(signedLater)).contains("Verification successful");
        assertThat(new String(
                        filtered("inbound", "bob@theirs.example", "erin@ours.example", encrypted, "third"), US_ASCII))
                .contains("A secret of last year.");
    }

    @FunctionalInterface
    private interface Longer {
        void run() throws Exception;
    }

    @BeforeEach
    void prepare() throws IOException {
        pki = Files.createDirectory(folder.resolve("pki"));
        Command.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "3650",
                        "-subj",
                        "/CN=Bought Authority",
                        "-keyout",
                        pki.resolve("ca.key"),
                        "-out",
                        pki.resolve("ca.pem"))
                .output();
        admin = Administration.in(folder);
        admin.at(now);
    }

    private static String documented(String expression) throws IOException {
        Matcher found = Pattern.compile(expression, Pattern.DOTALL)
                .matcher(Files.readString(Project.file("docs/howto-enrolment.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private void configure(String enrolment) throws IOException {
        admin.configure("directory: { database: postseal.db, masterKey: master.key }\n" + enrolment);
        Path anchors = Files.createDirectory(folder.resolve("store").resolve("trust"));
        Files.copy(pki.resolve("ca.pem"), anchors.resolve("ca.pem"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules:
                  - { id: sign, when: { direction: outbound }, then: { sign: required, encrypt: never } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        admin.run("key init");
    }

    private void laterBy(Duration time) {
        now = now.plus(time);
        admin.at(now);
    }

    private void colleague(String address) {
        admin.database(database -> database.mirrors()
                .apply(
                        "mirror:corp",
                        List.of(new MirrorEntry(
                                "1", "f", false, List.of(MailAddress.of(address)), List.of(), List.of())),
                        List.of(),
                        new Mirrors.SyncState("test", "corp", new byte[0], now)));
    }

    private MailCertificate newest() {
        return admin
                .database(database -> database.certificates().withAddress(MailAddress.of("erin@ours.example")))
                .stream()
                .max(java.util.Comparator.comparing(MailCertificate::notAfter))
                .orElseThrow();
    }

    private static byte[] mail() {
        return """
                From: erin@ours.example
                To: bob@theirs.example
                Subject: Hello
                Date: Thu, 3 Dec 2026 10:00:00 +0000
                Message-ID: <1@ours.example>

                My first mail.
                """.replace("\n", "\r\n").getBytes(US_ASCII);
    }

    private byte[] encrypt(MailCertificate certificate) throws IOException {
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

    private String verify(byte[] message) {
        Command.Result result = Command.of(
                        "openssl", "cms", "-verify", "-CAfile", folder.resolve("pki/ca.pem"), "-purpose", "smimesign")
                .input(message)
                .run();
        return result.messages();
    }

    private byte[] filtered(String role, String from, String to, byte[] message, String name) throws IOException {
        CapturedConsole console = new CapturedConsole();
        Surroundings surroundings = new Surroundings(
                "tester", OptionalInt.empty(), Clock.fixed(now, ZoneOffset.UTC), Duration.ofSeconds(5));
        Path out = folder.resolve(name);
        int exitCode = new CommandLineInterface(
                        new GatewayAssembly(), console.reading(new java.io.ByteArrayInputStream(message)), surroundings)
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
        assertThat(exitCode).as(console.err()).isZero();
        try (Stream<Path> units = Files.list(out)) {
            return Files.readAllBytes(units.filter(each -> each.toString().endsWith(".eml"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** The section for a server of EST. */
    private static final String EST = "```yaml\n(enrolment:\n  authorities:\n    bought:\n      est:\n.*?)```";

    /** The section for a server of CMP. */
    private static final String CMP = "```yaml\n(enrolment:\n  authorities:\n    bought:\n      cmp:\n.*?)```";

    private static final String TAKEN = "1 certificate taken, 0 waiting, 0 refused, for 1 user";
}
