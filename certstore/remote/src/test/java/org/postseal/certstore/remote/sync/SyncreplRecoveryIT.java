package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.remote.ldap.Slapd;

/** Synchronises with OpenLDAP by RFC 4533 after something was lost: the server, a cookie, or room on the disk. */
class SyncreplRecoveryIT extends SlapdSyncFixture {
    @Test
    void findsDeletionsAfterARestartWithoutTheSessionLog() throws Exception {
        for (String log : List.of("syncprov-checkpoint 1 1", "syncprov-sessionlog 100")) {
            InMemoryMirror fresh = new InMemoryMirror();
            try (Slapd slapd = slapd(log, folderNumber++).load(people(1, 20)).start()) {
                new SyncRunner(settings(), server(slapd), fresh, InstantSource.system()).once(false);
                try (LDAPConnection admin = slapd.admin()) {
                    admin.delete(dn(7));
                    admin.delete(dn(8));
                    mail(admin, 9, "nine@example.com");
                }
                slapd.stop();
                slapd.start();

                SyncReport report =
                        new SyncRunner(settings(), server(slapd), fresh, InstantSource.system()).once(false);

                assertThat(report.isFull()).as(log).isFalse();
                assertThat(counts(report)).as(log).isEqualTo("0 added, 1 changed, 2 deleted, 0 unchanged");
            }
        }
    }

    @Test
    void aServerKilledWhileItSendsEverythingLeavesTheMirrorAsItWas() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 1500, 20_000)).start()) {
            DirectoryMirror killing = new KillingMirror(mirror, slapd, 500);

            assertThatThrownBy(() ->
                            new SyncRunner(settings(), server(slapd), killing, InstantSource.system()).once(false))
                    .isInstanceOfSatisfying(
                            SyncException.class,
                            e -> assertThat(e.failure()).isEqualTo(SyncFailure.SERVER_UNAVAILABLE));

            assertThat(mirror.entries(SOURCE)).isEmpty();
            assertThat(mirror.state(SOURCE)).isEmpty();
            slapd.start();
            assertThat(counts(runner(slapd).once(false))).isEqualTo("1500 added, 0 changed, 0 deleted, 0 unchanged");
        }
    }

    @Test
    void aServerKilledWhileItSendsChangesIsAskedForThemAgain() throws Exception {
        try (Slapd slapd =
                slapd("syncprov-sessionlog 10000").load(people(1, 2000)).start()) {
            runner(slapd).once(false);
            byte[] before = cookie();
            try (LDAPConnection admin = slapd.admin()) {
                for (int i = 1; i <= 1500; i++) {
                    // Together the values are larger than what the stream and the kernel hold.
                    admin.modify(
                            dn(i),
                            new Modification(ModificationType.REPLACE, "userSMIMECertificate", new byte[16_384]));
                }
                admin.delete(dn(2000));
            }
            DirectoryMirror killing = new KillingMirror(mirror, slapd, 500);

            assertThatThrownBy(() ->
                            new SyncRunner(settings(), server(slapd), killing, InstantSource.system()).once(false))
                    .isInstanceOf(SyncException.class);

            assertThat(cookie()).isEqualTo(before);
            assertThat(mirror.entries(SOURCE).values().stream().filter(entry -> entry.octets() == 16_384))
                    .hasSizeBetween(1, 1499);
            slapd.start();
            runner(slapd).once(false);
            assertMirrorIsTheServer(slapd);
        }
    }

    @Test
    void aFullDiskOfOursLosesNothing() throws Exception {
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 10)).start();
                LDAPConnection admin = slapd.admin()) {
            runner(slapd).once(false);
            byte[] before = cookie();
            add(admin, 11);
            admin.delete(dn(1));
            mirror.failAfter(0);
            assertThatThrownBy(() -> runner(slapd).once(false))
                    .isInstanceOf(org.postseal.certstore.StoreUnavailableException.class);
            assertThat(cookie()).isEqualTo(before);

            assertThat(counts(runner(slapd).once(false))).isEqualTo("1 added, 0 changed, 1 deleted, 0 unchanged");
        }
    }

    @Test
    void aCookieTheServerNoLongerKnowsMeansEverythingAnew() throws Exception {
        // With a reload hint slapd says e-syncRefreshRequired where it would begin a present phase.
        try (Slapd slapd = slapd("syncprov-reloadhint TRUE").load(people(1, 10)).start()) {
            runner(slapd).once(false);
            replacePosition("rid=000,csn=20200101000000.000000Z#000000#000#000000");

            SyncReport report = runner(slapd).once(false);

            assertThat(report.isFull()).isTrue();
            assertThat(report.notes())
                    .isEqualTo(List.of("the server did not take the position: everything was read anew"));
            assertThat(counts(report)).isEqualTo("0 added, 0 changed, 0 deleted, 10 unchanged");
        }
    }

    @Test
    void aCookieFromTheServersFutureMeansEverythingAnew() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 10)).start()) {
            runner(slapd).once(false);
            replacePosition("rid=000,csn=20990101000000.000000Z#000000#000#000000");

            SyncReport report = runner(slapd).once(false);

            assertThat(counts(report)).isEqualTo("0 added, 0 changed, 0 deleted, 10 unchanged");
            assertThat(report.isFull()).isTrue();
        }
    }

    @Test
    void anOldCookieIsCaughtUpByAPresentPhase() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 10)).start();
                LDAPConnection admin = slapd.admin()) {
            runner(slapd).once(false);
            admin.delete(dn(1));
            replacePosition("rid=000,csn=20200101000000.000000Z#000000#000#000000");

            SyncReport report = runner(slapd).once(false);

            assertThat(report.deleted()).isEqualTo(1);
            assertMirrorIsTheServer(slapd);
        }
    }

    @Test
    void aServerThatComesUpEmptyDoesNotEmptyTheMirror() throws Exception {
        try (Slapd slapd = slapd().load(people(1, 10)).start()) {
            runner(slapd).once(false);
        }
        try (Slapd empty =
                slapd("syncprov-checkpoint 1 1", 2).load(people(1, 0)).start()) {
            assertThatThrownBy(() -> runner(empty).once(false))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.TOO_MANY_REMOVED));
            assertThat(mirror.entries(SOURCE)).hasSize(10);

            assertThat(runner(empty).once(true).deleted()).isEqualTo(10);
        }
    }

    /** Kills the server after this many entries. */
    private record KillingMirror(InMemoryMirror mirror, Slapd slapd, int entries) implements DirectoryMirror {
        @Override
        public Optional<Turn> turn(String source) {
            return mirror.turn(source);
        }

        @Override
        public Optional<SyncState> state(String source) {
            return mirror.state(source);
        }

        @Override
        public Set<String> entryIds(String source) {
            return mirror.entryIds(source);
        }

        @Override
        public Applied apply(String source, Changes changes, SyncState next) {
            Applied applied = mirror.apply(source, changes, next);
            slapd.kill();
            return applied;
        }

        @Override
        public Applied replaceAll(String source, Entries all, RemovalGuard guard, Supplier<SyncState> next)
                throws SyncException {
            int[] count = {0};
            return mirror.replaceAll(
                    source,
                    () -> {
                        if (++count[0] == entries) {
                            slapd.kill();
                        }
                        return all.next();
                    },
                    guard,
                    next);
        }
    }
}
