package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.ldap.Slapd;
import org.postseal.certstore.remote.sync.SyncReport.SkipReason;

/** Synchronises with OpenLDAP by RFC 4533, in single rounds. */
class SyncreplIT extends SlapdSyncFixture {
    @Test
    void takesOverChangesBetweenRounds() throws Exception {
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 5)).start();
                LDAPConnection admin = slapd.admin()) {
            SyncReport first = runner(slapd).once(false);
            assertThat(first.method()).isEqualTo(SyncMethod.SYNCREPL);
            assertThat(first.isFull()).isTrue();
            assertThat(counts(first)).isEqualTo("5 added, 0 changed, 0 deleted, 0 unchanged");
            assertThat(addresses()).isEqualTo(Set.of("u1", "u2", "u3", "u4", "u5"));

            SyncReport nothing = runner(slapd).once(false);
            assertThat(nothing.isFull()).isFalse();
            assertThat(counts(nothing)).isEqualTo("0 added, 0 changed, 0 deleted, 0 unchanged");

            add(admin, 6);
            mail(admin, 2, "second@example.com");
            admin.delete(dn(3));
            admin.modifyDN(dn(4), "uid=u4", false, "ou=elsewhere,dc=example,dc=com");
            admin.modifyDN(dn(5), "uid=renamed", true);
            SyncReport second = runner(slapd).once(false);

            assertThat(second.isFull()).isFalse();
            assertThat(counts(second)).isEqualTo("1 added, 1 changed, 2 deleted, 1 unchanged");
            assertThat(addresses()).isEqualTo(Set.of("u1", "second", "u5", "u6"));
            assertMirrorIsTheServer(slapd);
        }
    }

    @Test
    void readsTheValuesAsTheyAre() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 1)).start();
                LDAPConnection admin = slapd.admin()) {
            byte[] smime = {0x30, 3, 2, 1, -1};
            byte[] certificate = certificate();
            admin.modify(
                    dn(1),
                    new Modification(ModificationType.ADD, "userCertificate;binary", certificate),
                    new Modification(ModificationType.REPLACE, "userSMIMECertificate", smime),
                    new Modification(ModificationType.ADD, "objectClass", "testMailUser"),
                    new Modification(
                            ModificationType.ADD,
                            "proxyAddresses",
                            "smtp:second@example.com",
                            "SMTP:First@example.com",
                            "X500:/o=example"),
                    new Modification(ModificationType.ADD, "userAccountControl", "514"));
            runner(slapd).once(false);

            MirroredEntry entry = mirror.entries(SOURCE).values().iterator().next();
            assertThat(entry.entryId()).isEqualTo(attribute(admin, dn(1), "entryUUID"));
            assertThat(entry.addresses())
                    .extracting(Object::toString)
                    .isEqualTo(List.of("First@example.com", "second@example.com", "u1@example.com"));
            assertThat(entry.certificates()).hasSize(1);
            assertThat(entry.certificates().getFirst().octets()).isEqualTo(certificate);
            assertThat(entry.smime()).hasSize(1);
            assertThat(entry.smime().getFirst().octets()).isEqualTo(smime);
            assertThat(entry.isDisabled()).isTrue();
        }
    }

    @Test
    void anAnswerThatALimitOfTheServerCutsShortCountsForNothing() throws Exception {
        try (Slapd slapd = slapd("limits users size=5").load(people(1, 10)).start();
                LDAPConnection admin = slapd.admin()) {
            admin.modify(dn(1), new Modification(ModificationType.ADD, "userPassword", "secret"));
            DirectoryServer asUser = _ -> connect(slapd, dn(1), "secret");

            assertThatThrownBy(() -> new SyncRunner(settings(), asUser, mirror, InstantSource.system()).once(false))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.SERVER_LIMIT));
            assertThat(mirror.entries(SOURCE)).isEmpty();
        }
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 3)).start()) {
            SyncRunner impatient = new SyncRunner(quick(), silencing(slapd), mirror, InstantSource.system());

            assertThatThrownBy(() -> impatient.once(false))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.SERVER_SILENT));
            slapd.resume();
        }
    }

    @Test
    void entriesOverTheLimitsAreLeftOutByName() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 2)).start();
                LDAPConnection admin = slapd.admin()) {
            runner(slapd).once(false);
            byte[][] many = new byte[101][];
            for (int i = 0; i < many.length; i++) {
                many[i] = new byte[] {0x30, 2, 5, (byte) i};
            }
            admin.modify(dn(1), new Modification(ModificationType.REPLACE, "userSMIMECertificate", many));
            mail(admin, 2, "no address");

            SyncReport report = runner(slapd).once(false);

            assertThat(report.skipped())
                    .isEqualTo(java.util.Map.of(SkipReason.NO_ADDRESS, 1L, SkipReason.TOO_MANY_CERTIFICATES, 1L));
            assertThat(report.skippedNames())
                    .isEqualTo(List.of(new SyncReport.Skipped(dn(1), SkipReason.TOO_MANY_CERTIFICATES)));
            assertThat(report.deleted()).isEqualTo(2);
        }
    }

    @Test
    void takesTwentyThousandEntries() throws Exception {
        try (Slapd slapd =
                slapd("syncprov-sessionlog 100").load(people(1, 20_000)).start()) {
            SyncReport first = runner(slapd).once(false);
            assertThat(first.added()).isEqualTo(20_000);
            try (LDAPConnection admin = slapd.admin()) {
                admin.delete(dn(77));
            }
            slapd.stop();
            slapd.start();
            SyncReport second = runner(slapd).once(false);
            assertThat(second.deleted()).isEqualTo(1);
            System.out.printf(
                    "figure: syncrepl refresh of 20000 entries %d ms, present phase over them %d ms%n",
                    first.duration().toMillis(), second.duration().toMillis());
            SyncReport full = new SyncRunner(
                            settings().withMethod(SyncMethod.FULL), server(slapd), mirror, InstantSource.system())
                    .once(false);
            assertThat(full.unchanged()).isEqualTo(19_999);
            System.out.printf(
                    "figure: full round over 19999 entries %d ms%n",
                    full.duration().toMillis());
        }
    }

    @Test
    void aServerWithoutTheOverlayIsReadInFull() throws Exception {
        try (Slapd slapd =
                Slapd.in(folder.resolve("plain")).build().load(people(1, 1200)).start()) {
            SyncReport report = runner(slapd).once(false);

            assertThat(report.method()).isEqualTo(SyncMethod.FULL);
            assertThat(report.added()).isEqualTo(1200);
            assertThatThrownBy(() -> new SyncRunner(
                                    settings().withMethod(SyncMethod.SYNCREPL),
                                    server(slapd),
                                    mirror,
                                    InstantSource.system())
                            .once(false))
                    .isInstanceOfSatisfying(
                            SyncException.class,
                            e -> assertThat(e.failure()).isEqualTo(SyncFailure.METHOD_UNSUPPORTED));
        }
    }

    @Test
    void holdsBackAServerThatIsFasterThanTheReader() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 1500, 20_000)).start();
                LDAPConnection connection = slapd.admin();
                SearchStream stream = SearchStream.start(
                        connection,
                        new com.unboundid.ldap.sdk.SearchRequest(
                                PEOPLE, com.unboundid.ldap.sdk.SearchScope.ONE, "(mail=*)"),
                        Duration.ofSeconds(5))) {
            int before = -1;
            while (stream.waiting() == 0 || stream.waiting() != before) {
                before = stream.waiting();
                Thread.sleep(200);
            }
            // The stream holds 8 MiB, and each entry has 20,000 octets.
            assertThat(stream.waiting()).isBetween(100, 8 * 1024 * 1024 / 20_000);
            int count = 0;
            while (stream.next() instanceof SearchStream.Item.Entry) {
                count++;
            }
            assertThat(count).isEqualTo(1500);
        }
    }

    @Test
    void takesConnectionsFromTheDirectorysOwn() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 2)).start()) {
            LdapSettings settings = LdapSettings.of(
                            "test",
                            LdapSettings.Servers.of(slapd.url()),
                            LdapSettings.Query.of(PEOPLE, new LdapShape.Generic()))
                    .with(slapd.credentials());
            try (LdapConnections connections = new LdapConnections(settings)) {
                SyncRunner runner =
                        new SyncRunner(settings(), DirectoryServer.of(connections), mirror, InstantSource.system());
                assertThat(runner.once(false).added()).isEqualTo(2);
                slapd.stop();
                assertThatThrownBy(() -> runner.once(false))
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.failure()).isEqualTo(SyncFailure.SERVER_UNAVAILABLE));
            }
        }
    }
}
