package org.postseal.gateway.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.road.directory.Expiry;

final class TlsCertificatesTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Instant LISTENER_ENDS = NOW.plus(Duration.ofDays(10));
    private static final Instant HOP_ENDS = NOW.plus(Duration.ofDays(20));

    @TempDir
    private Path folder;

    private Expiry.End listener;
    private Expiry.End hop;

    @BeforeEach
    void files() throws IOException {
        Instant until = NOW.plus(Duration.ofDays(3650));
        CertificateAuthority authority = CertificateAuthority.create("Test", Instant.EPOCH, until);
        authority.writeStore(Files.createDirectory(folder.resolve("store")), List.of(), List.of());
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [example.com]
                rules: [ { id: rest, when: always, then: mailboxPolicy } ]
                """);
        listener = issue(authority, "listener", LISTENER_ENDS);
        hop = issue(authority, "hop", HOP_ENDS);
    }

    @Test
    void whatIsShownToPeersAndToNextHopsIsToldApart() throws IOException {
        assertThat(read(WITH_TLS).at(NOW))
                .containsExactly(
                        new Expiry(Expiry.Kind.LISTENER, 1, 0, Optional.of(listener)),
                        new Expiry(Expiry.Kind.NEXT_HOP, 1, 0, Optional.of(hop)));
    }

    @Test
    void aCertificateThatEndsWhileTheGatewayRunsHasExpired() throws IOException {
        TlsCertificates read = read(WITH_TLS);
        assertThat(read.at(LISTENER_ENDS))
                .containsExactly(
                        new Expiry(Expiry.Kind.LISTENER, 0, 1, Optional.empty()),
                        new Expiry(Expiry.Kind.NEXT_HOP, 1, 0, Optional.of(hop)));
        assertThat(read.at(HOP_ENDS)).contains(new Expiry(Expiry.Kind.NEXT_HOP, 0, 1, Optional.empty()));
    }

    @Test
    void whatEndsSoonIsNamedByItsFile() throws IOException {
        TlsCertificates read = read(WITH_TLS);
        assertThat(read.ending(NOW, Duration.ofDays(9))).isEmpty();
        assertThat(read.ending(LISTENER_ENDS, Duration.ofDays(10)))
                .containsExactly(
                        folder.resolve("listener.pem") + ", shown by a listener in TLS, expired on " + LISTENER_ENDS,
                        folder.resolve("hop.pem") + ", shown to a next hop in TLS, expires on " + HOP_ENDS);
    }

    @Test
    void withoutTlsThereIsNothing() throws IOException {
        assertThat(read("""
                        listeners: [ { protocol: smtp, address: "127.0.0.1:0" } ]
                        nextHop: "127.0.0.1:25"
                        """)).isEqualTo(TlsCertificates.NONE);
    }

    private TlsCertificates read(String yaml) throws IOException {
        return switch (ConfigReader.read(Files.writeString(folder.resolve("postseal.yaml"), yaml))) {
            case ConfigResult.Loaded loaded -> TlsCertificates.of(loaded.config());
            case ConfigResult.Broken broken -> throw new AssertionError(broken);
        };
    }

    private Expiry.End issue(CertificateAuthority authority, String name, Instant until) throws IOException {
        IssuedCertificate issued = authority.issue(
                MailAddress.of(name + "@example.com"), KeyAlgorithm.P256, Profile.DUAL, Instant.EPOCH, until);
        Files.writeString(folder.resolve(name + ".pem"), issued.certificatePem());
        Files.writeString(folder.resolve(name + ".key"), issued.privateKeyPem());
        return new Expiry.End(until, issued.certificate().id().hex());
    }

    private static final String WITH_TLS = """
            listeners:
              - { protocol: smtp, address: "127.0.0.1:0", tls: { certificate: listener.pem, key: listener.key } }
              - { protocol: lmtp, address: "127.0.0.1:0" }
            nextHops:
              inside: "127.0.0.1:25"
              tenant: { address: "mx.example.com:25", tls: encrypt, clientCertificate: hop.pem, clientKey: hop.key }
            routes:
              - { direction: [outbound], hop: tenant }
              - { hop: inside }
            """;
}
