package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.postseal.certstore.remote.sync.SyncSettings.Selection;

/** Holds five users in an Active Directory in memory, and what a test needs to synchronise with it. */
abstract class ActiveDirectoryFixture {
    static final String SOURCE = "ldap:ad";
    static final Selection PEOPLE = Selections.below(ActiveDirectory.PEOPLE);

    @AutoClose
    ActiveDirectory directory;

    final InMemoryMirror mirror = new InMemoryMirror();
    Instant now = Instant.parse("2026-11-24T12:00:00Z");

    @BeforeEach
    void start() throws Exception {
        directory = new ActiveDirectory(new UUID(1, 1));
        for (int i = 1; i <= 5; i++) {
            directory.add(i);
        }
    }

    SyncReport once(SyncMethod method) throws SyncException {
        return runner(settings(method, ""), directory.server()).once(false);
    }

    SyncRunner runner(SyncSettings settings, DirectoryServer server) {
        return new SyncRunner(settings, server, mirror, () -> now);
    }

    static SyncSettings settings(SyncMethod method, String filter) {
        return settings(method, filter, true);
    }

    static SyncSettings settings(SyncMethod method, String filter, boolean objectSecurity) {
        Optional<String> wanted = Optional.of(filter).filter(text -> !text.isEmpty());
        return settings(method, new Selection(PEOPLE.query(), PEOPLE.attributes(), wanted), objectSecurity);
    }

    static SyncSettings settings(SyncMethod method, Selection selection, boolean objectSecurity) {
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

    List<String> ids() {
        return List.copyOf(mirror.entries(SOURCE).keySet());
    }

    static List<String> ids(int... numbers) {
        return java.util.Arrays.stream(numbers).mapToObj(ActiveDirectory::id).toList();
    }

    static String counts(SyncReport report) {
        return report.added() + " added, " + report.changed() + " changed, " + report.deleted() + " deleted, "
                + report.unchanged() + " unchanged";
    }
}
