package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the method dirSync: its pages, its cookie and the right that it needs. */
@Tag("thorough")
class DirSyncTest extends ActiveDirectoryFixture {
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
                            .hasMessage("dirSync: the account needs the right \"Replicating Directory Changes\" on "
                                    + ActiveDirectory.BASE
                                    + " (never \"Replicating Directory Changes All\","
                                    + " which hands out passwords), or dirSyncObjectSecurity: true,"
                                    + " which needs no right but sees only what the account may read");
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

    private static SyncSettings withoutObjectSecurity() {
        return settings(SyncMethod.DIR_SYNC, "", false);
    }
}
