package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestTls;

/**
 * Tests a running gateway that meets the mail of an ACME authority, for which a command of another process has put the
 * challenge into the database. OpenSSL says what the answer must be.
 */
class AcmeChallengeIT {
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final String TOKEN = "LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=";
    private static final String MAIL = """
            Authentication-Results: mx.example.com; dkim=pass header.d=ca.example
            DKIM-Signature: v=1; a=rsa-sha256; d=ca.example; s=acme; bh=AAAA; b=BBBB;
             h=From:Sender:Reply-To:To:Cc:Subject:Date:In-Reply-To:References:
             Message-ID:Auto-Submitted:Content-Type:Content-Transfer-Encoding
            From: acme@ca.example
            To: alice@example.com
            Subject: ACME: %s
            Message-ID: <1@ca.example>
            Auto-Submitted: auto-generated; type=acme

            Hello
            .
            """.formatted(TOKEN).replace("\n", "\r\n");

    private final Instant now = Clock.systemUTC().instant();

    @TempDir
    private Path home;

    private volatile boolean isRefusing;
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        TestTls.write(home, "ca", "ca.example");
        MasterKey.create(home.resolve("master.key"));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            trustedAuthservIds: mx.example.com
            rules: [{ id: rest, when: always, then: mailboxPolicy }]
            """);
        hop = new ScriptedNextHop(moment -> moment.stage() == Script.Stage.DOT && isRefusing
                ? Optional.of(new Action.Say("550 5.7.1 Not today\r\n"))
                : Optional.empty());
        Path config = Files.writeString(
                home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners: [{ protocol: lmtp, address: "127.0.0.1:0", role: inbound }]
                    nextHop: "127.0.0.1:%d"
                    directory: { database: postseal.db, masterKey: master.key }
                    enrolment:
                      authorities:
                        public: { acme: { directory: "https://ca.example/", trust: ca.pem, account: account.key, contact: hostmaster@example.com } }
                      users: [{ for: example.com, authority: public }]
                    """.formatted(hop.address().getPort()));
        setup = Setups.of(config);
        gateway = RunningGateway.start(new GatewayAssembly(), setup);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        setup.close();
        hop.close();
    }

    @Test
    void theChallengeIsAnsweredOnceTheNextHopTakesTheAnswer() {
        assertThat(send()).as("before there is an order").startsWith("250");
        assertThat(hop.received().getLast().commandsOf("RCPT").getFirst()).contains("alice@example.com");
        order();

        isRefusing = true;
        assertThat(send()).isEqualTo("451 4.3.0 The answer to this message could not be sent yet");
        assertThat(answered()).isEmpty();

        isRefusing = false;
        assertThat(send()).startsWith("250");
        assertThat(answered()).contains(TOKEN);
        assertThat(hop.received()).hasSize(2);
        Received answer = hop.received().getLast();
        assertThat(answer.sender()).isEmpty();
        assertThat(answer.commandsOf("RCPT").getFirst()).contains("<acme@ca.example>");
        assertThat(answer.text())
                .contains("\r\nSubject: Re: ACME: " + TOKEN + "\r\n")
                .endsWith(
                        "\r\n\r\n-----BEGIN ACME RESPONSE-----\r\n" + digest() + "\r\n-----END ACME RESPONSE-----\r\n");
        assertThat(audit()).contains("\"postseal.decision\":\"answer\"");
    }

    private String digest() {
        String hash = "printf %s '" + TOKEN + "second.thumbprint' | openssl dgst -sha256 -binary"
                + " | basenc --base64url | tr -d =";
        return new String(Command.of("sh", "-c", hash).output(), US_ASCII).strip();
    }

    private String send() {
        try (SmtpSender sender = SmtpSender.lmtp(gateway.addresses().getFirst().getPort())) {
            return sender.send("bounces@ca.example", List.of(ALICE.toString()), MAIL.getBytes(US_ASCII))
                    .data()
                    .getFirst();
        }
    }

    /** Does what {@code postseal enrol run} does, which is a process of its own. */
    private void order() {
        try (CertificateDatabase database = CertificateDatabase.open(home.resolve("postseal.db"))) {
            PublicKeyId key = Samples.order(database, ALICE, "public").key();
            AcmeChallenge challenge = new AcmeChallenge(
                    ALICE,
                    MailAddress.of("acme@ca.example"),
                    "second",
                    "thumbprint",
                    now.plus(Duration.ofHours(1)),
                    Set.of());
            assertThat(database.acmeChallenges().put(ALICE, key, "https://ca.example/1", Optional.of(challenge)))
                    .isTrue();
        }
    }

    private Set<String> answered() {
        try (CertificateDatabase database = CertificateDatabase.open(home.resolve("postseal.db"))) {
            return database.acmeChallenges().of(ALICE).orElseThrow().answered();
        }
    }

    private String audit() {
        try {
            return Files.readString(home.resolve("audit.jsonl"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
