package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.Attribute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.LdapSettings.Attributes;
import org.postseal.certstore.remote.ldap.LdapSettings.Query;
import org.postseal.certstore.remote.ldap.LdapSettings.Scope;
import org.postseal.certstore.remote.sync.SyncSettings.Selection;

/** Tests the two methods for Active Directory, and the choice between them. */
@Tag("thorough")
class ActiveDirectorySyncTest extends ActiveDirectoryFixture {
    @Test
    void autoTakesUsnChanged() throws Exception {
        SyncReport report = once(SyncMethod.AUTO);

        assertThat(report.method()).isEqualTo(SyncMethod.USN_CHANGED);
        assertThat(report.isFull()).isTrue();
        assertThat(report.server()).isEqualTo("127.0.0.1:" + directory.port());
        assertThat(counts(report)).isEqualTo("5 added, 0 changed, 0 deleted, 0 unchanged");
        assertThat(ids()).isEqualTo(ids(1, 2, 3, 4, 5));
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void takesOverChangesAndDeletions(SyncMethod method) throws Exception {
        once(method);
        assertThat(counts(once(method))).isEqualTo("0 added, 0 changed, 0 deleted, 0 unchanged");
        directory.add(6, new Attribute("userAccountControl", "514"));
        directory.set(2, "proxyAddresses", "smtp:second@example.com", "SMTP:First@example.com", "sip:x@example.com");
        directory.set(3, "mail");
        directory.delete(4);

        SyncReport report = once(method);

        assertThat(report.isFull()).isFalse();
        assertThat(counts(report)).isEqualTo("1 added, 1 changed, 2 deleted, 0 unchanged");
        assertThat(ids()).isEqualTo(ids(1, 2, 5, 6));
        MirroredEntry two = entry(2);
        assertThat(two.addresses())
                .extracting(Object::toString)
                .isEqualTo(List.of("First@example.com", "second@example.com", "u2@example.com"));
        // Only the addresses had changed, and the certificate must not be lost.
        assertThat(two.certificates()).hasSize(1);
        assertThat(two.isDisabled()).isFalse();
        assertThat(entry(6).isDisabled()).isTrue();
        assertThat(report.skipped()).isEqualTo(java.util.Map.of(SyncReport.SkipReason.NO_ADDRESS, 1L));
        assertMirrorIsTheServer();
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void aValueThatIsGoneIsGone(SyncMethod method) throws Exception {
        once(method);
        directory.set(1, "userCertificate");

        assertThat(counts(once(method))).isEqualTo("0 added, 1 changed, 0 deleted, 0 unchanged");
        assertThat(entry(1).certificates()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void anotherBaseOrFilterReadsEverything(SyncMethod method) throws Exception {
        once(method);
        SyncSettings narrower = settings(method, "(mail=u1@example.com)");

        assertThatThrownBy(() -> runner(narrower, directory.server()).once(false))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.TOO_MANY_REMOVED));
        SyncReport report = runner(narrower, directory.server()).once(true);

        assertThat(report.isFull()).isTrue();
        assertThat(counts(report)).isEqualTo("0 added, 0 changed, 4 deleted, 1 unchanged");
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void anotherScopeDomainOrAttributeReadsEverything(SyncMethod method) throws Exception {
        Query query = PEOPLE.query();
        Query oneLevel = new Query(query.base(), Scope.ONE_LEVEL, query.shape(), query.domains(), false);
        Query ofOneDomain = new Query(
                query.base(),
                query.scope(),
                query.shape(),
                Set.of(MailAddress.of("a@example.com").domain()),
                false);
        Attributes attributes =
                new Attributes("mail", "proxyAddresses", List.of("userSMIMECertificate"), List.of("description"));
        once(method);
        for (Selection other : List.of(
                new Selection(oneLevel, PEOPLE.attributes(), Optional.empty()),
                new Selection(ofOneDomain, PEOPLE.attributes(), Optional.empty()),
                new Selection(query, attributes, Optional.empty()))) {
            SyncRunner runner = runner(settings(method, other, true), directory.server());
            assertThat(runner.once(false).isFull()).as(other.text()).isTrue();
            assertThat(runner.once(false).isFull()).as(other.text()).isFalse();
            assertThat(ids()).isEqualTo(ids(1, 2, 3, 4, 5));
        }
        assertThat(entry(1).certificates()).isEmpty();
    }

    @Test
    void theUsnKeptIsTheOneFromBeforeTheSearch() throws Exception {
        // While everything is read, an object changes that was read already.
        DirectoryMirror changing = new WatchedMirror(mirror, () -> directory.set(1, "mail", "new@example.com"));
        new SyncRunner(settings(SyncMethod.USN_CHANGED, ""), directory.server(), changing, () -> now).once(false);

        once(SyncMethod.USN_CHANGED);

        assertThat(entry(1).addresses().getFirst().toString()).isEqualTo("new@example.com");
        assertMirrorIsTheServer();
    }

    @Test
    void asksOnlyForWhatIsNew() throws Exception {
        once(SyncMethod.USN_CHANGED);
        long before = directory.usn();
        directory.add(6);
        directory.searches();

        once(SyncMethod.USN_CHANGED);

        assertThat(directory.searches())
                .isEqualTo(List.of(
                        "(&(uSNChanged>=" + (before + 1)
                                + ")(&(|(objectClass=user)(objectClass=contact))(!(objectClass=computer))))",
                        "(&(isDeleted=TRUE)(uSNChanged>=" + (before + 1) + "))"));
        directory.searches();
        once(SyncMethod.USN_CHANGED);
        assertThat(directory.searches()).isEmpty();
    }

    @Test
    void anotherDomainControllerMeansEverythingAnew() throws Exception {
        once(SyncMethod.USN_CHANGED);
        try (ActiveDirectory other = new ActiveDirectory(new UUID(2, 2))) {
            for (int i = 2; i <= 6; i++) {
                other.add(i);
            }
            SyncReport report =
                    runner(settings(SyncMethod.USN_CHANGED, ""), other.server()).once(false);

            assertThat(report.isFull()).isTrue();
            assertThat(report.notes())
                    .isEqualTo(List.of("another domain controller or a restored one: everything was read anew"));
            assertThat(counts(report)).isEqualTo("1 added, 0 changed, 1 deleted, 4 unchanged");
        }
    }

    @Test
    void theSameControllerIsAskedForAgain() throws Exception {
        List<String> preferred = new ArrayList<>();
        DirectoryServer server = last -> {
            preferred.add(last.orElse("none"));
            return directory.connect();
        };
        SyncRunner runner = runner(settings(SyncMethod.USN_CHANGED, ""), server);
        runner.once(false);
        runner.once(false);

        assertThat(preferred).isEqualTo(List.of("none", "127.0.0.1:" + directory.port()));
    }

    @Test
    void aNumberThatRunsBackwardsMeansEverythingAnew() throws Exception {
        once(SyncMethod.USN_CHANGED);
        directory.setUsn(100_001);

        assertThat(once(SyncMethod.USN_CHANGED).isFull()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void everythingIsReadAnewWhenDue(SyncMethod method) throws Exception {
        once(method);
        directory.moveAway(3);
        SyncReport between = once(method);
        // Only DirSync reports a move.
        assertThat(between.deleted()).isEqualTo(method == SyncMethod.DIR_SYNC ? 1 : 0);

        now = now.plus(Duration.ofDays(7));
        SyncReport full = once(method);

        assertThat(full.isFull()).isTrue();
        assertThat(ids()).isEqualTo(ids(1, 2, 4, 5));
    }

    @Test
    void deletionsNobodyMaySeeGoWithTheFullRound() throws Exception {
        directory.maySeeDeleted(false);
        once(SyncMethod.USN_CHANGED);
        directory.delete(1);
        assertThat(once(SyncMethod.USN_CHANGED).deleted()).isZero();

        now = now.plus(Duration.ofDays(8));
        assertThat(once(SyncMethod.USN_CHANGED).deleted()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC"})
    void aMirrorThatFailsKeepsThePosition(SyncMethod method) throws Exception {
        for (int calls = 0; calls < 3; calls++) {
            InMemoryMirror fresh = new InMemoryMirror();
            SyncRunner runner = new SyncRunner(settings(method, ""), directory.server(), fresh, () -> now);
            directory.dirSyncPage(2);
            runner.once(false);
            for (int i = 1; i <= 5; i++) {
                directory.set(i, "mail", "round" + calls + "-" + i + "@example.com");
            }
            fresh.failAfter(calls);
            assertThatThrownBy(() -> runner.once(false))
                    .as("call " + calls)
                    .isInstanceOf(org.postseal.certstore.StoreUnavailableException.class);

            runner.once(false);

            String round = "round" + calls;
            assertThat(fresh.entries(SOURCE).values())
                    .hasSize(5)
                    .allSatisfy(entry ->
                            assertThat(entry.addresses().getFirst().localPart()).startsWith(round));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"USN_CHANGED", "DIR_SYNC", "FULL"})
    void aDirectoryThatLostTooMuchIsNotBelieved(SyncMethod method) throws Exception {
        once(method);
        try (ActiveDirectory empty = new ActiveDirectory(new UUID(3, 3))) {
            empty.add(1);
            now = now.plus(Duration.ofDays(8));
            SyncRunner runner = runner(settings(method, ""), empty.server());

            assertThatThrownBy(() -> runner.once(false)).isInstanceOfSatisfying(SyncException.class, e -> {
                assertThat(e.failure()).isEqualTo(SyncFailure.TOO_MANY_REMOVED);
                assertThat(e).hasMessage("of 5 entries 4 would be removed, more than 30 %; if that is right, force it");
            });
            assertThat(ids()).isEqualTo(ids(1, 2, 3, 4, 5));
            assertThat(counts(runner.once(true))).isEqualTo("0 added, 0 changed, 4 deleted, 1 unchanged");
        }
    }

    private MirroredEntry entry(int number) {
        return java.util.Objects.requireNonNull(mirror.entries(SOURCE).get(ActiveDirectory.id(number)));
    }

    private void assertMirrorIsTheServer() throws SyncException {
        InMemoryMirror other = new InMemoryMirror();
        new SyncRunner(settings(SyncMethod.FULL, ""), directory.server(), other, () -> now).once(false);
        assertThat(mirror.entries(SOURCE).values().stream().map(MirroredEntry::fingerprint))
                .isEqualTo(other.entries(SOURCE).values().stream()
                        .map(MirroredEntry::fingerprint)
                        .toList());
    }
}
