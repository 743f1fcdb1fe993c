package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;

/** Lets OpenSSL read what is exported. LDIF and SST have tests of their own. */
class CertificateExportTest {
    private static final MailCertificate ALICE = Samples.ALICE.certificate();
    private static final MailCertificate BOB = Samples.BOB.certificate();

    @TempDir
    Path directory = Path.of("");

    @Test
    void openSslPrintsTheCertificatesOfPkcs7() throws Exception {
        Peer.demand("openssl");
        Files.write(directory.resolve("out.p7b"), CertificateExport.pkcs7(List.of(ALICE, BOB), List.of(Samples.CRL)));
        String printed = Peer.run(directory, "openssl", "pkcs7", "-inform", "DER", "-in", "out.p7b", "-print_certs");
        assertThat(printed.lines().filter(line -> line.startsWith("subject=")))
                .containsExactlyInAnyOrder("subject=CN=alice@example.com", "subject=CN=bob@example.com");
        assertThat(printed.lines().filter("-----BEGIN X509 CRL-----"::equals)).hasSize(1);
    }

    @Test
    void openSslReadsPemAndDer() throws Exception {
        Peer.demand("openssl");
        Files.write(directory.resolve("out.der"), CertificateExport.der(ALICE));
        assertThat(Peer.run(directory, "openssl", "x509", "-inform", "DER", "-in", "out.der"))
                .isEqualTo(ALICE.toPem());
        Files.writeString(directory.resolve("out.pem"), CertificateExport.pem(List.of(ALICE, BOB)));
        String printed = Peer.run(
                directory,
                "openssl",
                "crl2pkcs7",
                "-nocrl",
                "-certfile",
                "out.pem",
                "-outform",
                "DER",
                "-out",
                "out.p7b");
        assertThat(printed).isEmpty();
        assertThat(Pkcs7Reader.sets(Files.readAllBytes(directory.resolve("out.p7b")), 10)
                        .certificates())
                .map(Ber::encoded)
                .containsExactlyInAnyOrder(Samples.der(ALICE), Samples.der(BOB));
    }
}
