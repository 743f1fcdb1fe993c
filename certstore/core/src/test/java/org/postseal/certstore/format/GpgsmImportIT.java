package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.Pkcs12Writer;

/** Lets GnuPG, which is particular about PKCS #12, import what we write. It runs with an agent of its own. */
class GpgsmImportIT {
    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"RSA2048", "P256"})
    void gpgsmImportsWhatWeWrite(KeyAlgorithm algorithm) throws Exception {
        Peer.demand("gpgsm");
        // Socket paths must be short, so the folder is not below the directory of the test.
        Path home = Files.createTempDirectory(
                "gpg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            IssuedCertificate carol = Samples.issue("carol@example.com", algorithm);
            Files.write(
                    home.resolve("out.p12"),
                    Pkcs12Writer.write(
                            List.of(new Pkcs12Writer.Identity(
                                    "Carol", carol.key(), carol.certificate(), carol.chain())),
                            "secret".toCharArray(),
                            10_000));
            Files.createDirectory(home.resolve("gnupg"));
            Files.setPosixFilePermissions(home.resolve("gnupg"), PosixFilePermissions.fromString("rwx------"));
            Files.writeString(home.resolve("stdin"), "secret");
            Peer.run(
                    home,
                    "gpgsm",
                    "--batch",
                    "--disable-dirmngr",
                    "--pinentry-mode",
                    "loopback",
                    "--passphrase-fd",
                    "0",
                    "--import",
                    "out.p12");
            String keys = Peer.run(home, "gpgsm", "--batch", "--with-colons", "--list-secret-keys");
            String sha1 = HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(Samples.der(carol.certificate())));
            assertThat(keys.lines().filter(line -> line.startsWith("fpr:")).map(line -> line.split(":", -1)[9]))
                    .containsExactly(sha1);
        } finally {
            Peer.result(home, "gpgconf", "--kill", "all");
            try (var files = Files.walk(home)) {
                for (Path each :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }
}
