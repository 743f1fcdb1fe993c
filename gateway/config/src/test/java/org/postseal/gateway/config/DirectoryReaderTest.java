package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.Domain;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.directory.Lifetimes;
import org.postseal.certstore.directory.SelectionRules;
import org.postseal.certstore.key.token.TokenSettings;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.LdapSettings.Attributes;
import org.postseal.certstore.remote.ldap.LdapSettings.Credentials;
import org.postseal.certstore.remote.ldap.LdapSettings.Limits;
import org.postseal.certstore.remote.ldap.LdapSettings.Query;
import org.postseal.certstore.remote.ldap.LdapSettings.Scope;
import org.postseal.certstore.remote.ldap.LdapSettings.Servers;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.ldap.LdapUrl;
import org.postseal.certstore.remote.smimea.SmimeaSettings;
import org.postseal.certstore.remote.sync.SyncMethod;
import org.postseal.certstore.remote.sync.SyncSettings.Selection;
import org.postseal.certstore.revocation.RevocationOrder;

/** Tests how the sections {@code directory}, {@code trust} and {@code revocation} are read. */
class DirectoryReaderTest {
    @TempDir
    private Path folder;

    @Test
    void everyKeyIsRead() throws IOException {
        DirectoryConfig directory = read(Files.readString(Path.of("src/test/vectors/config/good/03-everything.yaml")));

        assertThat(directory.database()).contains(new DatabasePlace.InFile(folder.resolve("postseal.db")));
        assertThat(directory.masterKey()).contains(folder.resolve("master.key"));
        assertThat(directory.sources())
                .containsExactly(
                        "pins", "own", "mirror:corp", "ldap:corp", "files", "ldap:partners", "harvested", "smimea");
        assertThat(directory.harvest()).isTrue();
        assertThat(directory.trustCollections()).containsExactly("default", "partners");
        assertThat(directory.ldap())
                .containsExactly(
                        new LdapSettings(
                                "corp",
                                new Servers(
                                        List.of(
                                                LdapUrl.of("ldaps://dc1.example.com"),
                                                LdapUrl.of("ldaps://dc2.example.com:3269")),
                                        false,
                                        Optional.of(folder.resolve("tls.pem")),
                                        false),
                                Optional.of(new Credentials(
                                        "CN=postseal,OU=services,DC=example,DC=com", folder.resolve("tls.key"))),
                                new Query(
                                        "DC=example,DC=com",
                                        Scope.SUBTREE,
                                        new LdapShape.ActiveDirectory(),
                                        Set.of(Domain.parse("example.com").orElseThrow()),
                                        true),
                                Attributes.DEFAULT,
                                new Limits(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(4),
                                        4,
                                        100,
                                        10,
                                        50,
                                        1 << 20)),
                        new LdapSettings(
                                "partners",
                                new Servers(List.of(LdapUrl.of("ldap://[::1]")), true, Optional.empty(), false),
                                Optional.empty(),
                                new Query(
                                        "", Scope.SUBTREE, new LdapShape.Template("(mail={address})"), Set.of(), false),
                                new Attributes(
                                        "mail",
                                        "mailAlternateAddress",
                                        List.of("userSMIMECertificate"),
                                        List.of("userCertificate")),
                                Limits.DEFAULT));
        DirectoryConfig.Mirror mirror = directory.mirrors().getFirst();
        assertThat(mirror.server()).isEqualTo(directory.ldap().getFirst());
        assertThat(mirror.sync().source()).isEqualTo("mirror:corp");
        assertThat(mirror.sync().method()).isEqualTo(SyncMethod.USN_CHANGED);
        assertThat(mirror.sync().pollInterval()).isEqualTo(Duration.ofMinutes(10));
        assertThat(mirror.sync().fullInterval()).isEqualTo(Duration.ofDays(3));
        assertThat(mirror.sync().maxRemovedPercent()).isEqualTo(20);
        assertThat(mirror.sync().selection())
                .isEqualTo(new Selection(
                        mirror.server().query(), mirror.server().attributes(), Optional.of("(objectClass=user)")));
        assertThat(directory.smimea())
                .contains(new SmimeaSettings(
                        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 53)),
                        Optional.of(folder.resolve("tls.pem")),
                        SmimeaSettings.Transport.UDP,
                        Duration.ofSeconds(3)));
        assertThat(directory.tokens())
                .containsExactly(
                        new TokenSettings(
                                "hsm",
                                folder.resolve("tls.pem"),
                                new TokenSettings.Slot.Label("mail"),
                                folder.resolve("tls.key")),
                        new TokenSettings(
                                "spare",
                                folder.resolve("tls.pem"),
                                new TokenSettings.Slot.Index(1),
                                folder.resolve("tls.key")));
        assertThat(directory.settings().rules())
                .isEqualTo(new SelectionRules(RevocationMode.HARD, RevocationMode.OFF, true, false, true, true));
        assertThat(directory.settings().lifetimes())
                .isEqualTo(new Lifetimes(
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(1),
                        Duration.ofHours(12),
                        Duration.ofMinutes(30),
                        Duration.ofSeconds(2),
                        0.5));
        assertThat(directory.settings().cacheOctets()).isEqualTo(8_388_608);
        RevocationConfig revocation = directory.revocation();
        assertThat(revocation.fetchIssuers()).isTrue();
        assertThat(revocation.settings().order()).isEqualTo(RevocationOrder.CRL_THEN_OCSP);
        assertThat(revocation.settings().crlConnectionTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(revocation.settings().crlRetrievalTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(revocation.fetch().connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(revocation.fetch().totalTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(revocation.fetch().allowedHosts()).containsExactly("crl.example.com", "*.partner.example");
        assertThat(revocation.fetch().allowedNetworks()).containsExactly(AddressRange.of("10.1.2.0/24"));
        assertThat(revocation.fetch().allowedPorts()).containsExactlyInAnyOrder(80, 8080);
    }

    @Test
    void withoutTheSectionThereAreTheFilesAlone() throws IOException {
        assertThat(read(LEAST)).isEqualTo(DirectoryConfig.FILES_ONLY);
        assertThat(read(LEAST + "revocation: { inbound: hard }\n")
                        .settings()
                        .rules()
                        .inbound())
                .isEqualTo(RevocationMode.HARD);
    }

    @Test
    void theOrderIsFromTheAdminsWordToTheWordOfStrangers() throws IOException {
        assertThat(read(LEAST + "directory: { database: a.db, smimea: {},"
                                + " ldap: { b: { urls: \"ldap://localhost\" }, a: { urls: \"ldap://localhost\" } } }\n")
                        .sources())
                .containsExactly("pins", "own", "files", "ldap:b", "ldap:a", "harvested", "smimea");
        assertThat(read(LEAST
                                + "directory: { database: a.db,"
                                + " ldap: { b: { urls: \"ldap://localhost\", sync: {} } } }\n")
                        .sources())
                .containsExactly("pins", "own", "files", "mirror:b", "harvested");
        DirectoryConfig ldapOnly = read(LEAST + "directory: { ldap: { b: { urls: \"ldap://localhost\" } } }\n");
        assertThat(ldapOnly.sources()).containsExactly("files", "ldap:b");
        assertThat(ldapOnly.harvest()).isFalse();
    }

    private DirectoryConfig read(String text) throws IOException {
        Files.createDirectories(folder.resolve("store"));
        for (String name : List.of("policy.yaml", "tls.pem", "tls.key")) {
            Files.writeString(folder.resolve(name), "");
        }
        if (text.contains("logins")) {
            Files.writeString(folder.resolve("logins"), LOGINS);
        }
        if (text.contains("loop.key")) {
            Files.writeString(folder.resolve("loop.key"), "0123456789abcdef0123456789abcdef\n");
            Files.writeString(folder.resolve("via.key"), "fedcba9876543210fedcba9876543210\n");
        }
        ConfigResult result = ConfigReader.read(Files.writeString(folder.resolve("postseal.yaml"), text));
        assertThat(result).isInstanceOf(ConfigResult.Loaded.class);
        return ((ConfigResult.Loaded) result).config().directory();
    }

    private static final String LEAST =
            "listeners: [{ protocol: lmtp, address: \"127.0.0.1:10024\" }]\nnextHop: \"127.0.0.1:10026\"\n";

    private static final String LOGINS = "alice@example.com:$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$"
            + "iVow1GG/0gIhkgYchi7pZtt5r7uyXCo0a.uufFFyLbiulO2gPENewJpmFAOVK5nV.JX8xFxWvh/43AEoxbTFVw\n";
}
