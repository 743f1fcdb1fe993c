package org.postseal.gateway.admin.cli.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Command;

/**
 * An authority that is OpenSSL, behind the program of the howto, the server of libest, or as a server of CMP: a
 * colleague is added to the directory, their first mail leaves signed and OpenSSL verifies it, the certificate is
 * renewed, and old mail is still opened.
 */
final class EnrolmentIT {
    @TempDir
    private Path folder;

    private Path pki;
    private EnrolledColleague erin;
    private Administration admin;

    @Test
    void aColleagueIsEnrolledByAProgramAndRenewed() throws Exception {
        Path days = Files.writeString(folder.resolve("days"), "365");
        Path program = Files.writeString(
                folder.resolve("enrol"),
                EnrolledColleague.documented("```sh\n(#!/bin/sh\n.*?)```")
                        .replace("/etc/pki/", pki + "/")
                        .replace("-days 365", "-days $(cat " + days + ")"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        erin.configure("""
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
            erin.configure(server.enrolment(EnrolledColleague.documented(EST)));
            isEnrolledAndRenewed(() -> server.issueFor(800));
        }
    }

    @Test
    void anEstServerThatCannotBeAskedLeavesAnOrderThatGoesOn() throws Exception {
        try (LibestServer server = new LibestServer(pki)) {
            erin.configure(server.enrolment(EnrolledColleague.documented(EST)));
            server.password("wrong");
            erin.joins();
            assertThat(erin.waiting())
                    .first()
                    .asString()
                    .startsWith("waiting: erin@ours.example: https://127.0.0.1:")
                    .endsWith("/.well-known/est does not accept the user or the password");
            server.password(LibestServer.PASSWORD);
            server.stop();
            erin.laterBy(Duration.ofHours(1));
            assertThat(erin.waiting())
                    .first()
                    .asString()
                    .contains("/.well-known/est cannot be asked: ConnectException");
            server.start();
            erin.laterBy(Duration.ofHours(3));
            erin.isCertified();
            erin.signs("first");
        }
    }

    @Test
    void aColleagueIsEnrolledByCmpAndRenewed() throws Exception {
        try (OpensslCmp server = new OpensslCmp(pki)) {
            erin.configure(server.enrolment(EnrolledColleague.documented(CMP)));
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
            erin.configure(server.enrolment(EnrolledColleague.documented(CMP)));
            erin.joins();
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
            erin.laterBy(Duration.ofDays(1));
            Administration.Done refused = admin.run("enrol run");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
            assertThat(refused.out()).first().asString().endsWith("rejects the order: badCertTemplate: no such user");
            admin.run("enrol retry erin@ours.example");

            assertThat(reason(server, "-poll_count 2 -check_after 3600")).isEqualTo("asks to come later");
            erin.laterBy(Duration.ofMinutes(55));
            server.types.clear();
            assertThat(erin.waiting().getFirst()).endsWith("asks to come later");
            assertThat(server.types).isEmpty();

            erin.laterBy(Duration.ofMinutes(6));
            server.options = List.of("-poll_count", "2", "-check_after", "1");
            erin.isCertified();
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
        erin.laterBy(Duration.ofDays(1));
        return reason();
    }

    /** Returns why the order of the one user waits after another run. */
    private String reason() {
        return erin.waiting().getFirst().replaceFirst("waiting: erin@ours.example: (http://[^ ]+ )?", "");
    }

    /** @param longer has the authority issue for more than two years */
    private void isEnrolledAndRenewed(Longer longer) throws Exception {
        erin.joins();
        erin.isCertified();
        erin.signs("first");
        MailCertificate first = erin.newest();
        byte[] secret = erin.secret(first);

        // Eleven months later
        longer.run();
        erin.laterBy(Duration.ofDays(340));
        erin.isCertified();
        MailCertificate second = erin.newest();
        assertThat(second).isNotEqualTo(first);
        assertThat(second.holder().getSubjectPublicKeyInfo())
                .isNotEqualTo(first.holder().getSubjectPublicKeyInfo());
        erin.signs("second");
        erin.reads(secret);
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
        erin = new EnrolledColleague(folder, pki.resolve("ca.pem"));
        admin = erin.admin;
    }

    /** The section for a server of EST. */
    private static final String EST = "```yaml\n(enrolment:\n  authorities:\n    bought:\n      est:\n.*?)```";

    /** The section for a server of CMP. */
    private static final String CMP = "```yaml\n(enrolment:\n  authorities:\n    bought:\n      cmp:\n.*?)```";
}
