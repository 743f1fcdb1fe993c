package org.postseal.gateway.admin.cli.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * An authority of ACME, which was written from the RFCs by somebody who had not seen our client: a colleague is added
 * to the directory, the gateway answers the authority's mail, the first mail leaves signed and OpenSSL verifies it, the
 * certificate is renewed, and old mail is still opened. The gateway's next hop is the authority, so that it judges
 * every answer, and says of any other mail that it is none.
 */
final class AcmeEnrolmentIT {
    @TempDir
    private Path folder;

    private ScriptedAcme acme;
    private EnrolledColleague erin;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        acme = ScriptedAcme.start(folder, Instant.now());
        erin = new EnrolledColleague(folder, acme.trustFile());
        erin.configure(EnrolledColleague.documented(ACME)
                .replace("https://ca.example.com/acme/directory", acme.directoryUrl())
                .replace("/etc/ssl/certs/ca-certificates.crt", acme.trustFile().toString())
                .replace(
                        "/var/lib/postseal/acme-account.key",
                        folder.resolve("account.key").toString())
                .replace("for: example.com", "for: ours.example")
                .replace("authority: public", "authority: public, key: p256"));
        Path config = erin.admin.config();
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("{ protocol: lmtp, address: \"127.0.0.1:0\" }", LISTENER)
                        .replace("127.0.0.1:10026", "127.0.0.1:" + acme.replyPort()));
        GatewayAssembly parts = new GatewayAssembly();
        gateway = RunningGateway.start(
                parts, new SetupReader(parts).read(config).value().orElseThrow());
        acme.at(erin.now());
        // The mail commands look at the clock of the machine, and the enrolment at that of the test.
        acme.issueFor(Duration.ofDays(365), Duration.ofDays(1));
        acme.holdMail();
        acme.mailTo(gateway.addresses().getFirst().getPort());
        acme.onTheWay(message -> PROOF + message);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        acme.close();
    }

    @Test
    void aColleagueIsEnrolledAndRenewed() throws Exception {
        erin.joins();
        assertThat(erin.waiting().getFirst())
                .startsWith("waiting: erin@ours.example: waits for the mail of acme-challenge+");
        assertThat(mailed()).startsWith("250");
        isCertified();
        erin.signs("first");
        MailCertificate first = erin.newest();
        byte[] secret = erin.secret(first);

        // Eleven months later
        acme.issueFor(Duration.ofDays(800), Duration.ofDays(341));
        later(Duration.ofDays(340));
        assertThat(erin.waiting()).hasSize(2);
        assertThat(mailed()).startsWith("250");
        isCertified();
        assertThat(erin.newest()).isNotEqualTo(first);
        erin.signs("second");
        erin.reads(secret);
        assertThat(acme.faults()).isEmpty();
        assertThat(acme.issued()).hasSize(2);
        assertThat(audited()).containsExactly("answer", "answer");
    }

    /** The user gets what is not proved to be the challenge, and the real one is answered after that. */
    @Test
    void whatIsNotTheChallengeIsMailLikeAnyOther() throws Exception {
        erin.joins();
        erin.waiting();
        for (AcmeFault fault : List.of(
                AcmeFault.FORGED_FROM,
                AcmeFault.OTHER_RECIPIENT,
                AcmeFault.TWO_SUBJECTS,
                AcmeFault.NOT_AUTO_SUBMITTED,
                AcmeFault.SHORT_TOKEN_IN_MAIL)) {
            acme.with(fault);
            assertThat(mailed()).startsWith("250");
            assertThat(audited()).last().as("%s", fault).isEqualTo("deliver");
            acme.without(fault);
        }
        assertThat(Set.copyOf(acme.faults()))
                .containsExactly("mail: no challenge has [erin@ours.example] to respond to");
        assertThat(mailed()).startsWith("250");
        isCertified();
    }

    @Test
    void whatNobodyProvesIsMailLikeAnyOther() throws Exception {
        erin.joins();
        erin.waiting();
        acme.onTheWay(message -> PROOF.replace("dkim=pass", "dkim=fail") + message);
        assertThat(mailed()).startsWith("250");
        acme.onTheWay(message -> PROOF.replace("mx.ours.example", "mx.theirs.example") + message);
        assertThat(mailed()).startsWith("250");
        acme.onTheWay(message -> PROOF.replace(":Reply-To", "") + message);
        assertThat(mailed()).startsWith("250");
        assertThat(audited()).containsExactly("deliver", "deliver", "deliver");

        // A signature of S/MIME with header protection is the other proof.
        acme.onTheWay(message -> message);
        acme.signMail();
        assertThat(mailed()).startsWith("250");
        assertThat(audited()).last().isEqualTo("answer");
        isCertified();
    }

    @ParameterizedTest
    @EnumSource(
            value = AcmeFault.class,
            names = {"FOLDED_SUBJECT", "ENCODED_SUBJECT", "REPLAYED"})
    void theMailMayLookOtherwise(AcmeFault form) throws Exception {
        acme.with(form);
        erin.joins();
        erin.waiting();
        assertThat(mailed()).startsWith("250");
        isCertified();
        assertThat(audited()).startsWith("answer");
    }

    /** Only the authority can know that this is another token. The order ends, and the next one goes well. */
    @Test
    void anAnswerThatTheAuthorityDoesNotTakeBeginsAnotherOrder() throws Exception {
        acme.with(AcmeFault.WRONG_TOKEN);
        erin.joins();
        erin.waiting();
        assertThat(mailed()).startsWith("250");
        later(Duration.ofHours(1));
        assertThat(erin.waiting().getFirst()).contains(" has given the order up: incorrectResponse: ");

        acme.without(AcmeFault.WRONG_TOKEN);
        later(Duration.ofDays(1));
        erin.waiting();
        assertThat(mailed()).startsWith("250");
        isCertified();
    }

    @Test
    void aWrongCertificateIsNotTaken() {
        Map<AcmeFault, String> reasons = Map.of(
                AcmeFault.OTHER_KEY, "no certificate of the answer is for the key of the order",
                AcmeFault.OTHER_ADDRESS, "the certificate is not for the address, but for mallory@elsewhere.example",
                AcmeFault.ONE_MORE_ADDRESS, "the certificate is for another address, too: mallory@elsewhere.example",
                AcmeFault.EXPIRED, "expired",
                AcmeFault.NO_ISSUER, "untrusted: no path to a trust anchor",
                AcmeFault.OTHER_ROOT, "untrusted: no path to a trust anchor");
        erin.joins();
        reasons.forEach((fault, reason) -> {
            acme.with(fault);
            erin.waiting();
            assertThat(mailed()).startsWith("250");
            later(Duration.ofHours(1));
            assertThat(erin.waiting().getFirst()).as("%s", fault).contains(reason);
            acme.without(fault);
            erin.admin.run("enrol retry erin@ours.example");
        });
        erin.waiting();
        assertThat(mailed()).startsWith("250");
        isCertified();
    }

    private void later(Duration time) {
        erin.laterBy(time);
        acme.at(erin.now());
    }

    private void isCertified() {
        later(Duration.ofHours(1));
        erin.isCertified();
    }

    /** Sends the challenge and returns the reply of the gateway. */
    private String mailed() {
        List<SmtpSender.Outcome> outcomes = acme.deliver();
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst().data().getFirst();
    }

    /** Returns the decisions in the audit log. */
    private List<String> audited() throws IOException {
        return Files.readAllLines(folder.resolve("audit.jsonl")).stream()
                .filter(line -> line.contains("\"recipient-done\""))
                .map(line -> line.replaceFirst(".*\"postseal.decision\":\"([a-z]+)\".*", "$1"))
                .toList();
    }

    /** The section for an authority of ACME. */
    private static final String ACME = "```yaml\n(enrolment:\n  authorities:\n    public:\n      acme:\n.*?)```";

    private static final String LISTENER =
            "{ protocol: smtp, address: \"127.0.0.1:0\", role: inbound }\n  - { protocol: lmtp, address: \"127.0.0.1:0\" }";

    /** What our mail server says of the challenge, and the signature that it means. */
    private static final String PROOF = """
            Authentication-Results: mx.ours.example; dkim=pass header.d=ca.example
            DKIM-Signature: v=1; a=rsa-sha256; d=ca.example; s=acme; bh=AAAA; b=BBBB;
             h=From:Sender:Reply-To:To:Cc:Subject:Date:In-Reply-To:References:
             Message-ID:Auto-Submitted:Content-Type:Content-Transfer-Encoding
            """.replace("\n", "\r\n");
}
