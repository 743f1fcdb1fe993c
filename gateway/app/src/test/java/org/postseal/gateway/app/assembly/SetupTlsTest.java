package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.policy.yaml.Problem;

/** Faults in the TLS files that would stop the start are reported by {@code check} before. */
final class SetupTlsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        Instant until = Instant.EPOCH.plus(Duration.ofDays(36500));
        CertificateAuthority authority = CertificateAuthority.create("Test", Instant.EPOCH, until);
        authority.writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        for (String name : List.of("one", "other")) {
            IssuedCertificate issued = authority.issue(
                    MailAddress.of(name + "@example.com"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, until);
            Files.writeString(folder.resolve(name + ".pem"), issued.certificatePem());
            Files.writeString(folder.resolve(name + ".key"), issued.privateKeyPem());
        }
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [ { id: rest, when: always, then: mailboxPolicy } ]
                """);
    }

    @Test
    void aKeyAndItsCertificateAreTaken() throws IOException {
        assertThat(problems("one.pem", "one.key", "other.pem")).isEmpty();
    }

    @Test
    void theKeyOfAnotherCertificateIsAProblem() throws IOException {
        assertThat(problems("one.pem", "other.key", "one.pem"))
                .containsExactly(problem(
                        1,
                        "listeners[0].tls.certificate",
                        "cannot use " + folder.resolve("one.pem") + " with " + folder.resolve("other.key")
                                + ": the key is that of another certificate"));
    }

    @Test
    void anchorsOfClientsAreRead() throws IOException {
        assertThat(problems("one.pem", "one.key, clients: other.pem", "other.pem"))
                .isEmpty();
        assertThat(problems("one.pem", "one.key, clients: policy.yaml", "other.pem"))
                .containsExactly(problem(
                        1,
                        "listeners[0].tls.certificate",
                        "trust anchors of clients: File does not contain valid certificates: "
                                + folder.resolve("policy.yaml")));
    }

    @Test
    void filesWithoutCertificatesAreProblemsBothAtOnce() throws IOException {
        assertThat(problems("one.key", "one.key", "policy.yaml"))
                .containsExactly(
                        problem(
                                1,
                                "listeners[0].tls.certificate",
                                "cannot use " + folder.resolve("one.key") + " with " + folder.resolve("one.key")
                                        + ": File does not contain valid certificates: " + folder.resolve("one.key")),
                        problem(
                                2,
                                "nextHop.trust",
                                "trust file of the next hop: File does not contain valid certificates: "
                                        + folder.resolve("policy.yaml")));
    }

    private List<Problem> problems(String certificate, String key, String trust) throws IOException {
        Path config = Files.writeString(folder.resolve("postseal.yaml"), """
                listeners: [ { protocol: smtp, address: "127.0.0.1:0", tls: { certificate: %s, key: %s } } ]
                nextHop: { address: "mx.example.com:25", tls: verify, trust: %s }
                """.formatted(certificate, key, trust));
        return new SetupReader(new GatewayAssembly()).read(config).problems();
    }

    private Problem problem(int line, String key, String text) {
        return Problem.error(folder.resolve("postseal.yaml").toString(), line, key, text);
    }
}
