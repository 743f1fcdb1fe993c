package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.Attribute;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
class ActiveDirectorySyncTest {
    private static final String SOURCE = "ldap:ad";
    private static final Selection PEOPLE = Selections.below(ActiveDirectory.PEOPLE);

    private ActiveDirectory directory;
    private final InMemoryMirror mirror = new InMemoryMirror();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    @BeforeEach
    void start() throws Exception {
        directory = new ActiveDirectory(new UUID(1, 1));
        for (int i = 1; i <= 5; i++) {
            directory.add(i);
        }
    }

    @AfterEach
    void stop() {
        directory.close();
    }

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

    @Test
    void dirSyncGoesThroughItsPages() throws Exception {
        directory.dirSyncPage(2);
        SyncReport first = once(SyncMethod.DIR_SYNC);
        assertThat(counts(first)).isEqualTo("5 added, 0 changed, 0 deleted, 0 unchanged");
        assertThat(directory.searches()).hasSize(6);
        for (int i = 1; i <= 5; i++) {
            directory.set(i, "mail", "new" + i + "@example.com");
        }
        SyncReport second = once(SyncMethod.DIR_SYNC);

        assertThat(counts(second)).isEqualTo("0 added, 5 changed, 0 deleted, 0 unchanged");
        // The cookie of each page is kept with it.
        assertThat(mirror.log()).isEqualTo(List.of("replaceAll 5", "apply 2 0", "apply 2 0", "apply 1 0"));
    }

    @Test
    void whatIsDeletedWhileEverythingIsReadIsDeleted() throws Exception {
        directory.dirSyncPage(2);
        DirectoryMirror deleting = new WatchedMirror(mirror, () -> directory.delete(1));

        new SyncRunner(settings(SyncMethod.DIR_SYNC, ""), directory.server(), deleting, () -> now).once(false);

        assertThat(ids()).isEqualTo(ids(2, 3, 4, 5));
        assertThat(once(SyncMethod.DIR_SYNC).isFull()).isFalse();
    }

    @Test
    void dirSyncWithoutTheRightNamesIt() throws Exception {
        SyncSettings demanding = withoutObjectSecurity();

        assertThatThrownBy(() -> runner(demanding, directory.server()).once(false))
                .isInstanceOfSatisfying(SyncException.class, e -> {
                    assertThat(e.failure()).isEqualTo(SyncFailure.INSUFFICIENT_RIGHTS);
                    assertThat(e)
                            .hasMessage(
                                    "dirSync: the account needs the right \"Replicating Directory Changes\" on "
                                            + ActiveDirectory.BASE
                                            + " (never \"Replicating Directory Changes All\", which hands out passwords), or"
                                            + " dirSyncObjectSecurity: true, which needs no right but sees only what the account may read");
                });
        assertThat(mirror.state(SOURCE)).isEmpty();
        directory.mayReplicate(true);
        assertThat(runner(demanding, directory.server()).once(false).added()).isEqualTo(5);
    }

    @Test
    void dirSyncWithAnUnreadableCookieReadsEverything() throws Exception {
        once(SyncMethod.DIR_SYNC);
        SyncState state = mirror.state(SOURCE).orElseThrow();
        Position position = Position.decode(state.cookie()).orElseThrow();
        mirror.apply(
                SOURCE,
                new DirectoryMirror.Changes(List.of(), java.util.Set.of()),
                new SyncState(
                        state.method(),
                        state.server(),
                        new Position(position.scope(), position.lastFull(), new byte[] {1}).encode()));

        SyncReport report = once(SyncMethod.DIR_SYNC);

        assertThat(report.isFull()).isTrue();
        assertThat(counts(report)).isEqualTo("0 added, 0 changed, 0 deleted, 5 unchanged");
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

    @Test
    void followPollsAndStops() throws Exception {
        Reports reports = new Reports();
        StopSignal stop = new StopSignal();
        SyncListener stopping = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                reports.synced(report);
                try {
                    if (reports.synced().size() == 1) {
                        directory.add(6);
                    } else {
                        stop.request();
                    }
                } catch (com.unboundid.ldap.sdk.LDAPException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                reports.failed(cause, retryIn);
                stop.request();
            }
        };

        runner(settings(SyncMethod.AUTO, ""), directory.server()).follow(stop, stopping);

        assertThat(reports.failures()).isEmpty();
        assertThat(reports.synced())
                .extracting(ActiveDirectorySyncTest::counts)
                .isEqualTo(List.of(
                        "5 added, 0 changed, 0 deleted, 0 unchanged", "1 added, 0 changed, 0 deleted, 0 unchanged"));
    }

    @Test
    void aServerThatCannotBeReachedIsTriedEverMoreSeldom() {
        StopSignal stop = new StopSignal();
        List<Duration> waits = new ArrayList<>();
        SyncListener listener = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                throw new AssertionError("nothing to synchronise with");
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                waits.add(retryIn);
                if (waits.size() == 5) {
                    stop.request();
                }
            }
        };
        DirectoryServer gone = _ -> {
            throw new SyncException(SyncFailure.SERVER_UNAVAILABLE, "gone", null);
        };

        runner(settings(SyncMethod.AUTO, ""), gone).follow(stop, listener);

        assertThat(waits).extracting(Duration::toMillis).isEqualTo(List.of(1L, 2L, 4L, 5L, 5L));
    }

    @Test
    void aFaultThatNobodyExpectedEndsNoFollowing() {
        StopSignal stop = new StopSignal();
        List<String> failures = new ArrayList<>();
        SyncListener listener = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                throw new AssertionError("nothing to synchronise with");
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                failures.add(String.valueOf(cause.getMessage()));
                if (failures.size() == 2) {
                    stop.request();
                }
            }
        };
        DirectoryServer odd = _ -> {
            throw new IllegalStateException("odd");
        };

        runner(settings(SyncMethod.AUTO, ""), odd).follow(stop, listener);

        assertThat(failures).containsExactly("odd", "odd");
    }

    private SyncReport once(SyncMethod method) throws SyncException {
        return runner(settings(method, ""), directory.server()).once(false);
    }

    private SyncRunner runner(SyncSettings settings, DirectoryServer server) {
        return new SyncRunner(settings, server, mirror, () -> now);
    }

    private static SyncSettings settings(SyncMethod method, String filter) {
        return settings(method, filter, true);
    }

    private static SyncSettings withoutObjectSecurity() {
        return settings(SyncMethod.DIR_SYNC, "", false);
    }

    private static SyncSettings settings(SyncMethod method, String filter, boolean objectSecurity) {
        Optional<String> wanted = Optional.of(filter).filter(text -> !text.isEmpty());
        return settings(method, new Selection(PEOPLE.query(), PEOPLE.attributes(), wanted), objectSecurity);
    }

    private static SyncSettings settings(SyncMethod method, Selection selection, boolean objectSecurity) {
        return new SyncSettings(
                SOURCE,
                method,
                selection,
                2,
                Duration.ofDays(7),
                Duration.ofMillis(10),
                30,
                objectSecurity,
                EntryLimits.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(1),
                Duration.ofMillis(5));
    }

    private MirroredEntry entry(int number) {
        return java.util.Objects.requireNonNull(mirror.entries(SOURCE).get(ActiveDirectory.id(number)));
    }

    private List<String> ids() {
        return List.copyOf(mirror.entries(SOURCE).keySet());
    }

    private static List<String> ids(int... numbers) {
        return java.util.Arrays.stream(numbers).mapToObj(ActiveDirectory::id).toList();
    }

    private void assertMirrorIsTheServer() throws SyncException {
        InMemoryMirror other = new InMemoryMirror();
        new SyncRunner(settings(SyncMethod.FULL, ""), directory.server(), other, () -> now).once(false);
        assertThat(mirror.entries(SOURCE).values().stream().map(MirroredEntry::fingerprint))
                .isEqualTo(other.entries(SOURCE).values().stream()
                        .map(MirroredEntry::fingerprint)
                        .toList());
    }

    private static String counts(SyncReport report) {
        return report.added() + " added, " + report.changed() + " changed, " + report.deleted() + " deleted, "
                + report.unchanged() + " unchanged";
    }
}
