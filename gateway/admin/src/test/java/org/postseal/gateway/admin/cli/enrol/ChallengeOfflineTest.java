package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.testkit.TestTls;

/** Tests that commands say what a gateway would do with the challenge of an ACME authority, and do nothing of it. */
class ChallengeOfflineTest {
    private static final MailAddress DORA = MailAddress.of("dora@ours.example");
    private static final String MAIL = """
            Authentication-Results: mx.ours.example; dkim=pass header.d=ca.example
            DKIM-Signature: v=1; a=rsa-sha256; d=ca.example; s=acme; bh=AAAA; b=BBBB;
             h=From:Sender:Reply-To:To:Cc:Subject:Date:In-Reply-To:References:
             Message-ID:Auto-Submitted:Content-Type:Content-Transfer-Encoding
            From: acme@ca.example
            To: dora@ours.example
            Subject: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME
            Auto-Submitted: auto-generated; type=acme

            Hello
            """.replace("\n", "\r\n");

    @TempDir
    private Path folder;

    private Administration admin;

    @BeforeEach
    void order() throws Exception {
        admin = Administration.in(folder);
        TestTls.write(folder, "ca", "ca.example");
        admin.configure("""
                directory: { database: postseal.db, masterKey: master.key }
                enrolment:
                  authorities:
                    public: { acme: { directory: "https://ca.example/", trust: ca.pem, account: account.key, contact: a@ours.example } }
                  users: [{ for: ours.example, authority: public }]
                """);
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                trustedAuthservIds: mx.ours.example
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        admin.run("key init");
        admin.run("key csr dora@ours.example --key p256 -o", folder.resolve("dora.csr"));
        admin.database(database -> {
            PublicKeyId key = database.wrappedKeys()
                    .list(Optional.empty(), 1)
                    .getFirst()
                    .key()
                    .id();
            Order order = new Order(
                    DORA,
                    "public",
                    Set.of(CertificatePurpose.SIGN),
                    key,
                    State.OPEN,
                    0,
                    Administration.NOW,
                    "",
                    Administration.ACT);
            database.commit(
                    transaction -> assertThat(transaction.orders().begin(order)).isTrue());
            return database.acmeChallenges()
                    .put(
                            DORA,
                            key,
                            "https://ca.example/1",
                            Optional.of(new AcmeChallenge(
                                    DORA,
                                    MailAddress.of("acme@ca.example"),
                                    "second",
                                    "thumbprint",
                                    Clock.systemUTC().instant().plus(Duration.ofDays(3650)),
                                    Set.of())));
        });
        Files.write(folder.resolve("mail.eml"), MAIL.getBytes(US_ASCII));
    }

    @Test
    void filterShowsTheAnswerAndMarksNothing() throws Exception {
        CapturedConsole console = new CapturedConsole();
        Path out = folder.resolve("out");
        int exitCode = new CommandLineInterface(
                        new GatewayAssembly(),
                        console.reading(new ByteArrayInputStream(MAIL.getBytes(US_ASCII))),
                        new Surroundings("tester", OptionalInt.empty(), Clock.systemUTC(), Duration.ofSeconds(5)))
                .execute(
                        "filter",
                        "--role",
                        "inbound",
                        "--from",
                        "bounces@ca.example",
                        "--to",
                        DORA.toString(),
                        "--out",
                        out.toString(),
                        "-c",
                        admin.config().toString());

        assertThat(exitCode).as(console.err()).isZero();
        assertThat(Files.readString(out.resolve("decision.json")))
                .contains("\"decision\": \"answer\"")
                .contains(
                        "no rule is asked: this is the challenge of an ACME authority, acme@ca.example, proved by DKIM");
        assertThat(Files.readString(out.resolve("unit-01.eml")))
                .contains("To: acme@ca.example\r\nSubject: Re: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME\r\n");
        assertThat(isAnswered()).isFalse();
    }

    @Test
    void explainSaysSo() {
        Administration.Done done =
                admin.run("policy explain --from bounces@ca.example --to dora@ours.example --role inbound --message "
                        + folder.resolve("mail.eml"));

        assertThat(done.exitCode()).as(done.err().toString()).isZero();
        assertThat(done.out())
                .contains(
                        "    decision: answer",
                        "    no rule is asked: this is the challenge of an ACME authority, acme@ca.example, proved by DKIM");
        assertThat(isAnswered()).isFalse();
    }

    private boolean isAnswered() {
        return admin.database(database ->
                !database.acmeChallenges().of(DORA).orElseThrow().answered().isEmpty());
    }
}
