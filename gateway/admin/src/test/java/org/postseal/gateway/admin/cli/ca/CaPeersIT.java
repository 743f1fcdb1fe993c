package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;

/** Tests what OpenSSL, NSS and gpgsm say about certificates and lists that {@code postseal ca} makes. */
final class CaPeersIT {
    @TempDir
    private static Path folder;

    private static CaOffice office;
    private static Path user;

    @BeforeAll
    static void issue() throws IOException, CaException {
        office = CaOffice.withAuthority(folder);
        assertThat(office.run("ca issue alice@ours.example --key rsa2048").err())
                .isEmpty();
        IssuedEntry entry = office.issued().getFirst();
        user = office.file("issued/" + entry.serialHex() + ".pem");
    }

    @Test
    void opensslVerifiesTheChainForMail() throws IOException, InterruptedException {
        assertThat(run(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "smimesign",
                        "-attime",
                        Long.toString(Administration.NOW.getEpochSecond() + 60),
                        "-CAfile",
                        office.file("root.pem").toString(),
                        "-untrusted",
                        office.file("issuing.pem").toString(),
                        user.toString()))
                .isEqualTo(user + ": OK");
    }

    @Test
    void opensslVerifiesChainAndListOnBrainpoolCurves(@TempDir Path other) throws IOException, InterruptedException {
        CaOffice brainpool = CaOffice.withUntrustedAuthority(other, KeyAlgorithm.BRAINPOOLP384R1);
        assertThat(brainpool
                        .run("ca issue alice@ours.example --key brainpoolp256r1")
                        .exitCode())
                .isZero();
        Path certificate =
                brainpool.file("issued/" + brainpool.issued().getFirst().serialHex() + ".pem");
        assertThat(run(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-crl_check",
                        "-purpose",
                        "smimesign",
                        "-attime",
                        Long.toString(Administration.NOW.getEpochSecond() + 60),
                        "-CAfile",
                        brainpool.file("root.pem").toString(),
                        "-untrusted",
                        brainpool.file("issuing.pem").toString(),
                        "-CRLfile",
                        brainpool.file("public/issuing.crl").toString(),
                        certificate.toString()))
                .isEqualTo(certificate + ": OK");
    }

    @Test
    void opensslReadsTheListAndItsSignature() throws IOException, InterruptedException {
        assertThat(run(
                        "openssl",
                        "crl",
                        "-inform",
                        "DER",
                        "-in",
                        office.file("public/issuing.crl").toString(),
                        "-CAfile",
                        office.file("issuing.pem").toString(),
                        "-noout"))
                .isEqualTo("verify OK");
    }

    @Test
    void opensslNamesTheCertificateByItsKeyIdentifier() throws IOException, InterruptedException, CaException {
        Path text = Files.writeString(folder.resolve("text"), "hello");
        Path sealed = folder.resolve("sealed");
        run(
                "openssl",
                "cms",
                "-encrypt",
                "-keyid",
                "-in",
                text.toString(),
                "-outform",
                "DER",
                "-out",
                sealed.toString(),
                user.toString());
        String identifier;
        try (var opened = org.postseal.certstore.authority.CaFolder.open(office.file(""))) {
            identifier = opened.certificate(opened.index().entries().getFirst())
                    .subjectKeyIdentifier()
                    .orElseThrow()
                    .hex();
        }
        assertThat(java.util.HexFormat.of().formatHex(Files.readAllBytes(sealed)))
                .contains("8014" + identifier);
    }

    @Test
    void nssTakesTheChain() throws IOException, InterruptedException {
        String where = nss();
        add(where, "alice", ",,", user);
        // S is an S/MIME signer, R a recipient; the time is that of the test's clock
        for (String usage : new String[] {"S", "R"}) {
            assertThat(run("certutil", "-V", "-d", where, "-n", "alice", "-u", usage, "-b", "260602120000Z"))
                    .isEqualTo("certutil: certificate is valid");
        }
    }

    /** Asks NSS's older engine, and its engine for PKIX, which looks at the lists that it is told to look at. */
    @ParameterizedTest
    @ValueSource(strings = {"-p", "-pp -g leaf -m crl -s forbidFetching"})
    void vfychainTakesTheChain(String engine) throws IOException, InterruptedException, CaException {
        String where = nss();
        assertThat(office.run("ca issue bob@ours.example --key rsa2048 --profile split")
                        .err())
                .isEmpty();
        Path sign = newest(1);
        Path encrypt = newest(0);
        assertThat(vfychain(where, engine, SIGNER, user)).isEqualTo("Chain is good!");
        assertThat(vfychain(where, engine, RECIPIENT, user)).isEqualTo("Chain is good!");
        assertThat(vfychain(where, engine, SIGNER, sign)).isEqualTo("Chain is good!");
        assertThat(vfychain(where, engine, RECIPIENT, encrypt)).isEqualTo("Chain is good!");
        assertThat(vfychain(where, engine, RECIPIENT, sign))
                .contains("Chain is bad!", "ERROR -8102: Certificate key usage inadequate");
        assertThat(vfychain(where, engine, SIGNER, encrypt))
                .contains("Chain is bad!", "ERROR -8102: Certificate key usage inadequate");

        Path foreign = Files.writeString(
                folder.resolve("foreign.pem"),
                CertificateAuthority.create("Foreign", LONG_AGO, FAR_AHEAD)
                        .request(MailAddress.of("bob@ours.example"))
                        .validity(LONG_AGO, FAR_AHEAD)
                        .issue()
                        .certificatePem());
        assertThat(vfychain(where, engine, SIGNER, foreign)).contains("Chain is bad!", "ERROR -8179");

        // Once NSS has the list, it refuses the certificate that the list names and no other
        assertThat(office.run("ca revoke " + serial(encrypt) + " --reason keyCompromise")
                        .exitCode())
                .isZero();
        run(
                "crlutil",
                "-I",
                "-d",
                where,
                "-i",
                office.file("public/issuing.crl").toString());
        assertThat(vfychain(where, engine, RECIPIENT, encrypt)).contains("Chain is bad!", "ERROR -8180");
        assertThat(vfychain(where, engine, SIGNER, sign)).isEqualTo("Chain is good!");
    }

    /** Makes a database of NSS that has the authority. */
    private static String nss() throws IOException, InterruptedException {
        String where = "sql:" + Files.createTempDirectory(folder, "nss");
        run("certutil", "-N", "-d", where, "--empty-password");
        add(where, "root", ",C,", office.file("root.pem"));
        add(where, "issuing", ",,", office.file("issuing.pem"));
        return where;
    }

    private static void add(String where, String name, String trust, Path file)
            throws IOException, InterruptedException {
        run("certutil", "-A", "-d", where, "-n", name, "-t", trust, "-i", file.toString());
    }

    private static String vfychain(String where, String engine, String usage, Path file)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("vfychain"));
        words.addAll(List.of(engine.split(" ", -1)));
        words.addAll(List.of("-d", where, "-b", "2606021200Z", "-u", usage, "-a", file.toString()));
        return run(words.toArray(String[]::new));
    }

    private static Path newest(int back) throws CaException {
        List<IssuedEntry> all = office.issued();
        return office.file("issued/" + all.get(all.size() - 1 - back).serialHex() + ".pem");
    }

    private static String serial(Path file) {
        return String.valueOf(file.getFileName()).replace(".pem", "");
    }

    @Test
    void gpgsmTakesTheChain() throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(Path.of("/tmp"), "ca-gpgsm-");
        try {
            Files.writeString(
                    home.resolve("gpgsm.conf"),
                    "disable-crl-checks\ndisable-dirmngr\nfaked-system-time 20260602T120000\n");
            String fingerprint = run(
                            "openssl", "x509", "-in", office.file("root.pem").toString(), "-noout", "-fingerprint")
                    .replaceFirst("^.*=", "");
            Files.writeString(home.resolve("trustlist.txt"), fingerprint + " S relax\n");
            for (Path each : new Path[] {office.file("root.pem"), office.file("issuing.pem"), user}) {
                assertThat(run("gpgsm", "--homedir", home.toString(), "--batch", "--import", each.toString()))
                        .contains("imported: 1");
            }
            assertThat(run("gpgsm", "--homedir", home.toString(), "--batch", "--list-keys", "alice@ours.example"))
                    .contains("aka: alice@ours.example");
            assertThat(run(
                            "gpgsm",
                            "--homedir",
                            home.toString(),
                            "--batch",
                            "--with-validation",
                            "--list-chain",
                            "alice@ours.example"))
                    .contains("[certificate is good]")
                    .contains("Certified by")
                    .doesNotContain("[validation failed");
        } finally {
            run("gpgconf", "--homedir", home.toString(), "--kill", "all");
            try (Stream<Path> all = Files.walk(home)) {
                for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", "");
        Process process = new ProcessBuilder(Stream.of(command).toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        String text = Files.readString(output, StandardCharsets.UTF_8).strip();
        return code == 0 ? text : "exit code " + code + "\n" + text;
    }

    /** The number by which vfychain knows an e-mail signer. */
    private static final String SIGNER = "4";

    private static final String RECIPIENT = "5";
    // The foreign certificate is valid by any clock: for a certificate without a path, one of the engines looks at the
    // clock of the machine
    private static final Instant LONG_AGO = Administration.NOW.minus(Duration.ofDays(1));
    private static final Instant FAR_AHEAD = Administration.NOW.plus(Duration.ofDays(9999));
}
