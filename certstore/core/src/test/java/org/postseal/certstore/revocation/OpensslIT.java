package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.ListMaker.listsAt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.key.ForeignKeys;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.provider.CryptoProviders;

/**
 * Checks answers of OpenSSL's responder and lists that OpenSSL made, since another program may read the standards
 * differently. The time is that of the machine, since OpenSSL accepts no other.
 */
@ParameterizedClass
@ValueSource(strings = {"P256", "SLH-DSA-SHAKE-128F"})
class OpensslIT {
    private final List<Process> started = new ArrayList<>();
    private final Bench bench;

    @TempDir
    private Path directory;

    private int port;
    private MailCertificate good;
    private MailCertificate revoked;

    OpensslIT(String algorithm) throws IOException {
        CryptoProviders.install();
        KeyMaterial key = algorithm.startsWith("SLH")
                ? ForeignKeys.of(algorithm)
                : KeyMaterial.generate(KeyAlgorithm.valueOf(algorithm));
        bench = new Bench(new TestAuthority("root", key), RevocationSettings.DEFAULTS);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        good = bench.root.leaf(
                access(AccessDescription.id_ad_ocsp, "http://127.0.0.1:" + port + "/"),
                listsAt(bench.server.uri("/crl")));
        revoked = bench.root.leaf(
                access(AccessDescription.id_ad_ocsp, "http://127.0.0.1:" + port + "/"),
                listsAt(bench.server.uri("/crl")));
    }

    @BeforeEach
    void makeAuthority() throws Exception {
        assumeTrue(isThere(), "openssl is not installed");
        Files.writeString(directory.resolve("ca.pem"), bench.anchor.toPem());
        Files.writeString(directory.resolve("ca.key"), bench.root.key.toPem());
        Files.writeString(directory.resolve("revoked.pem"), revoked.toPem());
        Files.writeString(
                directory.resolve("index.txt"),
                "V\t270101000000Z\t\t" + serial(good) + "\tunknown\t/CN=leaf\n"
                        + "R\t270101000000Z\t260301000000Z,keyCompromise\t" + serial(revoked)
                        + "\tunknown\t/CN=leaf\n");
        Files.writeString(directory.resolve("crlnumber"), "01\n");
        Files.writeString(directory.resolve("ca.cnf"), """
                [ca]
                default_ca = here
                [here]
                database = index.txt
                crlnumber = crlnumber
                certificate = ca.pem
                private_key = ca.key
                default_md = default
                default_crl_days = 7
                """);
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(Process::destroyForcibly);
        bench.close();
    }

    @Test
    void itsResponderIsUnderstood() throws Exception {
        Process responder = start(
                "ocsp",
                "-index",
                "index.txt",
                "-CA",
                "ca.pem",
                "-rsigner",
                "ca.pem",
                "-rkey",
                "ca.key",
                "-port",
                String.valueOf(port),
                "-ndays",
                "1");
        awaitReadiness(responder);
        Instant now = Instant.now();
        assertThat(validate(good, RevocationOrder.OCSP_ONLY, now)).isEqualTo(new CertificateStatus.Usable());
        assertThat(validate(revoked, RevocationOrder.OCSP_ONLY, now))
                .isEqualTo(new CertificateStatus.Revoked(
                        Instant.parse("2026-03-01T00:00:00Z"), RevocationReason.KEY_COMPROMISE));
        MailCertificate stranger =
                bench.root.leaf(access(AccessDescription.id_ad_ocsp, "http://127.0.0.1:" + port + "/"));
        assertThat(validate(stranger, RevocationOrder.OCSP_ONLY, now).code())
                .isEqualTo(ValidationCode.REVOCATION_UNKNOWN);
    }

    @Test
    void itsListsAreUnderstood() throws Exception {
        Process making = start("ca", "-config", "ca.cnf", "-gencrl", "-out", "crl.pem");
        assertThat(making.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(making.exitValue()).as(log()).isZero();
        Process converting = start("crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der");
        assertThat(converting.waitFor(20, TimeUnit.SECONDS)).isTrue();
        bench.server.on("/crl", TestServer.body(Files.readAllBytes(directory.resolve("crl.der"))));
        Instant now = Instant.now();
        assertThat(validate(good, RevocationOrder.CRL_ONLY, now)).isEqualTo(new CertificateStatus.Usable());
        assertThat(validate(revoked, RevocationOrder.CRL_ONLY, now))
                .isEqualTo(new CertificateStatus.Revoked(
                        Instant.parse("2026-03-01T00:00:00Z"), RevocationReason.KEY_COMPROMISE));
    }

    private CertificateStatus validate(MailCertificate leaf, RevocationOrder order, Instant now) {
        return Bench.validate(
                        bench.validator(RevocationSettings.DEFAULTS.withOrder(order)), leaf, RevocationMode.HARD, now)
                .status();
    }

    private static String serial(MailCertificate certificate) {
        String hex = certificate.serialNumber().toString(16).toUpperCase(java.util.Locale.ROOT);
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        started.add(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    // The test does not try to connect, because a connection without a request makes this responder wait for ever.
    private void awaitReadiness(Process process) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!log().contains("waiting for OCSP client connections")) {
            assertThat(process.isAlive()).as(log()).isTrue();
            assertThat(System.nanoTime()).as(log()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
