package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * A certificate is revoked by its authority, and two gateways of partners refuse it once the OCSP answer that they have
 * ends. OpenSSL is the third who asks. The server has a copy of the authority's folder without the list of the
 * intermediate, so nobody can learn of the revocation from that. Where nobody answers, the mode of the gateway decides.
 */
final class OcspGatewaysIT {
    /** The lifetime of an answer, in place of minutes. */
    private static final Duration SHORT = Duration.ofSeconds(8);

    private static final int PORT = Await.freePorts(1).getFirst();

    @TempDir
    private Path folder;

    @Test
    void whatIsRevokedHereIsRefusedThere() throws Exception {
        Administration ours = organization();
        Administration strict = partner(ours, "strict");
        Administration lenient = partner(ours, "lenient");
        try (ScriptedNextHop hop = new ScriptedNextHop();
                HttpListener _ = serve()) {
            configure(strict, hop, "hard");
            configure(lenient, hop, "soft");
            Instant ends;
            try (RunningGateway first = start(strict);
                    RunningGateway second = start(lenient)) {
                ends = sign(ours, Instant.now());
                assertThat(send(first, "alice@ours.example")).startsWith("250");
                assertThat(send(second, "alice@ours.example")).startsWith("250");
                assertThat(send(first, "bob@ours.example")).startsWith("250");
                assertThat(send(second, "bob@ours.example")).startsWith("250");
                assertThat(openssl(ours, 0)).contains(": good");

                ours.at(Instant.now());
                ok(ours.run(
                        "ca revoke alice@ours.example --reason keyCompromise --passphrase-file", ours.file("pass")));
                ok(ours.run("ca ocsp --valid 10m --passphrase-file", ours.file("pass")));
                copy(ours);
                assertThat(openssl(ours, 0)).contains(": revoked", "Reason: keyCompromise");
            }
            // A gateway does not repeat a question for 20 seconds. So that this test need not wait for that, the
            // gateways start anew with the answers in their databases.
            Await.until(() -> Instant.now().isAfter(ends), () -> "never");
            try (RunningGateway first = start(strict);
                    RunningGateway second = start(lenient)) {
                assertThat(send(first, "alice@ours.example")).startsWith("550 5.7.1");
                assertThat(send(second, "alice@ours.example")).startsWith("550 5.7.1");
                assertThat(send(first, "bob@ours.example")).startsWith("250");
                assertThat(send(second, "bob@ours.example")).startsWith("250");

                sign(ours, Instant.now().minus(SHORT).minusSeconds(1));
                assertThat(send(first, "carol@ours.example")).doesNotStartWith("250");
                assertThat(send(second, "carol@ours.example")).startsWith("250");
            }
            strict.at(Instant.now());
            assertThat(strict.run("cert explain carol@ours.example").out().toString())
                    .contains("responder says try later");
        }
        for (Administration each : List.of(strict, lenient)) {
            each.at(Instant.now());
            assertThat(each.run("cert explain alice@ours.example").out().getLast())
                    .matches("none: revoked on \\S+Z \\(key compromised\\) \\(code 13\\)");
        }
    }

    private Administration organization() throws IOException, CaException {
        Administration ours = Administration.in(Files.createDirectory(folder.resolve("ours")));
        ours.at(Instant.now());
        ours.write("pass", "staple battery horse\n");
        ok(ours.run("key init"));
        new CaCreation(
                        ours.file("ca"),
                        ours.file("root.key"),
                        new CaSettings("Ours", "DE", "http://127.0.0.1:" + PORT + "/"),
                        KeyAlgorithm.P256,
                        1000)
                .create("correct horse battery".toCharArray(), "staple battery horse".toCharArray(), Instant.now())
                .close();
        ours.at(Instant.now());
        ok(ours.run("ca ocsp --passphrase-file", ours.file("pass")));
        ok(ours.run(
                "ca issue alice@ours.example bob@ours.example carol@ours.example --key p256 --passphrase-file",
                ours.file("pass")));
        return ours;
    }

    /** Makes a partner, who trusts the authority and has the certificates of both users. */
    private Administration partner(Administration ours, String name) throws IOException {
        Administration partner = Administration.in(Files.createDirectory(folder.resolve(name)));
        partner.at(Instant.now());
        partner.write("policy.yaml", """
                version: 1
                internal: [partner.example]
                rules:
                  - { id: out, when: { direction: outbound },
                      then: { encrypt: required, onMissingCertificate: reject } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        ok(partner.run("trust import partners", ours.file("ca/root.pem"), ours.file("ca/issuing.pem")));
        for (int i = 0; i < 3; i++) {
            ok(partner.run("cert import", certificate(ours, i)));
        }
        return partner;
    }

    private static void configure(Administration partner, ScriptedNextHop hop, String mode) throws IOException {
        Files.writeString(partner.config(), """
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:0", role: submission }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: "127.0.0.1:%d"
                policy: policy.yaml
                store: { directory: store }
                metrics: { address: none }
                directory: { database: postseal.db, masterKey: master.key }
                trust: { collections: [partners] }
                revocation: { outbound: %s, allowedNetworks: [127.0.0.0/8], allowedPorts: [%d] }
                """.formatted(hop.port(), mode, PORT));
    }

    /** Signs short-lived answers and copies them to where they are served. Returns when they end. */
    private Instant sign(Administration ours, Instant now) throws CaException, IOException {
        Instant ends;
        try (CaFolder opened = CaFolder.open(ours.file("ca"))) {
            ends = opened.unlock("staple battery horse".toCharArray(), Instant.now())
                    .publishAnswers(now, Optional.of(SHORT))
                    .until();
        }
        copy(ours);
        return ends;
    }

    private void copy(Administration ours) throws IOException {
        Path served = Files.createDirectories(folder.resolve("served"));
        for (String name : List.of("root.cer", "root.crl", "answers.ocsp")) {
            Files.copy(ours.file("ca/public").resolve(name), served.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private HttpListener serve() {
        return CaServeCommand.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), folder.resolve("served"));
    }

    private static RunningGateway start(Administration partner) throws IOException {
        var parts = new GatewayAssembly();
        return RunningGateway.start(
                parts, new SetupReader(parts).read(partner.config()).value().orElseThrow());
    }

    private static String send(RunningGateway gateway, String recipient) {
        byte[] message = ("From: eve@partner.example\r\nTo: " + recipient + "\r\nMessage-ID: <" + System.nanoTime()
                        + "@partner.example>\r\n\r\nthe plan\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (SmtpSender sender = SmtpSender.smtp(gateway.addresses().getFirst().getPort())) {
            SmtpSender.Outcome outcome = sender.send("eve@partner.example", List.of(recipient), message);
            return outcome.data().isEmpty()
                    ? outcome.recipients().getLast()
                    : outcome.data().getLast();
        }
    }

    private static String openssl(Administration ours, int number) {
        return Command.of(
                        "openssl",
                        "ocsp",
                        "-url",
                        "http://127.0.0.1:" + PORT + "/ocsp",
                        "-CAfile",
                        ours.file("ca/root.pem"),
                        "-issuer",
                        ours.file("ca/issuing.pem"),
                        "-cert",
                        certificate(ours, number))
                .run()
                .toString();
    }

    private static Path certificate(Administration ours, int number) {
        try (CaFolder opened = CaFolder.open(ours.file("ca"))) {
            return opened.certificateFile(opened.index().entries().get(number));
        } catch (CaException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void ok(Done done) {
        assertThat(done.exitCode()).as("%s %s", done.out(), done.err()).isZero();
    }
}
