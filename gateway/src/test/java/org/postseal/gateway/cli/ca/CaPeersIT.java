package org.postseal.gateway.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.ca.CaException;
import org.postseal.certstore.ca.IssuedEntry;
import org.postseal.gateway.cli.directory.Administration;

/** What OpenSSL, NSS and gpgsm say of certificates and lists that {@code postseal ca} makes. */
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
        try (var opened = org.postseal.certstore.ca.CaFolder.open(office.file(""))) {
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
        Path database = Files.createDirectory(folder.resolve("nss"));
        String where = "sql:" + database;
        run("certutil", "-N", "-d", where, "--empty-password");
        run(
                "certutil",
                "-A",
                "-d",
                where,
                "-n",
                "root",
                "-t",
                ",C,",
                "-i",
                office.file("root.pem").toString());
        run(
                "certutil",
                "-A",
                "-d",
                where,
                "-n",
                "issuing",
                "-t",
                ",,",
                "-i",
                office.file("issuing.pem").toString());
        run("certutil", "-A", "-d", where, "-n", "alice", "-t", ",,", "-i", user.toString());
        // S: an S/MIME signer, R: a recipient; at the time of the test's clock
        for (String usage : new String[] {"S", "R"}) {
            assertThat(run("certutil", "-V", "-d", where, "-n", "alice", "-u", usage, "-b", "260602120000Z"))
                    .isEqualTo("certutil: certificate is valid");
        }
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
}
