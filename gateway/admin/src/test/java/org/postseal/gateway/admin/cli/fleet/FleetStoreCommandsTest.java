package org.postseal.gateway.admin.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** The commands for certificates and keys of two gateways that share a store in a real PostgreSQL. */
class FleetStoreCommandsTest {
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Ours", START, END);

    private final String url = PostgresServer.shared()
            .newDatabase()
            .replace("jdbc:postgresql://", "postgresql://postseal@")
            .replaceFirst("\\?.*", "");

    @TempDir
    private Path folder;

    private Administration one;
    private Administration other;

    @BeforeEach
    void configure() throws IOException {
        one = node("one");
        other = node("other");
    }

    @Test
    void whatOneImportsTheOtherHas() throws IOException {
        assertThat(one.run("cert list").err())
                .containsExactly(
                        "error: there is no database yet: " + url,
                        "hint: the first import makes it: postseal cert import FILE");
        assertThat(one.run("check").err())
                .anyMatch(line -> line.endsWith("fleet.database: warning: there is no database yet: " + url));
        String file = one.write("bob.pem", issued("bob").certificatePem());
        succeeded(one.run("cert import --dry-run", file));
        succeeded(one.run("cert import", file));
        assertThat(succeeded(other.run("cert list")).out()).anyMatch(line -> line.contains("bob@ours.example"));
        succeeded(other.run("cert block bob@ours.example"));
        assertThat(one.run("cert explain bob@ours.example").out()).anyMatch(line -> line.contains("blocked"));
        succeeded(one.run("check"));
        assertThat(Files.exists(one.file("postseal.db"))).isFalse();
    }

    @Test
    void keysAreWrappedByOneMasterKeyOfAllGateways() throws IOException {
        succeeded(one.run("key init"));
        succeeded(other.run("key init"));
        succeeded(one.run("key import", key(one, "alice")));

        Done refused = other.run("key import", key(other, "carl"));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIG);
        assertThat(refused.err().getFirst())
                .isEqualTo("error: " + other.file("master.key")
                        + " is not the master key that wrapped the keys of the database");
        assertThat(other.run("check").err())
                .anyMatch(line -> line.contains("directory.masterKey: " + other.file("master.key")
                        + " is not the master key that wrapped the keys of the database"));

        Files.delete(other.file("master.key"));
        assertThat(other.run("key init").exitCode()).isEqualTo(ExitCode.REFUSED);
        Files.copy(one.file("master.key"), other.file("master.key"));
        succeeded(other.run("key import", key(other, "carl")));
        succeeded(other.run("check"));
        assertThat(succeeded(one.run("key list")).out()).anyMatch(line -> line.contains("carl@ours.example"));
    }

    @Test
    void aSetupMakesNoSecondMasterKey() throws IOException {
        succeeded(one.run("key init"));
        succeeded(one.run("key import", key(one, "alice")));
        Files.delete(one.file("master.key"));

        Done refused = one.run("setup --yes --authority later --domain ours.example --next-hop mail.example.net"
                + " --peer 192.0.2.1");
        assertThat(refused.err())
                .contains(
                        "error: the database holds private keys, and there is no master key " + one.file("master.key"));
        assertThat(one.file("master.key")).doesNotExist();
    }

    private static Done succeeded(Done done) {
        assertThat(done.exitCode()).as(done.toString()).isZero();
        return done;
    }

    private static String key(Administration admin, String name) throws IOException {
        IssuedCertificate issued = issued(name);
        return admin.write(name + ".pem", issued.privateKeyPem(), issued.certificatePem());
    }

    private static IssuedCertificate issued(String name) {
        return AUTHORITY.issue(MailAddress.of(name + "@ours.example"), KeyAlgorithm.P256, Profile.DUAL, START, END);
    }

    private Administration node(String name) throws IOException {
        Administration admin = Administration.in(Files.createDirectory(folder.resolve(name)));
        admin.configure("""
                upstreams: { mx: { networks: 127.0.0.0/8 } }
                fleet: { node: %s, database: { url: "%s", tls: off } }
                directory: { masterKey: master.key }
                """.formatted(name, url));
        return admin;
    }
}
